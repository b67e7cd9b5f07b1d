package httpapi

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/labstack/echo/v4"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/authn"
	"github.com/ungcuu/ungcuu/internal/casework"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/record"
	"github.com/ungcuu/ungcuu/internal/store"
)

// in is what a handler gets: the caller and the conditions of a write (Call), the ids of the
// path, the query and the body. none stands for no query or no body.
type in[Q, B any] struct {
	casework.Call
	session authn.Session
	id      string // of the incident, or of what the path names alone
	sub     string // of what lies below the incident, or the code that the path names
	query   Q
	body    B
	page    page
	lang    string
	address string
}

type none struct{}

// out is what a handler answers: the body, and what of it goes into headers.
type out[T any] struct {
	body     T
	version  int64  // ETag; 0 for what has none
	location string // of what was made
	link     string // what else belongs to the answer (RFC 8288)
}

func reply[T any](body T, err error) (out[T], error) { return out[T]{body: body}, err }

// endpoint serves one route, and says what it takes and answers; nil for nothing.
type endpoint struct {
	serve               func(s *Server, c echo.Context, r Route)
	query, body, answer reflect.Type
	form                reflect.Type // of a body of form fields, in place of JSON
	takes, gives        []string     // media types of files, in place of JSON
}

// typeOf is T, or nil where T is none.
func typeOf[T any]() reflect.Type {
	if t := reflect.TypeFor[T](); t != reflect.TypeFor[none]() {
		return t
	}
	return nil
}

// handle is the one way from a request to a use case and back. The order of its checks is
// part of the contract: who asks (401), what the request alone shows (413, 415, 400, 422),
// then what needs the object: the use case answers 404, 403, the stored answer of a repeated
// key, 428, 412, 409 and 422, in this order.
func handle[Q, B, T any](fn func(*Server, context.Context, in[Q, B]) (out[T], error)) endpoint {
	shape := shapeOf(reflect.TypeFor[Q](), reflect.TypeFor[T]())
	serve := func(s *Server, c echo.Context, r Route) {
		x, err := read[Q, B](s, c, r)
		var a store.Answer
		var o out[T]
		if err == nil {
			a, o, err = call(s, c.Request(), r, x, fn)
		}
		var again record.Replay
		if err == nil || errors.As(err, &again) {
			seen := shape.look(reflect.ValueOf(x.query), reflect.ValueOf(o.body))
			seen.at, seen.id, seen.sub = x.At, x.id, x.sub
			s.accessed(c, r, seen)
		}
		if err != nil {
			s.fail(c, err, x.Key != nil)
			return
		}
		if r.Rights {
			s.auth.Forget()
		}
		s.give(c, a)
	}
	return endpoint{serve: serve, query: typeOf[Q](), body: typeOf[B](), answer: typeOf[T]()}
}

// read is what the request alone shows: the caller, then body, query and path, in this
// order, so that the path wins.
func read[Q, B any](s *Server, c echo.Context, r Route) (in[Q, B], error) {
	var x in[Q, B]
	req := c.Request()
	x.At = s.now().UTC().Truncate(time.Microsecond)
	x.lang, x.address = language(req.Header.Get("Accept-Language")), c.RealIP()
	if err := s.identify(c, r, &x.session, x.At); err != nil {
		return x, err
	}
	if r.Auth {
		if err := s.rates.take(c, r, x.session.Actor.UserID); err != nil {
			return x, err
		}
	}
	x.By, x.Match = x.session.Actor, strings.Join(req.Header.Values("If-Match"), ",")
	canonical, err := readBody(c, &x.body)
	if err != nil {
		return x, err
	}
	if r.Auth {
		if err := unstamped(x.body); err != nil {
			return x, err
		}
	}
	if err := decodeQuery(req.URL.RawQuery, &x.query); err != nil {
		return x, err
	}
	if x.page, err = pageOf(reflect.ValueOf(x.query), x.By, req); err != nil {
		return x, err
	}
	if x.Key, err = keyOf(req, r, x.By.UserID, canonical); err != nil {
		return x, err
	}
	if x.id, x.sub, err = pathIDs(c); err != nil {
		return x, err
	}
	return x, mayUse(r, x.By)
}

// call runs the use case. With an Idempotency-Key, the claim of the key inside the use case,
// the change and the kept answer are one transaction; the answer goes out after its commit.
func call[Q, B, T any](s *Server, req *http.Request, r Route, x in[Q, B],
	fn func(*Server, context.Context, in[Q, B]) (out[T], error)) (a store.Answer, o out[T], err error) {
	run := func(ctx context.Context) error {
		var err error
		o, err = fn(s, ctx, x)
		if err == nil {
			err = mayRead(r, x.By)
		}
		if err == nil {
			a, err = answer(req, r, o)
		}
		return err
	}
	if x.Key == nil {
		err = run(req.Context())
		return a, o, err
	}
	err = s.store.Write(req.Context(), func(ctx context.Context, tx *store.Tx) error {
		if err := run(ctx); err != nil {
			return err
		}
		return tx.KeepAnswer(*x.Key, a)
	})
	return a, o, err
}

// awake refuses while the desk starts: its database may not be filled yet, and nothing may be
// written under rules that are not kept.
func (s *Server) awake() error {
	if s.started != nil && !s.started() {
		return fault.New(fault.Unavailable, "Hệ thống đang khởi động.", "The desk is starting.")
	}
	return nil
}

// identify reads who asks, where the route needs to know.
func (s *Server) identify(c echo.Context, r Route, into *authn.Session, now time.Time) error {
	if err := s.awake(); err != nil {
		return err
	}
	if !r.Auth {
		return nil
	}
	if given, alone := viaKey(c); alone {
		sess, err := s.identifyKey(c.Request().Context(), given, c.RealIP(), now)
		*into = sess
		noteCaller(c, sess)
		return err
	}
	h := c.Request().Header
	scheme, token, _ := strings.Cut(h.Get("Authorization"), " ")
	if token = strings.TrimSpace(token); !strings.EqualFold(scheme, "Bearer") || token == "" || len(h.Values("Authorization")) > 1 || h.Get("X-API-Key") != "" {
		return authn.Unknown()
	}
	var err error
	if *into, err = s.auth.Authenticate(c.Request().Context(), token, now); err == nil {
		err = into.From(c.RealIP())
	}
	if err == nil {
		noteCaller(c, *into)
	}
	return err
}

func noteCaller(c echo.Context, sess authn.Session) {
	t := traceOf(c)
	t.user, t.agency, t.session = sess.Actor.UserID, sess.Actor.AgencyID, sess
}

func mustChange() error {
	return fault.New(fault.Forbidden, "Phải đổi mật khẩu trước khi làm việc khác.", "The password must be changed first.").Because(fault.Reason{
		Code: "password_change_required", Text: fault.Text{VI: "Gọi POST /api/v1/auth/password.", EN: "Call POST /api/v1/auth/password."}})
}

func mustEnrol() error {
	return fault.New(fault.Forbidden, "Phải đăng ký yếu tố xác thực thứ hai trước khi làm việc khác.", "A second factor must be enrolled first.").Because(fault.Reason{
		Code: "second_factor_required", Basis: "TCVN 14423:2026",
		Text: fault.Text{VI: "Gọi POST /api/v1/auth/second-factor.", EN: "Call POST /api/v1/auth/second-factor."}})
}

// maxBody is the largest body the API takes.
const maxBody = 1 << 20

// readBody reads and decodes the body into v, unless v takes none, and returns its canonical
// form (RFC 8785).
func readBody(c echo.Context, v any) ([]byte, error) {
	if _, ok := v.(*none); ok {
		return nil, nil
	}
	r := c.Request()
	if r.ContentLength > maxBody {
		return nil, tooLarge()
	}
	if r.ContentLength != 0 && !jsonType(r) {
		return nil, fault.New(fault.Unsupported, "Chỉ nhận JSON (application/json, UTF-8, không nén).",
			"Only JSON is taken (application/json, UTF-8, not compressed).")
	}
	raw, err := io.ReadAll(http.MaxBytesReader(c.Response(), r.Body, maxBody))
	if err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return nil, tooLarge()
		}
		return nil, malformed("Không đọc hết được nội dung.", "The body did not arrive whole.").Wrap(err)
	}
	if len(raw) == 0 {
		return nil, emptyBody(v)
	}
	if err := decode(raw, v); err != nil {
		return nil, err
	}
	canonical := jsontext.Value(raw)
	err = canonical.Canonicalize()
	return canonical, err
}

func tooLarge() error {
	return fault.New(fault.TooLarge, "Nội dung tối đa 1 MiB.", "A body may have 1 MiB.")
}

func jsonType(r *http.Request) bool {
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	charset := params["charset"]
	return err == nil && (charset == "" || strings.EqualFold(charset, "utf-8")) && r.Header.Get("Content-Encoding") == "" &&
		(kind == echo.MIMEApplicationJSON || kind == mergePatch && r.Method == http.MethodPatch)
}

const mergePatch = "application/merge-patch+json"

// keyOf is the Idempotency-Key of a request whose route takes one.
func keyOf(r *http.Request, route Route, principal string, body []byte) (*store.IdempotencyKey, error) {
	given := r.Header.Values("Idempotency-Key")
	if !route.Keyed() || len(given) == 0 {
		return nil, nil
	}
	key := given[0]
	printable := strings.IndexFunc(key, func(c rune) bool { return c < ' ' || c > '~' }) < 0
	if len(given) > 1 || key == "" || len(key) > 255 || !printable {
		return nil, malformed("Idempotency-Key phải gồm 1–255 ký tự ASCII in được, gửi một lần.", "Idempotency-Key is 1 to 255 printable ASCII characters, given once.")
	}
	sum := sha256.New()
	for _, part := range []string{r.Method, r.URL.Path, string(body)} {
		sum.Write([]byte(part + "\n"))
	}
	return &store.IdempotencyKey{
		Principal: principal, Method: r.Method, Path: r.URL.Path, Key: key, BodyHash: hex.EncodeToString(sum.Sum(nil)),
	}, nil
}

// nameForm is the form of a name that somebody gave, such as that of a mapping.
var nameForm = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,62}$`)

// pathIDs are the ids in the path. What is not an id names nothing, so it is not found.
func pathIDs(c echo.Context) (id, sub string, err error) {
	for _, name := range c.ParamNames() {
		if name == "type" || name == "version" { // a code, not an id; the handler knows which there are
			sub = c.Param(name)
			continue
		}
		if name == "name" {
			if sub = c.Param(name); !nameForm.MatchString(sub) {
				return "", "", fault.Absent()
			}
			continue
		}
		v := strings.ToLower(c.Param(name))
		if !uuidForm.MatchString(v) {
			return "", "", fault.Absent()
		}
		if name == "id" {
			id = v
		} else {
			sub = v
		}
	}
	return id, sub, nil
}

// answer encodes what a handler answered, with the headers that belong to it.
func answer[T any](r *http.Request, route Route, o out[T]) (store.Answer, error) {
	a := store.Answer{Status: route.Status, Header: map[string]string{
		"Content-Language": language(r.Header.Get("Accept-Language")),
	}}
	if o.version != 0 {
		a.Header["ETag"] = `"` + strconv.FormatInt(o.version, 10) + `"`
	}
	if o.location != "" {
		a.Header["Location"] = o.location
	}
	if o.link != "" {
		a.Header["Link"] = o.link
	}
	if route.Status == http.StatusNoContent {
		return a, nil
	}
	if f := reflect.ValueOf(o.body).FieldByName("Paged"); f.IsValid() {
		if next := f.Interface().(api.Paged).NextCursor; next != nil {
			a.Header["Link"] = nextLink(r.URL, *next)
		}
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(o.body); err != nil {
		return a, err
	}
	a.Body = bytes.TrimRight(b.Bytes(), "\n")
	return a, nil
}

func (s *Server) give(c echo.Context, a store.Answer) {
	for name, value := range a.Header {
		c.Response().Header().Set(name, value)
	}
	s.send(c, a.Status, echo.MIMEApplicationJSON, a.Body)
}

// send writes an answer. A client that has gone away is its own affair.
func (s *Server) send(c echo.Context, status int, kind string, body []byte) {
	if status == http.StatusNoContent {
		c.Response().WriteHeader(status)
		return
	}
	c.Response().Header().Set("Content-Type", kind)
	c.Response().WriteHeader(status)
	if _, err := c.Response().Write(body); err != nil {
		s.log.DebugContext(c.Request().Context(), "answer not delivered", "error", err)
	}
}
