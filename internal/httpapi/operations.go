package httpapi

import (
	"bytes"
	"context"
	_ "embed" // the page about a problem
	"encoding/json"
	"html/template"
	"net/http"
	"path"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/openapi"
)

//go:embed problem.html
var problemHTML string

var problemTemplate = template.Must(template.New("problem").Parse(problemHTML))

// health says that the process answers.
//
// @Summary  Tiến trình còn chạy · The process answers
// @Tags     operations
// @Success  200  {object}  api.Health
// @Router   /healthz [get]
func health(s *Server, c echo.Context, _ Route) {
	s.json(c, http.StatusOK, api.Health{Status: "ok", Version: s.version})
}

// probe is how long a database may take to show that it is there.
const probe = 2 * time.Second

// readiness says whether the service can do its work. Only the database and its migrations
// make it not ready: without the broker, what leaves the desk waits, and nothing is lost.
//
// @Summary  Sẵn sàng phục vụ · Ready to serve
// @Description degraded: vẫn phục vụ, nhưng thông báo ra ngoài phải chờ (broker), hoặc quy định mới của tỉnh bị từ chối và quy định cũ vẫn được dùng (rules). · degraded: served, but what leaves the desk waits (broker), or new rules of the operator are refused and the old ones stay (rules).
// @Tags     operations
// @Success  200  {object}  api.Readiness
// @Failure  503  {object}  api.Readiness
// @Router   /readyz [get]
func readiness(s *Server, c echo.Context, _ Route) {
	ctx, cancel := context.WithTimeout(c.Request().Context(), probe)
	defer cancel()
	database := s.ready(ctx)
	answer := api.Readiness{Status: "ok", Checks: []api.Check{{Name: "database", OK: database == nil}}}
	if s.broker != nil {
		err := s.broker()
		answer.Checks = append(answer.Checks, api.Check{Name: "broker", OK: err == nil})
		if err != nil {
			answer.Status = "degraded"
		}
	}
	if s.rules != nil {
		refused := s.rules.Refused() != nil
		answer.Checks = append(answer.Checks, api.Check{Name: "rules", OK: !refused})
		if refused {
			answer.Status = "degraded"
		}
	}
	status := http.StatusOK
	if database != nil {
		status, answer.Status = http.StatusServiceUnavailable, "unavailable"
		c.Response().Header().Set("Retry-After", "1")
	}
	s.json(c, status, answer)
}

func (s *Server) json(c echo.Context, status int, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		s.fail(c, err, false)
		return
	}
	s.send(c, status, echo.MIMEApplicationJSON, body)
}

// document is the OpenAPI document.
//
// @Summary  Tài liệu OpenAPI · The OpenAPI document
// @Tags     operations
// @Success  200  {object}  map[string]any
// @Router   /openapi.json [get]
func document(s *Server, c echo.Context, _ Route) {
	s.public(c)
	s.send(c, http.StatusOK, echo.MIMEApplicationJSON, openapi.Document)
}

// eventsDocument is the AsyncAPI document of the events.
//
// @Summary  Tài liệu AsyncAPI của các sự kiện trên NATS · The AsyncAPI document of the events on NATS
// @Tags     operations
// @Success  200  {object}  map[string]any
// @Router   /asyncapi.json [get]
func eventsDocument(s *Server, c echo.Context, _ Route) {
	s.public(c)
	s.send(c, http.StatusOK, echo.MIMEApplicationJSON, openapi.Events)
}

// keySet is the public keys of the access tokens.
//
// @Summary  Khóa công khai kiểm tra mã truy cập · Public keys of the access tokens
// @Tags     operations
// @Success  200  {object}  api.KeySet
// @Router   /.well-known/jwks.json [get]
func keySet(s *Server, c echo.Context, _ Route) {
	keys, err := s.auth.Keys(c.Request().Context(), s.now())
	if err != nil {
		s.fail(c, err, false)
		return
	}
	s.public(c)
	s.json(c, http.StatusOK, map[string]any{"keys": keys})
}

// public marks an answer that is the same for everyone.
func (s *Server) public(c echo.Context) {
	c.Response().Header().Set("Cache-Control", "public, max-age=300")
}

const htmlPolicy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; "

// docs is the documentation page. It loads nothing from other hosts.
//
// @Summary  Trang tài liệu · The documentation page
// @Tags     operations
// @Produce  html
// @Success  200  {string}  string
// @Router   /docs [get]
func docs(s *Server, c echo.Context, _ Route) {
	c.Response().Header().Set("Content-Security-Policy", htmlPolicy+
		"script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'")
	s.file(c, "index.html")
}

// docsFile is what the documentation page needs.
func docsFile(s *Server, c echo.Context, _ Route) { s.file(c, c.Param("file")) }

func (s *Server) file(c echo.Context, name string) {
	kind := map[string]string{".html": echo.MIMETextHTMLCharsetUTF8, ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}[path.Ext(name)]
	body, err := openapi.UI.ReadFile("ui/" + path.Base(name))
	if err != nil || kind == "" {
		s.fail(c, fault.Absent(), false)
		return
	}
	s.public(c)
	s.send(c, http.StatusOK, kind, body)
}

// problemPage explains a kind of failure.
//
// @Summary  Giải thích một loại lỗi · About a kind of failure
// @Tags     operations
// @Produce  html
// @Success  200  {string}  string
// @Router   /problems/{kind} [get]
func problemPage(s *Server, c echo.Context, _ Route) {
	k, ok := kinds[fault.Kind(c.Param("kind"))]
	if !ok {
		s.fail(c, fault.Absent(), false)
		return
	}
	var b bytes.Buffer
	if err := problemTemplate.Execute(&b, map[string]any{
		"Kind": c.Param("kind"), "Title": k.title, "About": k.about, "Status": k.status,
	}); err != nil {
		s.fail(c, err, false)
		return
	}
	s.public(c)
	c.Response().Header().Set("Content-Security-Policy", htmlPolicy)
	s.send(c, http.StatusOK, echo.MIMETextHTMLCharsetUTF8, b.Bytes())
}
