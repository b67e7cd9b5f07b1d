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
	started = true
	require.Equal(t, http.StatusOK, b.do(http.MethodPost, stubPath, goodStub, nil).Code)
	require.Equal(t, 1, asked)
}
