package main

import (
	"maps"
	"slices"
	"strconv"

	"github.com/ungcuu/ungcuu/api"
)

// common are the schemas that the messages share.
func common() object {
	return object{
		"Headers": object{
			"type": "object", "required": []any{"Nats-Msg-Id"},
			"properties": object{"Nats-Msg-Id": object{
				"type": "string", "format": "uuid", "description": "Bằng id của sự kiện; broker bỏ bản trùng trong 10 phút · The event's id; the broker drops repeats within 10 minutes",
			}},
		},
		"UUID": uuid(),
		"Code": object{"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._+-]{0,63}$", "description": "Mã, không phải văn bản · A code, never text"},
		"Time": object{
			"type": "string", "format": "date-time", "pattern": `^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$`,
			"description": "RFC 3339, UTC, đến micro giây · RFC 3339, UTC, microseconds",
		},
		"SpecVersion":     object{"type": "string", "const": "1.0", "description": "CloudEvents 1.0"},
		"EventID":         said(uuid(), "Định danh của sự kiện; mỗi id chỉ xử lý một lần · The event's id; handle each once"),
		"CaseID":          said(uuid(), "Hồ sơ sự cố · The case"),
		"OwnerID":         said(uuid(), "Hồ sơ sự cố; của nghĩa vụ định kỳ: cơ quan có nghĩa vụ · The case; of a duty by the calendar: the agency that owes it"),
		"AgencyID":        said(uuid(), "Cơ quan mà sự kiện thuộc về · The agency that the event belongs to"),
		"Source":          object{"type": "string", "format": "uri-reference", "pattern": "^/ungcuu/[a-z0-9][a-z0-9-]*$", "description": "Nơi phát · Where it comes from: /ungcuu/<province>"},
		"DataContentType": object{"type": "string", "const": "application/json"},
		"Sequence":        object{"type": "string", "pattern": "^[1-9][0-9]*$", "description": "Thứ tự trong chuỗi, từ 1, không ngắt · Place in the chain, from 1, without gaps"},
		"SequenceType":    object{"type": "string", "const": "Integer"},
		"SealVersion":     object{"type": "integer", "minimum": 1, "description": "Cách tính dấu niêm · How the seal is made"},
		"Seal":            said(hash(), "Dấu niêm của sự kiện trong chuỗi · The event's hash in the chain"),
		"PrevSeal":        said(hash(), "Dấu niêm của sự kiện trước; 64 số 0 ở sự kiện đầu · The hash before it; 64 zeros for the first"),
	}
}

// payload is the whole message of a type: the envelope of CloudEvents and its data.
func payload(t api.EventType) object {
	subject := "AgencyID"
	if t.OfCase() {
		subject = "CaseID"
	}
	if t.OfEither() {
		subject = "OwnerID"
	}
	return closedObject(object{
		"specversion":     ref("schemas", "SpecVersion"),
		"id":              ref("schemas", "EventID"),
		"source":          ref("schemas", "Source"),
		"type":            object{"type": "string", "const": t.Type, "description": t.VI + " · " + t.EN},
		"subject":         ref("schemas", subject),
		"time":            ref("schemas", "Time"),
		"datacontenttype": ref("schemas", "DataContentType"),
		"sequence":        ref("schemas", "Sequence"),
		"sequencetype":    ref("schemas", "SequenceType"),
		"sealversion":     ref("schemas", "SealVersion"),
		"seal":            ref("schemas", "Seal"),
		"prevseal":        ref("schemas", "PrevSeal"),
		"data":            data(t),
	}, nil)
}

func data(t api.EventType) object {
	properties, optional := object{}, map[string]bool{}
	for _, f := range t.Data() {
		properties[f.Name] = said(value(f), f.VI+" · "+f.EN)
		optional[f.Name] = f.Optional
	}
	return closedObject(properties, optional)
}

func value(f api.EventField) object {
	switch f.Kind {
	case api.IDField:
		return ref("schemas", "UUID")
	case api.CodeField:
		return ref("schemas", "Code")
	case api.TimeField:
		return ref("schemas", "Time")
	case api.EnumField:
		return ref("schemas", listName(f.List))
	case api.BooleanField:
		return object{"type": "boolean"}
	case api.NumberField:
		return object{"type": "integer"}
	}
	panic("no schema for a field of kind " + strconv.Quote(string(f.Kind)))
}

// said adds a description; beside a reference it would be overlooked, so that one is wrapped.
func said(schema object, words string) object {
	if schema["$ref"] != nil {
		schema = object{"allOf": []any{schema}}
	}
	schema["description"] = words
	return schema
}

func uuid() object { return object{"type": "string", "format": "uuid"} }

func hash() object { return object{"type": "string", "pattern": "^[0-9a-f]{64}$"} }

func closedObject(properties object, optional map[string]bool) object {
	required := []any{}
	for _, name := range sortedKeys(properties) {
		if !optional[name] {
			required = append(required, name)
		}
	}
	return object{"type": "object", "properties": properties, "required": required, "additionalProperties": false}
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
