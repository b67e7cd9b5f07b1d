package main

import (
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/httpapi"
	"github.com/ungcuu/ungcuu/internal/policy"
)

// mend completes the annotated document from the table of routes.
func mend(doc object, routes []httpapi.Route) error {
	doc["openapi"] = "3.1.1"
	doc["servers"] = []any{object{"url": "/"}}
	doc["info"].(object)["license"] = object{"name": "Apache-2.0", "identifier": "Apache-2.0"}
	components, _ := doc["components"].(object)
	words, _ := components["schemas"].(object)

	answers, inputs := map[string]bool{}, map[string]bool{}
	for _, r := range routes {
		for t, into := range map[reflect.Type]map[string]bool{r.Answer(): answers, r.Body(): inputs, r.Form(): inputs} {
			if t != nil {
				reach(t, into)
			}
		}
	}
	maps.DeleteFunc(inputs, func(name string, _ bool) bool { return answers[name] })
	said, err := comments("api")
	if err != nil {
		return err
	}
	s := &schemas{lists: httpapi.Lists(), words: words, made: object{}, types: inputs, said: said}
	s.define(reflect.TypeFor[api.Problem](), false)

	paths := doc["paths"].(object)
	seen := map[string]bool{}
	for _, r := range routes {
		if r.Hidden {
			continue
		}
		item, _ := paths[r.Path].(object)
		op, ok := item[strings.ToLower(r.Method)].(object)
		if !ok {
			return fmt.Errorf("%s %s has no annotation", r.Method, r.Path)
		}
		if err := agrees(op, r); err != nil {
			return fmt.Errorf("%s %s: %w", r.Method, r.Path, err)
		}
		item[strings.ToLower(r.Method)] = operation(s, op, r)
		seen[r.Method+" "+r.Path] = true
	}
	for path, item := range paths {
		for method := range item.(object) {
			if !seen[strings.ToUpper(method)+" "+path] {
				return fmt.Errorf("%s %s is annotated, but no route", strings.ToUpper(method), path)
			}
		}
	}
	doc["components"] = object{
		"schemas": s.made, "parameters": parameters(), "headers": headers(), "responses": responses(),
		"securitySchemes": object{
			"bearer": object{
				"type": "http", "scheme": "bearer", "bearerFormat": "JWT",
				"description": "Mã truy cập của POST /api/v1/auth/login · The access token of POST /api/v1/auth/login",
			},
			"api_key": object{
				"type": "apiKey", "in": "header", "name": "X-API-Key",
				"description": "Khóa của hệ thống; không gửi kèm Authorization · A system's key; not beside Authorization",
			},
			"client_credentials": object{
				"type": "oauth2", "description": "Mã truy cập của hệ thống; scope thu hẹp các thao tác · A system's token; scope narrows its verbs",
				"flows": object{"clientCredentials": object{"tokenUrl": "/api/v1/oauth/token", "scopes": scopes()}},
			},
		},
	}
	return nil
}

// agrees compares what the annotation says with the types of the handler.
func agrees(op object, r httpapi.Route) error {
	body := refIn(op["requestBody"])
	if want := refOf(r.Body()); body != want {
		return fmt.Errorf("the annotation takes %q, the handler %q", body, want)
	}
	answer, _ := op["responses"].(object)[strconv.Itoa(r.Status)].(object)
	if answer == nil {
		return fmt.Errorf("the annotation does not answer %d", r.Status)
	}
	if got, want := refIn(answer), refOf(r.Answer()); got != want {
		return fmt.Errorf("the annotation answers %q, the handler %q", got, want)
	}
	return nil
}

var ref = regexp.MustCompile(`#/components/schemas/([\w.]+)`)

func refIn(v any) string {
	if m := ref.FindStringSubmatch(fmt.Sprint(v)); m != nil {
		return m[1]
	}
	return ""
}

func refOf(t reflect.Type) string {
	if t == nil {
		return ""
	}
	return "api." + t.Name()
}

func operation(s *schemas, op object, r httpapi.Route) object {
	out := object{"operationId": r.Name, "summary": op["summary"], "tags": op["tags"], "security": []any{}}
	if d, ok := op["description"].(string); ok {
		out["description"] = d
	}
	if r.Auth {
		out["security"] = []any{object{"bearer": []any{}}}
	}
	if needed, systems := r.Scopes(); systems {
		list := []any{}
		for _, v := range needed {
			list = append(list, string(v))
		}
		out["security"] = append(out["security"].([]any), object{"api_key": []any{}}, object{"client_credentials": list})
	}
	if p := params(s, op, r); len(p) > 0 {
		out["parameters"] = p
	}
	if r.Body() != nil {
		out["requestBody"] = body(s, op, r)
	}
	if r.Form() != nil {
		out["requestBody"] = object{"required": true, "content": object{"application/x-www-form-urlencoded": object{
			"schema": s.use(r.Form(), "", true), "example": examples()[r.Name],
		}}}
		delete(s.made[r.Form().Name()].(object), "additionalProperties") // RFC 6749 3.2: unknown parameters are ignored
	}
	if kinds := r.Takes(); kinds != nil {
		content := files(kinds)
		for kind, x := range fileExamples()[r.Name] {
			content[kind].(object)["example"] = x
		}
		out["requestBody"] = object{"required": true, "content": content, "description": "Tệp · The file"}
	}
	out["responses"] = answers(s, op, r)
	return out
}

var inPath = regexp.MustCompile(`\{(\w+)\}`)

func params(s *schemas, op object, r httpapi.Route) []any {
	out := []any{}
	for _, m := range inPath.FindAllStringSubmatch(r.Path, -1) {
		out = append(out, shared("parameters", pathParameter(r, m[1])))
	}
	words := map[string]any{}
	if list, ok := op["parameters"].([]any); ok {
		for _, p := range list {
			words[p.(object)["name"].(string)] = p.(object)["description"]
		}
	}
	if r.Query() != nil {
		out = append(out, query(s, words, r.Query())...)
	}
	if strings.HasPrefix(r.Path, "/api/") {
		out = append(out, shared("parameters", "AcceptLanguage"))
	}
	if r.Match {
		out = append(out, shared("parameters", "IfMatch"))
	}
	if r.Keyed() {
		out = append(out, shared("parameters", "IdempotencyKey"))
	}
	return out
}

func pathParameter(r httpapi.Route, name string) string {
	if name == "id" {
		for prefix, of := range map[string]string{
			"/api/v1/agencies/": "AgencyID", "/api/v1/imports/": "ImportID", "/api/v1/contacts/": "ContactID", "/api/v1/duty-shifts/": "ShiftID", "/api/v1/users/": "UserID",
			"/api/v1/systems/": "SystemID",
		} {
			if strings.HasPrefix(r.Path, prefix) {
				return of
			}
		}
	}
	if name, ok := material[name]; ok {
		return name
	}
	return map[string]string{"id": "IncidentID", "hid": "HandoverID", "rid": "NationalReportID", "oid": "ObligationID", "lid": "LinkID", "gid": "GrantID", "iid": "IdentityID", "kid": "KeyID", "kind": "ProblemKind", "name": "MappingName"}[name]
}

// material are the path parameters of the working material.
var material = map[string]string{"tid": "TaskID", "type": "NationalType", "obid": "ObservableID", "pid": "ParticipantID", "xid": "RedactionID", "version": "RuleBookVersion"}

func query(s *schemas, words map[string]any, t reflect.Type) []any {
	out := []any{}
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous {
			out = append(out, query(s, words, f.Type)...)
			continue
		}
		name := f.Tag.Get("json")
		field := f.Type
		if field.Kind() == reflect.Pointer {
			field = field.Elem()
		}
		p := object{"name": name, "in": "query", "schema": s.use(field, f.Tag, false)}
		if d, ok := words[name].(string); ok && d != "" {
			p["description"] = d
		}
		out = append(out, p)
	}
	return out
}

func body(s *schemas, op object, r httpapi.Route) object {
	content := object{"schema": s.use(r.Body(), "", true)}
	if x, ok := examples()[r.Name]; ok {
		content["example"] = x
	}
	kinds := object{"application/json": content}
	if r.Method == http.MethodPatch {
		kinds = object{"application/merge-patch+json": content}
	}
	needed := false
	for i := range r.Body().NumField() {
		needed = needed || r.Body().Field(i).Tag.Get("validate") == "required"
	}
	out := object{"content": kinds, "required": needed || r.Method == http.MethodPatch}
	if d := op["requestBody"].(object)["description"]; d != nil {
		out["description"] = d
	}
	return out
}

// files is the content of a body that is a file.
func files(kinds []string) object {
	out := object{}
	for _, k := range kinds {
		out[k] = object{"schema": object{"type": "string", "format": "binary"}}
	}
	return out
}

func answers(s *schemas, op object, r httpapi.Route) object {
	out := object{}
	status := strconv.Itoa(r.Status)
	success := object{"description": map[int]string{200: "Thành công · OK", 201: "Đã tạo · Created", 202: "Đã nhận · Taken", 204: "Đã thực hiện · Done"}[r.Status]}
	if r.Answer() != nil {
		success["content"] = object{"application/json": object{"schema": s.use(r.Answer(), "", false)}}
		if x, ok := answerExamples()[r.Name]; ok {
			success["content"].(object)["application/json"].(object)["example"] = x
		}
	} else if kinds := r.Gives(); kinds != nil {
		success["content"] = files(kinds)
	} else if r.Status != http.StatusNoContent {
		success["content"] = op["responses"].(object)[status].(object)["content"]
	}
	if strings.HasPrefix(r.Path, "/api/") {
		success["headers"] = successHeaders(r)
	}
	out[status] = success
	for _, code := range failures(r) {
		out[strconv.Itoa(code)] = shared("responses", "Problem"+strconv.Itoa(code))
	}
	if r.Form() != nil { // RFC 6749 5.2
		refusal := object{"application/json": object{"schema": s.use(reflect.TypeFor[api.OAuthError](), "", false)}}
		out["400"] = object{"description": "Yêu cầu không hợp lệ · The request is not valid", "content": refusal}
		out["401"] = object{
			"description": "Hệ thống hoặc khóa không hợp lệ · The client or its secret is not valid", "content": refusal,
			"headers": object{"WWW-Authenticate": shared("headers", "WWW-Authenticate")},
		}
	}
	if r.Name == "readiness" {
		out["503"] = object{"description": "Chưa phục vụ được · Not ready", "content": object{"application/json": object{"schema": s.use(r.Answer(), "", false)}}}
	}
	return out
}

func successHeaders(r httpapi.Route) object {
	names := []string{"Content-Language", "X-Trace-Id"}
	if t := r.Answer(); t != nil {
		if _, versioned := t.FieldByName("Version"); versioned {
			names = append(names, "ETag")
		}
		if _, list := t.FieldByName("Paged"); list {
			names = append(names, "Link")
		}
	}
	if r.Status == http.StatusCreated || r.Status == http.StatusAccepted {
		names = append(names, "Location")
	}
	if r.Keyed() {
		names = append(names, "Idempotent-Replayed")
	}
	out := object{}
	for _, n := range names {
		out[n] = shared("headers", n)
	}
	return out
}

// failures are the statuses of the problems that the route can answer.
func failures(r httpapi.Route) []int {
	codes := map[int]bool{}
	add := func(when bool, list ...int) {
		for _, c := range list {
			codes[c] = codes[c] || when
		}
	}
	inAPI := strings.HasPrefix(r.Path, "/api/")
	write := r.Method != http.MethodGet
	add(inAPI, 500, 503)
	add(inAPI, 400)
	add(r.Auth || r.Name == "login" || r.Name == "refresh", 401)
	add(r.Auth && (!r.First || r.PeopleOnly()), 403)
	// A filter by a case that is not in sight is not found either.
	add(strings.Contains(r.Path, "{"), 404)
	add(r.Takes() != nil, 413, 415)
	add(r.Body() != nil, 400, 413, 415, 422)
	factor := strings.Contains(r.Path, "/auth/second-factor")
	add(write && r.Auth && (factor || !strings.Contains(r.Path, "/auth/")), 409, 422)
	add(factor || r.Name == "changePassword", 429) // a password or a code is tried
	add(r.Match, 412, 428)
	add(true, 429)
	out := []int{}
	for c, yes := range codes {
		if yes {
			out = append(out, c)
		}
	}
	slices.Sort(out)
	return out
}

// scopes are the verbs of systems, as scopes of OAuth 2.
func scopes() object {
	out := object{}
	for _, v := range policy.Verbs {
		out[string(v)] = policy.InWords(v)
	}
	return out
}

func shared(kind, name string) object { return object{"$ref": "#/components/" + kind + "/" + name} }

func parameters() object {
	id := func(name, what string) object {
		return object{"name": name, "in": "path", "required": true, "description": what, "schema": object{"type": "string", "format": "uuid"}}
	}
	header := func(name, what string, required bool, schema object) object {
		return object{"name": name, "in": "header", "required": required, "description": what, "schema": schema}
	}
	return object{
		"IncidentID": id("id", "Hồ sơ sự cố · The incident"),
		"AgencyID":   id("id", "Cơ quan · The agency"),
		"ImportID":   id("id", "Lần nhập · The import"),
		"MappingName": object{"name": "name", "in": "path", "required": true, "description": "Tên ánh xạ · The name of the mapping",
			"schema": object{"type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,62}$"}},
		"HandoverID":       id("hid", "Thông báo, đề nghị · The handover"),
		"LinkID":           id("lid", "Liên kết · The link"),
		"NationalReportID": id("rid", "Báo cáo cấp quốc gia · The national report"),
		"ObligationID":     id("oid", "Nghĩa vụ · The obligation"),
		"ContactID":        id("id", "Đầu mối · The contact"),
		"ShiftID":          id("id", "Ca trực · The shift"),
		"UserID":           id("id", "Người dùng · The person"),
		"GrantID":          id("gid", "Quyền đã cấp · The grant"),
		"IdentityID":       id("iid", "Định danh tại nhà cung cấp · The identity at a provider"),
		"SystemID":         id("id", "Hệ thống · The system"),
		"KeyID":            id("kid", "Khóa · The key"),
		"ProblemKind": object{"name": "kind", "in": "path", "required": true, "description": "Loại lỗi · The kind of failure",
			"schema": object{"type": "string", "enum": anys(httpapi.Kinds())}},
		"TaskID":        id("tid", "Công việc · The task"),
		"ObservableID":  id("obid", "Dấu hiệu kỹ thuật · The observable"),
		"ParticipantID": id("pid", "Bên được mời · The invited participant"),
		"RedactionID":   id("xid", "Yêu cầu xóa nội dung · The redaction"),
		"NationalType": object{"name": "type", "in": "path", "required": true, "description": "Loại sự cố quốc gia · The national type",
			"schema": object{"type": "string", "enum": anys(httpapi.Lists()["category_vn"])}},
		"RuleBookVersion": object{"name": "version", "in": "path", "required": true, "description": "Phiên bản bộ quy định · The version of the book of rules",
			"schema": object{"type": "string", "pattern": "^[0-9a-f]{64}$"}},
		"AcceptLanguage": header("Accept-Language", "vi (mặc định · the default) hoặc · or en", false, object{"type": "string"}),
		"IfMatch":        header("If-Match", `ETag đã đọc, ví dụ "3", hoặc * · The ETag you read, e.g. "3", or *`, true, object{"type": "string"}),
		"IdempotencyKey": header("Idempotency-Key", "Gửi lại với cùng khóa là an toàn trong 24 giờ · A repeat with the same key is safe for 24 hours", false,
			object{"type": "string", "minLength": 1, "maxLength": 255}),
	}
}

func headers() object {
	text := func(what string) object { return object{"description": what, "schema": object{"type": "string"}} }
	return object{
		"Content-Language":    text("vi, en"),
		"X-Trace-Id":          text("Mã để tra nhật ký · The id to find it in the log"),
		"ETag":                text(`Phiên bản, ví dụ "3" · The version, e.g. "3"`),
		"Link":                text(`Trang sau, rel="next" · The next page, rel="next"`),
		"Location":            text("Đường dẫn vừa tạo · Where it was made"),
		"Idempotent-Replayed": text("true: câu trả lời cũ được gửi lại · true: the old answer, given again"),
		"Retry-After":         object{"description": "Giây · Seconds", "schema": object{"type": "integer"}},
		"WWW-Authenticate":    text("Bearer"),
	}
}

func responses() object {
	out := object{}
	for code, what := range map[int]string{
		400: "Yêu cầu hoặc tham số truy vấn không đọc được · The request or a query parameter cannot be read",
		401: "Chưa đăng nhập · Not logged in",
		403: "Được xem nhưng không được làm · Seen, but not allowed",
		404: "Không có, hoặc không được xem · Absent, or not yours to see",
		409: "Trạng thái không cho phép (reasons), hoặc khóa đang được dùng · The state does not allow it (reasons), or the key is in use",
		412: "Phiên bản đã cũ · The version is stale",
		413: "Nội dung quá 1 MiB · The body is over 1 MiB",
		415: "Không phải JSON · Not JSON",
		422: "Dữ liệu chưa đúng (errors) · The input is not valid (errors)",
		428: "Thiếu If-Match · If-Match is missing",
		429: "Quá nhiều yêu cầu · Too many requests",
		500: "Lỗi của hệ thống · A fault of the system",
		503: "Đang bận hoặc cơ sở dữ liệu không liên lạc được · Busy, or the database is away",
	} {
		media := object{"schema": shared("schemas", "Problem")}
		if x, ok := problemExamples()[code]; ok {
			media["example"] = x
		}
		h := object{"Content-Language": shared("headers", "Content-Language"), "X-Trace-Id": shared("headers", "X-Trace-Id")}
		switch code {
		case 401:
			h["WWW-Authenticate"] = shared("headers", "WWW-Authenticate")
		case 409, 429, 503:
			h["Retry-After"] = shared("headers", "Retry-After")
		}
		out["Problem"+strconv.Itoa(code)] = object{"description": what, "headers": h, "content": object{"application/problem+json": media}}
	}
	return out
}
