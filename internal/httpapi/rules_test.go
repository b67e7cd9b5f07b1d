package httpapi

import (
	"context"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
)

func TestNobodyComesInBeforeTheDeskHasStarted(t *testing.T) {
	asked := 0
	b := newBench(t, stub(func(context.Context, in[stubQuery, api.Decline]) (out[api.Decline], error) {
		asked++
		return reply(api.Decline{Reason: "r"}, nil)
	}))
	started := false
	b.server.started = func() bool { return started }
	answer := b.do(http.MethodPost, stubPath, goodStub, nil)
	require.Equal(t, http.StatusServiceUnavailable, b.problem(answer).Status)
	require.NotEmpty(t, answer.Header().Get("Retry-After"))
	require.Zero(t, asked, "rules that are not kept yet open no duty")
	for path, body := range map[string]string{
		"/api/v1/auth/login":   `{"username":"officer","password":"ungcuu-demo-2026"}`,
		"/api/v1/auth/refresh": `{"refresh_token":"x"}`,
	} {
		require.Equal(t, http.StatusServiceUnavailable, b.problem(b.do(http.MethodPost, path, body, map[string]string{"Authorization": ""})).Status,
			"%s is asked of a database that may not be filled yet", path)
	}
	for _, path := range []string{"/api/v1/oauth/token", "/oauth/token"} {
		answer := b.do(http.MethodPost, path, "grant_type=client_credentials&client_id="+someID+"&client_secret=x",
			map[string]string{"Authorization": "", "Content-Type": "application/x-www-form-urlencoded"})
		require.Equal(t, http.StatusServiceUnavailable, answer.Code, path)
		require.NotEmpty(t, answer.Header().Get("Retry-After"))
	}
	started = true
	require.Equal(t, http.StatusOK, b.do(http.MethodPost, stubPath, goodStub, nil).Code)
	require.Equal(t, 1, asked)
}
