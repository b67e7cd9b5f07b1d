package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/record"
	"github.com/ungcuu/ungcuu/internal/telemetry"
)

// internal is the kind of a bug: not a fault, but a page and a status all the same.
const internal fault.Kind = "internal"

// kinds says for each kind of failure its status, its title and what its page explains.
var kinds = map[fault.Kind]struct {
	status int
	title  fault.Text
	about  fault.Text
}{
	fault.Malformed: {http.StatusBadRequest,
		fault.Text{VI: "Yêu cầu không đọc được", EN: "The request cannot be read"},
		fault.Text{VI: "Nội dung không phải JSON hợp lệ, hoặc tham số truy vấn không có hay sai. Xem errors nếu có.", EN: "The body is not valid JSON, or a query parameter is unknown or wrong. See errors where given."}},
	fault.Invalid: {http.StatusUnprocessableEntity,
		fault.Text{VI: "Dữ liệu chưa đúng", EN: "The input is not valid"},
		fault.Text{VI: "Mỗi mục của errors chỉ ra một trường bằng JSON Pointer, mã lỗi và lời giải thích. Sửa rồi gửi lại.", EN: "Each item of errors names one field by its JSON Pointer, with a code and a sentence. Correct them and send again."}},
	fault.Unauthenticated: {http.StatusUnauthorized,
		fault.Text{VI: "Chưa đăng nhập", EN: "Not logged in"},
		fault.Text{VI: "Cần gửi Authorization: Bearer với mã truy cập còn hạn, hoặc X-API-Key của hệ thống. Đăng nhập lại, hoặc đổi bằng refresh token.", EN: "Send Authorization: Bearer with an access token that is still good, or a system's X-API-Key. Log in, or trade the refresh token."}},
	fault.Forbidden: {http.StatusForbidden,
		fault.Text{VI: "Không có quyền", EN: "Not allowed for this account"},
		fault.Text{VI: "Tài khoản được xem đối tượng này nhưng không được thực hiện thao tác. reasons cho biết cần vai trò nào.", EN: "The account may see the object, but not do this. reasons says which role is needed."}},
	fault.NotFound: {http.StatusNotFound,
		fault.Text{VI: "Không tìm thấy", EN: "Not found"},
		fault.Text{VI: "Không có đối tượng này, hoặc tài khoản không được xem. Hai trường hợp được trả lời như nhau.", EN: "It does not exist, or it is not yours to see. Both get the same answer."}},
	fault.Conflict: {http.StatusConflict,
		fault.Text{VI: "Trạng thái chưa cho phép", EN: "The state does not allow it"},
		fault.Text{VI: "reasons nêu từng điều còn thiếu, kèm điều khoản. GET …/moves cho biết trước điều này.", EN: "reasons names each thing that is missing, with its clause. GET …/moves tells it in advance."}},
	fault.Stale: {http.StatusPreconditionFailed,
		fault.Text{VI: "Dữ liệu đã thay đổi", EN: "It was changed meanwhile"},
		fault.Text{VI: "If-Match không còn là phiên bản hiện tại. Đọc lại, xem thay đổi, rồi gửi với ETag mới.", EN: "If-Match is not the present version. Read it again, look at the change, and send the new ETag."}},
	fault.VersionRequired: {http.StatusPreconditionRequired,
		fault.Text{VI: "Thiếu phiên bản đã đọc", EN: "The version you read is missing"},
		fault.Text{VI: "Thao tác này cần If-Match với ETag của lần đọc gần nhất (hoặc *), để không ghi đè thay đổi của người khác.", EN: "This request needs If-Match with the ETag you read (or *), so that nobody's change is overwritten."}},
	fault.KeyReused: {http.StatusUnprocessableEntity,
		fault.Text{VI: "Idempotency-Key đã dùng cho nội dung khác", EN: "The Idempotency-Key was used with another body"},
		fault.Text{VI: "Mỗi yêu cầu mới cần một khóa mới; chỉ gửi lại cùng khóa với đúng nội dung cũ.", EN: "A new request needs a new key; repeat a key only with the very same body."}},
	fault.Busy: {http.StatusServiceUnavailable,
		fault.Text{VI: "Đang bận", EN: "Busy"},
		fault.Text{VI: "Người khác đang thao tác trên cùng đối tượng. Thử lại sau thời gian ghi ở Retry-After. Mã 409 khi một yêu cầu cùng Idempotency-Key đang chạy.", EN: "Someone else holds the object. Try again after Retry-After. The status is 409 while a request with the same Idempotency-Key runs."}},
	fault.TooMany: {http.StatusTooManyRequests,
		fault.Text{VI: "Quá nhiều yêu cầu", EN: "Too many requests"},
		fault.Text{VI: "Thử lại sau thời gian ghi ở Retry-After.", EN: "Try again after Retry-After."}},
	fault.TooLarge: {http.StatusRequestEntityTooLarge,
		fault.Text{VI: "Nội dung quá lớn", EN: "The body is too large"},
		fault.Text{VI: "Nội dung JSON tối đa 1 MiB.", EN: "A JSON body may have 1 MiB."}},
	fault.Unsupported: {http.StatusUnsupportedMediaType,
		fault.Text{VI: "Kiểu nội dung không được nhận", EN: "This media type is not taken"},
		fault.Text{VI: "Gửi application/json (UTF-8, không nén); PATCH nhận cả application/merge-patch+json.", EN: "Send application/json (UTF-8, not compressed); PATCH also takes application/merge-patch+json."}},
	fault.NotAllowed: {http.StatusMethodNotAllowed,
		fault.Text{VI: "Phương thức không được nhận", EN: "The method is not allowed"},
		fault.Text{VI: "Đường dẫn này nhận các phương thức khác; xem Allow.", EN: "This path takes other methods; see Allow."}},
	fault.Unavailable: {http.StatusServiceUnavailable,
		fault.Text{VI: "Tạm thời không phục vụ được", EN: "Not available now"},
		fault.Text{VI: "Một thành phần cần thiết (thường là cơ sở dữ liệu) đang không liên lạc được. Thử lại sau.", EN: "A part that is needed (mostly the database) is away. Try again later."}},
	fault.StateSecret: {http.StatusUnprocessableEntity,
		fault.Text{VI: "Không tiếp nhận bí mật nhà nước", EN: "State secrets are not taken"},
		fault.Text{VI: "Không nội dung nào được lưu lại. Dùng kênh dành cho tài liệu mật như nêu ở detail.", EN: "Nothing was kept. Use the channel for secret documents that detail names."}},
	internal: {http.StatusInternalServerError,
		fault.Text{VI: "Lỗi của hệ thống", EN: "A fault of the system"},
		fault.Text{VI: "Đây là lỗi của phần mềm. Báo cho người vận hành kèm trace_id; chi tiết nằm trong nhật ký.", EN: "This is a bug. Tell the operator the trace_id; the detail is in the log."}},
}

// fail answers an error. keyed says that the request carried an Idempotency-Key.
func (s *Server) fail(c echo.Context, err error, keyed bool) {
	if c.Response().Committed {
		return
	}
	var replay record.Replay
	if errors.As(err, &replay) {
		h := c.Response().Header()
		for name, value := range replay.Answer.Header {
			h.Set(name, value)
		}
		h.Set("Idempotent-Replayed", "true")
		s.send(c, replay.Answer.Status, echo.MIMEApplicationJSON, replay.Answer.Body)
		return
	}
	f := s.faultOf(c, err)
	s.refused(c, err, f)
	if f.Kind == fault.StateSecret {
		s.secretRefused(c)
	}
	p := kinds[f.Kind]
	status := p.status
	if f.Kind == fault.Busy && keyed {
		status = http.StatusConflict
	}
	lang := language(c.Request().Header.Get("Accept-Language"))
	h := c.Response().Header()
	h.Set("Content-Language", lang)
	if f.Kind == fault.Unauthenticated {
		h.Set("WWW-Authenticate", challenge(c.Request()))
	}
	if wait := f.RetryAfter; wait > 0 || status == http.StatusServiceUnavailable {
		h.Set("Retry-After", strconv.Itoa(int(max(1, (wait+time.Second-1)/time.Second))))
	}
	body, bad := json.Marshal(problemOf(f, lang, status, c.Request().URL.EscapedPath(), traceOf(c).trace))
	if bad != nil {
		s.log.ErrorContext(c.Request().Context(), "problem not encoded", "error", bad)
	}
	s.send(c, status, "application/problem+json", body)
}

// faultOf is the fault inside err; whatever is not expected becomes a bug whose detail goes
// to the log alone.
func (s *Server) faultOf(c echo.Context, err error) *fault.Error {
	ctx := c.Request().Context()
	if f, ok := fault.As(err); ok {
		if cause := errors.Unwrap(f); cause != nil {
			s.log.LogAttrs(ctx, slog.LevelInfo, "request refused", slog.String("trace_id", traceOf(c).trace),
				slog.String("kind", string(f.Kind)), slog.String("cause", cause.Error()))
		}
		return f
	}
	var router *echo.HTTPError
	if errors.As(err, &router) {
		switch router.Code {
		case http.StatusNotFound:
			return fault.Absent()
		case http.StatusMethodNotAllowed:
			return fault.New(fault.NotAllowed, "Đường dẫn này không nhận phương thức "+c.Request().Method+".", "This path does not take "+c.Request().Method+".")
		}
	}
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return fault.New(fault.Unavailable, "Yêu cầu đã bị hủy.", "The request was given up.")
	}
	s.log.LogAttrs(ctx, slog.LevelError, "request failed", slog.String("trace_id", traceOf(c).trace),
		slog.String("route", c.Path()), slog.String("error", err.Error()))
	return fault.New(internal, "Hệ thống gặp lỗi ngoài dự kiến. Hãy báo trace_id cho người vận hành.",
		"Something went wrong on our side. Tell the operator the trace_id.")
}

// secretRefused leaves the fact that a state secret was refused, and nothing of what was sent.
func (s *Server) secretRefused(c echo.Context) {
	s.watch.Add(telemetry.StateSecretsRefused, 1)
	t := traceOf(c)
	s.log.LogAttrs(c.Request().Context(), slog.LevelWarn, "state secret refused", slog.String("route", c.Path()),
		slog.String("user_id", t.user), slog.String("agency_id", t.agency), slog.String("trace_id", t.trace))
}

func fieldErrorIn(lang string) func(fault.Field) api.FieldError {
	return func(x fault.Field) api.FieldError {
		return api.FieldError{Pointer: x.Pointer, Code: x.Code, Message: x.Text.In(lang)}
	}
}

func problemOf(f *fault.Error, lang string, status int, instance, trace string) api.Problem {
	p := api.Problem{
		Type: "/problems/" + string(f.Kind), Title: kinds[f.Kind].title.In(lang), Status: status,
		Detail: f.Text.In(lang), Instance: instance, TraceID: trace,
	}
	if len(f.Fields) > 0 {
		p.Errors = each(f.Fields, fieldErrorIn(lang))
	}
	if len(f.Reasons) > 0 {
		p.Reasons = reasonsOf(f.Reasons, lang)
	}
	return p
}

func reasonsOf(list []fault.Reason, lang string) []api.Reason {
	out := make([]api.Reason, len(list))
	for i, r := range list {
		out[i] = api.Reason{Code: r.Code, Basis: r.Basis, Message: r.Text.In(lang)}
	}
	return out
}

// challenge tells a caller without a token from one with a bad token (RFC 6750 3).
func challenge(r *http.Request) string {
	if r.Header.Get("Authorization") == "" {
		return `Bearer realm="ungcuu"`
	}
	return `Bearer realm="ungcuu", error="invalid_token"`
}

// Kinds are the names of the pages about failures, sorted.
func Kinds() []string {
	out := make([]string, 0, len(kinds))
	for k := range kinds {
		out = append(out, string(k))
	}
	slices.Sort(out)
	return out
}
