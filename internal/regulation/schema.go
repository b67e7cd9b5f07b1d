package regulation

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// Schema is the JSON Schema (draft 2020-12) of the files of rules, for editors of YAML. It is
// made of the types that Load reads and of the lists that it checks; what ties values to each
// other, only Load knows.
func Schema() ([]byte, error) {
	defs := map[string]any{}
	root := objectOf(reflect.TypeFor[Pack](), defs)
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["title"] = "Ứng Cứu: quy định theo ngày hiệu lực · dated legal rules"
	root["description"] = "Kiểm tra bằng: ungcuu rules check FILE · Check with: ungcuu rules check FILE. " +
		"Tên dùng trong when · names for when: " + strings.Join(factNames(), ", ") + "."
	root["$defs"] = defs
	text, err := json.MarshalIndent(root, "", "  ")
	return append(text, '\n'), err
}

func factNames() []string {
	out := make([]string, len(FactTable))
	for i, f := range FactTable {
		out[i] = f.Name + " (" + f.Type + ")"
	}
	return out
}

func factNamesOnly() []string {
	out := make([]string, len(FactTable))
	for i, f := range FactTable {
		out[i] = f.Name
	}
	return out
}

const (
	dayForm      = `^\d{4}-\d{2}-\d{2}$`
	monthDayForm = `^\d{2}-\d{2}$`
	spanForm     = `^[1-9][0-9]*[mhd]$`
)

// fields says more of a field than its type does, by type and key.
var fields = map[string]map[string]any{
	"Off.rule":  {"description": "Mã quy định · the id of the rule."},
	"Off.basis": {"description": "Vì sao, kèm điều khoản · why, with the clause."},
	"Pack.id":   {"pattern": plainID.String()},
	"Pack.kind": {"enum": kindValues, "description": "Tệp do tỉnh soạn luôn là overlay · a file of an operator is always overlay."},
	"Pack.from": {"description": "Ngày đầu tiên bộ quy định quốc gia này có hiệu lực · the first day on which a national pack is the one in force."},
	"Pack.off":  {"description": "Quy định ngừng áp dụng, giữa hai ngày của sự kiện bắt đầu tính hạn · rules that do not hold here, between two days of their start event."},

	"Rule.id":             {"pattern": ruleID.String(), "description": "Mã quy định; cùng mã mà from muộn hơn là phiên bản mới · with from it names one version of a rule."},
	"Rule.instrument":     {"description": "Số, ký hiệu văn bản · the instrument."},
	"Rule.clause":         {"description": "Điều, khoản, điểm · the clause."},
	"Rule.confidence":     {"enum": confidenceValues, "description": "read: đã đọc nguyên văn; secondary: qua nguồn khác; inferred: suy luận · read in the original, known from elsewhere, inferred."},
	"Rule.from":           {"description": "Áp dụng khi sự kiện bắt đầu tính hạn xảy ra từ ngày này (2026-12-01); bỏ trống: từ trước đến nay · the first civil day of the start event for which this version holds."},
	"Rule.to":             {"description": "Ngày đầu tiên không còn áp dụng; bỏ trống: về sau mãi · the first civil day for which it holds no more."},
	"Rule.when":           {"description": "Điều kiện, ghép dữ kiện bằng &&, ||, !, ==, >=, in · a CEL expression of type bool over the facts: " + strings.Join(factNames(), ", ")},
	"Rule.owed_by":        {"enum": owers(), "description": "Ai phải làm: vai trò của cơ quan, hoặc bên trong hồ sơ · a role of an agency, or a part in the case."},
	"Rule.told":           {"items": map[string]any{"type": "string", "enum": ofCases()}, "description": "Báo cho ai, mỗi nơi nhận một nghĩa vụ; bỏ trống: việc phải làm · one duty for each; empty: a duty to do something.", "uniqueItems": true},
	"Rule.fulfilled_by":   {"items": map[string]any{"type": "string", "enum": wayValues}, "description": "Việc nào tự hoàn thành nghĩa vụ; ghi nhận bằng tay lúc nào cũng được · what fulfils it by itself; by hand it always may be."},
	"Rule.channels":       {"items": map[string]any{"type": "string", "enum": channelValues}, "description": "Kênh mà điều khoản cho phép; bỏ trống: mọi kênh · those that the clause allows; empty: any."},
	"Rule.blocks_closure": {"description": "true: chưa xong thì không kết thúc hồ sơ được · whether a case cannot be closed while the duty is open."},
	"Rule.form":           {"description": "Mã biểu mẫu · the id of a report form."},
	"Rule.note":           {"description": "Điều luật sư cần biết, ví dụ vì sao là suy luận · what a lawyer should know."},
	"Clock.start":         {"enum": startNames, "description": "Tính từ: detected phát hiện, reported nhận báo cáo, learned biết dữ kiện, violation_found phát hiện vi phạm, decided quyết định không tự xử lý được, resolved khắc phục xong, calendar theo lịch · what it counts from."},
	"Clock.unit":          {"enum": unitValues, "description": "Ngay, giờ, ngày, ngày làm việc, trước một ngày trong năm, hằng tháng, không có hạn · at once, hours, days, working days, before a day of the year, every month, no time."},
	"Clock.value":         {"description": "Số giờ, ngày, ngày làm việc · of hours, days, working_days."},
	"Clock.before":        {"pattern": monthDayForm, "description": "Tháng-ngày: trước ngày ấy hằng năm; 10-15 là hết 24 giờ ngày 14/10 · MM-DD: before that day of the year, so that 10-15 ends on 14 October at 24:00."},
	"Clock.count":         {"enum": countValues, "description": "civil_day: không tính ngày đầu, hết 24 giờ ngày cuối · the first day is not counted, the term ends at 24:00 of the last."},
	"Clock.rollover":      {"enum": rolloverValues},
	"Clock.basis":         {"description": "Điều khoản của con số và cách tính · the clause of value, count and rollover."},
	"Clock.target":        {"description": "Mốc nội bộ của việc phải làm ngay, không phải của luật · the internal target of an immediate duty; it is not the law."},
	"Clock.warn":          {"description": "Nhắc trước bao lâu: 30m, 4h, 14d; không ghi: một phần tư thời hạn, nhiều nhất 14d · how long before its time the duty is due soon; a quarter of its span, at most 14d, when not given."},
	"Clock.opens":         {"description": "Nghĩa vụ định kỳ mở trước hạn bao lâu; không ghi: 60d, nghĩa vụ hằng tháng từ đầu tháng · how long before its time a duty of the calendar opens; when not given 60d, or the beginning of the month."},
	"Class.id":            {"pattern": ruleID.String()},
	"Class.kind":          {"enum": classKinds},
	"Class.value":         {"enum": []string{"serious", "ordinary", "dangerous"}},
	"Class.confidence":    {"enum": confidenceValues},
	"Class.when":          {"description": "Điều kiện như của quy định, trừ serious và dangerous · a CEL expression of type bool over the facts; serious and dangerous are not among them."},
	"Form.id":             {"pattern": ruleID.String()},
	"Form.kind":           {"enum": formKinds},
	"Form.confidence":     {"enum": confidenceValues},
	"FormField.name":      {"pattern": fieldName.String()},
	"FormField.type":      {"enum": FieldTypes},
	"FormField.from_case": {"enum": sourceNames()},
	"Holiday.id":          {"pattern": plainID.String()},
	"Holiday.confidence":  {"enum": confidenceValues},
	"Holiday.day":         {"pattern": monthDayForm},
	"Holiday.lunar":       {"pattern": monthDayForm, "description": "Tháng-ngày âm lịch, thay cho day · MM-DD of the Vietnamese lunar calendar, in place of day."},
	"Holiday.before":      {"description": "Nghỉ thêm mấy ngày liền trước · how many days before it are off as well."},
	"Holiday.after":       {"description": "Nghỉ thêm mấy ngày liền sau · how many days after it are off as well."},
	"Swap.off":            {"pattern": dayForm, "description": "Ngày làm việc được nghỉ · a working day that is off."},
	"Swap.work":           {"pattern": dayForm, "description": "Thứ Bảy hoặc Chủ nhật làm bù · the weekend day that is worked instead."},
	"Swap.confidence":     {"enum": confidenceValues},
	"Profile.slug":        {"pattern": plainID.String()},
	"Profile.prefix":      {"pattern": prefixForm.String()},
	"Role.role":           {"enum": Roles},
	"Heir.on":             {"pattern": dayForm},
	"Pack.classification": {"description": "Dòng class đúng đầu tiên quyết định; mọi dòng situation đều được xét · the first row of the kind class that holds wins; every row of the kind situation is looked at."},
}

// required are the keys without which Load refuses the object.
var required = map[string][]string{
	"Pack":      {"id", "kind", "title"},
	"Text":      {"vi", "en"},
	"Rule":      {"id", "instrument", "clause", "confidence", "title", "owed_by", "clock"},
	"Clock":     {"start", "unit"},
	"Class":     {"id", "kind", "value", "instrument", "clause", "confidence", "when"},
	"Off":       {"rule", "basis"},
	"Form":      {"id", "kind", "instrument", "clause", "confidence", "title", "fields"},
	"FormField": {"name", "title", "type"},
	"Choice":    {"value", "title"},
	"Holiday":   {"id", "title", "instrument", "clause", "confidence"},
	"Swap":      {"off", "work", "instrument", "clause", "confidence"},
	"Profile":   {"slug", "prefix", "name"},
	"Node":      {"code", "name"},
	"Role":      {"role"},
	"Seat":      {"code"},
	"Heir":      {"code", "on"},
	"OldName":   {"name", "to"},
	"Person":    {"username", "name"},
}

func owers() []string { return append(slices.Clone(Roles), "reporter") }

func sourceNames() []string {
	out := make([]string, len(FormSources))
	for i, s := range FormSources {
		out[i] = s.Name
	}
	return out
}

func objectOf(t reflect.Type, defs map[string]any) map[string]any {
	properties := map[string]any{}
	for i := range t.NumField() {
		f := t.Field(i)
		key := f.Tag.Get("yaml")
		if key == "" || key == "-" {
			continue
		}
		p := valueOf(f.Type, defs)
		if (key == "from" || key == "to") && p["type"] == "string" {
			p["pattern"] = dayForm
		}
		maps.Copy(p, fields[t.Name()+"."+key])
		properties[key] = p
	}
	out := map[string]any{"type": "object", "properties": properties, "additionalProperties": false}
	if keys := required[t.Name()]; keys != nil {
		out["required"] = keys
	}
	return out
}

func valueOf(t reflect.Type, defs map[string]any) map[string]any {
	switch t.Kind() {
	case reflect.Pointer:
		return valueOf(t.Elem(), defs)
	case reflect.Slice:
		return map[string]any{"type": "array", "items": valueOf(t.Elem(), defs)}
	case reflect.Struct:
		if t == reflect.TypeFor[Span]() {
			return map[string]any{"type": "string", "pattern": spanForm}
		}
		if _, ok := defs[t.Name()]; !ok {
			defs[t.Name()] = map[string]any{} // so that a type that holds itself ends
			defs[t.Name()] = objectOf(t, defs)
		}
		return map[string]any{"$ref": "#/$defs/" + t.Name()}
	case reflect.Int:
		return map[string]any{"type": "integer", "minimum": 0}
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	}
	return map[string]any{"type": "string"}
}
