package httpapi

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/authn"
	"github.com/ungcuu/ungcuu/internal/fault"
)

// maxForm bounds the form of the token endpoint.
const maxForm = 16 << 10

// The refusals of the token endpoint (RFC 6749 5.2).
const (
	invalidRequest       = "invalid_request"
	invalidClient        = "invalid_client"
	invalidScope         = "invalid_scope"
	unsupportedGrantType = "unsupported_grant_type"
)

func refuseToken(code, description string) *api.OAuthError {
	return &api.OAuthError{Error: code, Description: description}
}

// oauthToken trades a key of a system for an access token: the client credentials of RFC 6749
// 4.4. It stands at the root as well, where many clients look for it.
//
// @Summary   Đổi khóa hệ thống lấy mã truy cập · Trade a system's key for an access token
// @Description OAuth 2.0 client credentials (RFC 6749 4.4): client_id là id của hệ thống, client_secret là khóa; gửi bằng Authorization: Basic hoặc trong form, không cả hai. Mã có hạn vài phút, chấm dứt ngay khi khóa bị thu hồi. · client_id is the system's id and client_secret its key; by Authorization: Basic or in the form, never both. The token is good for minutes and ends with the key.
// @Tags      systems
// @Accept    x-www-form-urlencoded
// @Success   200  {object}  api.OAuthToken
// @Router    /api/v1/oauth/token [post]
func oauthToken(s *Server, c echo.Context, _ Route) {
	t, refused, err := s.clientToken(c)
	switch {
	case err != nil:
		s.fail(c, err, false)
		return
	case refused != nil:
		status := http.StatusBadRequest
		if refused.Error == invalidClient {
			status = http.StatusUnauthorized
			c.Response().Header().Set("WWW-Authenticate", `Basic realm="ungcuu", charset="UTF-8"`)
		}
		s.plain(c, status, refused)
		return
	}
	words := make([]string, len(t.Scope))
	for i, v := range t.Scope {
		words[i] = string(v)
	}
	s.plain(c, http.StatusOK, api.OAuthToken{AccessToken: t.Access, TokenType: "Bearer", ExpiresIn: t.ExpiresIn, Scope: strings.Join(words, " ")})
}

// plain answers JSON that no cache may keep (RFC 6749 5.1).
func (s *Server) plain(c echo.Context, status int, body any) {
	h := c.Response().Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Pragma", "no-cache")
	h.Set("Content-Language", "en") // the RFC takes ASCII alone
	raw, err := json.Marshal(body)
	if err != nil {
		s.fail(c, err, false)
		return
	}
	s.send(c, status, echo.MIMEApplicationJSON, raw)
}

func (s *Server) clientToken(c echo.Context) (authn.ClientTokens, *api.OAuthError, error) {
	var none authn.ClientTokens
	if err := s.awake(); err != nil {
		return none, nil, err
	}
	form, refused := readForm(c)
	if refused != nil {
		return none, refused, nil
	}
	id, secret, refused := clientOf(c.Request().Header, form)
	if refused != nil {
		return none, refused, nil
	}
	switch form.Get("grant_type") {
	case "client_credentials":
	case "":
		return none, refuseToken(invalidRequest, "grant_type is missing"), nil
	default:
		return none, refuseToken(unsupportedGrantType, "only client_credentials is supported"), nil
	}
	ctx, address := c.Request().Context(), c.RealIP()
	if err := s.keyTries.room(ctx, address, func() bool { return s.auth.Recognises(secret) }); err != nil {
		return none, nil, err
	}
	t, err := s.auth.ClientToken(ctx, id, secret, strings.Fields(form.Get("scope")), address, s.now().UTC().Truncate(time.Microsecond))
	switch {
	case errors.Is(err, authn.ErrScope):
		return none, refuseToken(invalidScope, "the system does not have all of these verbs, or one of them needs read as well"), nil
	case fault.Unauthenticated.In(err):
		s.keyTries.failed(ctx, address)
		if f, ok := fault.As(err); ok { // the answer is the RFC's; the security log knows it all the same
			s.refused(c, err, f)
		}
		return none, refuseToken(invalidClient, "the client is unknown, or its secret is not valid"), nil
	}
	return t, nil, err
}

// readForm reads the form, in which nothing stands twice; what is unknown is left out of
// account, as the RFC asks (3.2).
func readForm(c echo.Context) (url.Values, *api.OAuthError) {
	r := c.Request()
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != echo.MIMEApplicationForm || r.Header.Get("Content-Encoding") != "" {
		return nil, refuseToken(invalidRequest, "the body must be application/x-www-form-urlencoded")
	}
	if r.URL.RawQuery != "" {
		return nil, refuseToken(invalidRequest, "nothing belongs into the query")
	}
	raw, err := io.ReadAll(http.MaxBytesReader(c.Response(), r.Body, maxForm))
	if err != nil {
		return nil, refuseToken(invalidRequest, "the body is too large, or did not arrive whole")
	}
	form, err := url.ParseQuery(string(raw))
	if err != nil {
		return nil, refuseToken(invalidRequest, "the form cannot be read")
	}
	for _, values := range form {
		if len(values) > 1 {
			return nil, refuseToken(invalidRequest, "a parameter is repeated")
		}
	}
	return form, nil
}

// clientOf reads who asks: by Basic, whose two halves are encoded like a form (RFC 6749 2.3.1),
// or in the form, never both.
func clientOf(h http.Header, form url.Values) (id, secret string, refused *api.OAuthError) {
	id, secret = form.Get("client_id"), form.Get("client_secret")
	given := h.Values("Authorization")
	switch {
	case len(given) > 1, len(given) == 1 && form.Has("client_secret"), h.Get("X-API-Key") != "":
		return "", "", refuseToken(invalidRequest, "more than one way to authenticate")
	case len(given) == 0 && secret == "":
		return "", "", refuseToken(invalidClient, "the client must authenticate")
	case len(given) == 0:
		return id, secret, nil
	}
	name, password, ok := (&http.Request{Header: http.Header{"Authorization": given}}).BasicAuth()
	if !ok {
		return "", "", refuseToken(invalidClient, "only Basic is supported")
	}
	user, err := url.QueryUnescape(name)
	pass, wrong := url.QueryUnescape(password)
	if err != nil || wrong != nil {
		return "", "", refuseToken(invalidClient, "the credentials cannot be read")
	}
	if id != "" && id != user {
		return "", "", refuseToken(invalidRequest, "client_id is not the one that authenticates")
	}
	return user, pass, nil
}
