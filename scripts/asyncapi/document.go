package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/ungcuu/ungcuu/api"
)

const (
	events     = "events"
	restricted = "restrictedEvents"
)

const about = `Mọi thay đổi của một hồ sơ, hoặc của danh bạ, được gửi ra NATS JetStream bằng một thông điệp CloudEvents 1.0 (JSON có cấu trúc), theo đúng thứ tự trong từng hồ sơ hoặc cơ quan. Thông điệp chỉ mang mã và định danh, không bao giờ có nội dung, tính chất hay nhãn TLP; muốn biết thêm thì đọc qua API HTTP (/openapi.json) bằng quyền của chính mình. Hướng dẫn và ví dụ: openapi/EVENTS.md.

Every change of a case, or of the registry, goes out on NATS JetStream as one CloudEvents 1.0 message (structured JSON), in order within the case or agency. A message carries codes and ids only, never text, natures or a TLP label; whoever needs more reads it over the HTTP API (/openapi.json) with rights of their own. Guide and examples: openapi/EVENTS.md.

- Luồng · Stream: UNGCUU, subject ungcuu.<tỉnh · province>.>, lưu trên đĩa · on disk.
- Giữ 30 ngày, tối đa 1 GiB; khi đầy thì từ chối tin mới (discard new), tin chờ trong hàng gửi của hệ thống, không mất. · Kept for 30 days, at most 1 GiB; a full stream refuses (discard new) and what is refused waits in the desk's outbox: nothing is lost.
- Ít nhất một lần: một thông điệp có thể đến lại; bên nhận phải bỏ qua id đã xử lý. Broker tự bỏ bản trùng trong 10 phút (Nats-Msg-Id = id). · At least once: a message can come again, so skip an id that was handled. The broker itself drops repeats within 10 minutes (Nats-Msg-Id = id).
- Thứ tự: sequence tăng từ 1 trong từng hồ sơ hoặc cơ quan; lần gửi đầu theo đúng thứ tự, tin gửi lại đến sau. · Order: sequence counts from 1 within each case or agency; first deliveries come in order, a message delivered again comes later.
- Mỗi bên nhận có tài khoản NATS và durable consumer riêng, xác nhận từng tin (ack explicit). · Each consumer has an account and a durable consumer of its own and acknowledges each message (ack explicit).
- Sự kiện của danh bạ (agency, contact, shift, user, grant, system, api_key) thuộc về một cơ quan, không có hồ sơ và không có nhánh hạn chế. · Events of the registry (agency, contact, shift, user, grant, system, api_key) belong to an agency: they have no case and no restricted branch.
- Hồ sơ hạn chế đi theo nhánh ungcuu.<tỉnh>.restricted.…; không được cấp nhánh này thì lọc ungcuu.<tỉnh>.*.* và có thể thấy sequence bị ngắt khi hồ sơ trở thành hạn chế. · Restricted cases go under ungcuu.<province>.restricted.…; without rights to that branch, filter by ungcuu.<province>.*.* and expect gaps in sequence when a case becomes restricted.
- Trường mới và loại sự kiện mới có thể được thêm; bên nhận bỏ qua điều chưa biết. · New fields and new types may be added; a consumer leaves alone what it does not know.`

// objects are the kinds of objects that events are about, with what their tag says.
var objects = map[string]string{
	"incident":        "Hồ sơ sự cố · Cases",
	"handover":        "Thông báo, đề nghị giữa các cơ quan · Handovers between agencies",
	"obligation":      "Nghĩa vụ theo quy định · Obligations",
	"national_report": "Báo cáo, đề nghị cấp quốc gia · National reports",
	"link":            "Liên kết giữa các hồ sơ · Links between cases",
	"note":            "Ghi chú · Notes",
	"task":            "Việc cần làm · Tasks",
	"observable":      "Dấu hiệu kỹ thuật · Observables",
	"message":         "Trao đổi giữa đơn vị báo cáo và Đội · Messages between the reporting agency and the team",
	"participant":     "Cơ quan được mời phối hợp · Invited participants",
	"redaction":       "Xóa nội dung lọt vào nhầm · Redactions of what slipped in",
	"agency":          "Cơ quan trong danh bạ · Agencies of the registry",
	"contact":         "Đầu mối liên hệ · Contacts",
	"shift":           "Ca trực · Shifts of the duty roster",
	"user":            "Tài khoản · Accounts",
	"grant":           "Quyền của người dùng · Grants of roles to people",
	"identity":        "Định danh tại nhà cung cấp danh tính · Identities at identity providers",
	"system":          "Hệ thống · Systems",
	"api_key":         "Khóa của hệ thống · Keys of systems",
	"rules":           "Bộ quy định đang áp dụng; đối tượng là Đội ứng cứu · The rules in force; the object is the team",
}

// document makes the document of these types of events.
func document(types []api.EventType, lists map[string][]string, recorded map[string]json.RawMessage) (object, error) {
	schemas := common()
	messages, open, closed := object{}, object{}, object{}
	kinds, all, facts := []string{}, []any{}, []string{}
	for _, t := range types {
		if objects[t.Object] == "" {
			return nil, fmt.Errorf("say what %s is in objects (scripts/asyncapi)", t.Object)
		}
		for _, f := range t.Data() {
			if f.Kind != api.EnumField {
				continue
			}
			if lists[f.List] == nil {
				return nil, fmt.Errorf("%s: no closed list %s", t.Type, f.List)
			}
			schemas[listName(f.List)] = object{"type": "string", "enum": lists[f.List]}
		}
		name := pascal(t.Type)
		schemas[name] = payload(t)
		all = append(all, ref("schemas", name))
		messages[name] = message(t, name, recorded[t.Type])
		open[name] = ref("messages", name)
		if t.OfCase() {
			closed[name] = ref("messages", name)
		}
		_, fact, _ := strings.Cut(t.Type, ".")
		kinds, facts = append(kinds, t.Object), append(facts, fact)
	}
	schemas["Event"] = object{"description": "Một trong các sự kiện · Any event", "oneOf": all}
	return object{
		"asyncapi":           "3.0.0",
		"id":                 "urn:ungcuu:events",
		"defaultContentType": "application/cloudevents+json",
		"info": object{
			"title": "ungcuu", "version": "1", "description": about, "tags": tags(kinds),
			"license": object{"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0.html"},
			"contact": object{"name": "Đầu mối vận hành của tỉnh · The operator of the province's desk"},
		},
		"servers": object{"broker": server()},
		"channels": object{
			events: channel("ungcuu.{province}.{object}.{fact}",
				"Sự kiện của hồ sơ không hạn chế và của danh bạ · Events of cases that are not restricted, and of the registry", kinds, facts, open),
			restricted: channel("ungcuu.{province}.restricted.{object}.{fact}",
				"Sự kiện của hồ sơ hạn chế; chỉ cấp cho bên nhận được phép · Events of restricted cases; only for consumers that may know of them", kinds, facts, closed),
		},
		"operations": object{
			"sendEvent":           operation(events, "Gửi một sự kiện; bên nhận đăng ký subject này · Sends an event; consumers subscribe to its subject", open),
			"sendRestrictedEvent": operation(restricted, "Gửi một sự kiện của hồ sơ hạn chế · Sends an event of a restricted case", closed),
		},
		"components": object{
			"messages": messages, "schemas": schemas,
			"securitySchemes": object{
				"credentials": object{"type": "asymmetricEncryption", "description": "Tệp credentials của NATS (JWT và khóa nkey) · A NATS credentials file (JWT and nkey)"},
				"password":    object{"type": "userPassword", "description": "Tên và mật khẩu NATS, chỉ qua TLS · A NATS user and password, over TLS only"},
				"certificate": object{"type": "X509", "description": "Chứng thư khách (mTLS) · A client certificate (mTLS)"},
			},
		},
	}, nil
}

func server() object {
	return object{
		"host": "{host}:4222", "protocol": "nats",
		"description": "Máy chủ NATS của tỉnh (UNGCUU_NATS_URL), phiên bản 2.10 trở lên; qua TLS khi ra khỏi máy. Không khai báo máy chủ thì broker chạy bên trong tiến trình và không mở cổng: bên ngoài không đăng ký được. · The NATS server of the province (UNGCUU_NATS_URL), 2.10 or newer; over TLS when it leaves the machine. Without one the broker runs inside the process with no open port, and nobody outside can subscribe.",
		"variables":   object{"host": object{"default": "localhost", "description": "Do đơn vị vận hành cấp · Given by the operator"}},
		"security": []any{
			ref("securitySchemes", "credentials"), ref("securitySchemes", "password"), ref("securitySchemes", "certificate"),
		},
		"x-nats-stream": object{
			"name": "UNGCUU", "subjects": []any{"ungcuu.{province}.>"}, "storage": "file", "retention": "limits", "discard": "new",
			"max_age_seconds": 30 * 24 * 3600, "max_bytes": 1 << 30, "duplicate_window_seconds": 600,
		},
	}
}

func channel(address, summary string, objects, facts []string, messages object) object {
	return object{
		"address": address, "title": summary, "summary": summary, "servers": []any{object{"$ref": "#/servers/broker"}},
		"description": "Hai từ cuối của subject là type của sự kiện. · The last two words of the subject are the event's type.",
		"parameters": object{
			"province": object{"default": "son-la", "examples": []any{"son-la"}, "description": "Tỉnh (UNGCUU_PROVINCE) · The province"},
			"object":   object{"enum": unique(objects), "description": "Loại đối tượng · The kind of object"},
			"fact":     object{"enum": unique(facts), "description": "Điều đã xảy ra · What happened"},
		},
		"messages": messages,
		"bindings": object{"nats": object{}},
	}
}

func operation(channel, summary string, messages object) object {
	list := []any{}
	for _, name := range sortedKeys(messages) {
		list = append(list, object{"$ref": "#/channels/" + channel + "/messages/" + name})
	}
	return object{
		"action": "send", "channel": object{"$ref": "#/channels/" + channel}, "title": summary, "summary": summary,
		"description": "Chỉ hệ thống gửi (relay); bên nhận chỉ đọc, ít nhất một lần. · The desk's relay alone publishes; consumers only read, at least once.",
		"messages":    list, "bindings": object{"nats": object{"bindingVersion": "0.1.0"}},
	}
}

func message(t api.EventType, name string, recorded json.RawMessage) object {
	out := object{
		"name": t.Type, "title": t.VI, "summary": t.VI + " · " + t.EN, "contentType": "application/cloudevents+json",
		"tags":    []any{object{"name": t.Object}},
		"headers": ref("schemas", "Headers"), "payload": ref("schemas", name), "bindings": object{"nats": object{}},
	}
	if recorded != nil {
		var e api.Event
		if json.Unmarshal(recorded, &e) == nil {
			out["examples"] = []any{object{"name": t.Type, "headers": object{"Nats-Msg-Id": e.ID}, "payload": recorded}}
		}
	}
	return out
}

func tags(kinds []string) []any {
	out := []any{}
	for _, k := range unique(kinds) {
		out = append(out, object{"name": k, "description": objects[k]})
	}
	return out
}

func ref(kind, name string) object { return object{"$ref": "#/components/" + kind + "/" + name} }

func unique(list []string) []string { return slices.Compact(slices.Sorted(slices.Values(list))) }

// pascal is the name of a type or list in the document: handover.partly_accepted becomes
// HandoverPartlyAccepted.
func pascal(s string) string {
	words := strings.FieldsFunc(s, func(r rune) bool { return r == '.' || r == '_' })
	for i, w := range words {
		words[i] = strings.ToUpper(w[:1]) + w[1:]
	}
	return strings.Join(words, "")
}

func listName(list string) string {
	if list == "status" {
		return "IncidentStatus" // as in the OpenAPI document
	}
	return pascal(list)
}
