// Package client is a small Go client of the HTTP API. Each route has one method; a refusal
// comes back as *api.ProblemError.
package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/ungcuu/ungcuu/api"
)

// Options are what a client may be given; the zero value works.
type Options struct {
	Token      string       // access token; empty before Login
	APIKey     string       // of a system, in place of a token
	HTTPClient *http.Client // http.DefaultClient when nil
	Language   string       // "vi" or "en", for the texts of problems; "" leaves it to the server
}

// Client talks to one server as one caller. It is safe for concurrent use.
type Client struct {
	base string
	opts Options
}

// New makes a client of the server at baseURL, e.g. http://127.0.0.1:8080.
func New(baseURL string, opts Options) *Client {
	if opts.HTTPClient == nil {
		opts.HTTPClient = http.DefaultClient
	}
	return &Client{base: strings.TrimRight(baseURL, "/"), opts: opts}
}

// As is the same client with another access token.
func (c *Client) As(token string) *Client {
	o := c.opts
	o.Token, o.APIKey = token, ""
	return &Client{base: c.base, opts: o}
}

// Write is what a write may carry beside its body.
type Write struct {
	Version int64  // the version that was read, sent as If-Match; 0 sends none
	Any     bool   // If-Match: *, whatever the version
	Key     string // Idempotency-Key; makes a retry safe
}

func (w Write) headers() http.Header {
	h := http.Header{}
	switch {
	case w.Any:
		h.Set("If-Match", "*")
	case w.Version != 0:
		h.Set("If-Match", `"`+strconv.FormatInt(w.Version, 10)+`"`)
	}
	if w.Key != "" {
		h.Set("Idempotency-Key", w.Key)
	}
	return h
}

// maxAnswer bounds what is read of one answer.
const maxAnswer = 64 << 20

// path is the path of the API that is made of the segments.
func path(segments ...string) string {
	p := "/api/v1"
	for _, s := range segments {
		p += "/" + url.PathEscape(s)
	}
	return p
}

// get reads what stands at the path, narrowed by a filter of package api; nil is none.
func get[T any](ctx context.Context, c *Client, filter any, segments ...string) (T, error) {
	return call[T](ctx, c, http.MethodGet, path(segments...)+query(filter), nil, nil)
}

func post[T any](ctx context.Context, c *Client, w Write, body any, segments ...string) (T, error) {
	return call[T](ctx, c, http.MethodPost, path(segments...), w.headers(), body)
}

func patch[T any](ctx context.Context, c *Client, w Write, body any, segments ...string) (T, error) {
	return call[T](ctx, c, http.MethodPatch, path(segments...), w.headers(), body)
}

// call sends one request and decodes its answer into T. A nil body sends none.
func call[T any](ctx context.Context, c *Client, method, path string, header http.Header, body any) (T, error) {
	var out T
	raw, err := c.send(ctx, method, path, header, body)
	if err != nil || len(raw) == 0 {
		return out, err
	}
	if err := json.Unmarshal(raw, &out); err != nil {
		return out, fmt.Errorf("client: answer of %s %s: %w", method, path, err)
	}
	return out, nil
}

func (c *Client) send(ctx context.Context, method, path string, header http.Header, body any) ([]byte, error) {
	var payload io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return nil, fmt.Errorf("client: body of %s %s: %w", method, path, err)
		}
		payload = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, payload)
	if err != nil {
		return nil, fmt.Errorf("client: %w", err)
	}
	for name, values := range header {
		req.Header[name] = values
	}
	if body != nil {
		req.Header.Set("Content-Type", contentType(method))
	}
	if c.opts.Token != "" {
		req.Header.Set("Authorization", "Bearer "+c.opts.Token)
	}
	if c.opts.APIKey != "" {
		req.Header.Set("X-API-Key", c.opts.APIKey)
	}
	if c.opts.Language != "" {
		req.Header.Set("Accept-Language", c.opts.Language)
	}
	resp, err := c.opts.HTTPClient.Do(req)
	if err != nil {
		return nil, fmt.Errorf("client: %w", err)
	}
	defer func() { _ = resp.Body.Close() }()
	raw, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return nil, fmt.Errorf("client: answer of %s %s: %w", method, path, err)
	}
	if resp.StatusCode < 300 {
		return raw, nil
	}
	return raw, problem(resp, raw)
}

func contentType(method string) string {
	if method == http.MethodPatch {
		return "application/merge-patch+json"
	}
	return "application/json"
}

func problem(resp *http.Response, raw []byte) error {
	kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if kind != "application/problem+json" {
		return fmt.Errorf("client: the server answered %s", resp.Status)
	}
	e := &api.ProblemError{}
	if err := json.Unmarshal(raw, &e.Problem); err != nil {
		return errors.Join(fmt.Errorf("client: the server answered %s", resp.Status), err)
	}
	if s, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil {
		e.RetryAfter = time.Duration(s) * time.Second
	}
	return e
}

// query writes a filter of package api as a query string, "" when nothing is set.
func query(filter any) string {
	if filter == nil {
		return ""
	}
	q := url.Values{}
	addQuery(q, reflect.ValueOf(filter))
	if len(q) == 0 {
		return ""
	}
	return "?" + q.Encode()
}

func addQuery(q url.Values, v reflect.Value) {
	for i := range v.NumField() {
		f, t := v.Field(i), v.Type().Field(i)
		if t.Anonymous {
			addQuery(q, f)
			continue
		}
		name := t.Tag.Get("json")
		switch x := f.Interface().(type) {
		case []string:
			if len(x) > 0 {
				q.Set(name, strings.Join(x, ","))
			}
		case *bool:
			if x != nil {
				q.Set(name, strconv.FormatBool(*x))
			}
		default:
			if !f.IsZero() {
				q.Set(name, fmt.Sprint(x))
			}
		}
	}
}
