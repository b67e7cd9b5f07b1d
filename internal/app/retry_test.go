package app_test

import (
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/api/client"
	"github.com/ungcuu/ungcuu/internal/app"
	"github.com/ungcuu/ungcuu/internal/directory"
)

// raw sends a body as it is and returns status, headers and answer.
func (w *world) raw(user, method, path, key, match, body string) (int, http.Header, string) {
	w.Helper()
	req, err := http.NewRequestWithContext(w.Context(), method, w.base+path, strings.NewReader(body))
	require.NoError(w, err)
	tokens, err := client.New(w.base, client.Options{HTTPClient: w.http}).Login(w.Context(), api.Login{Username: user, Password: directory.DemoPassword})
	require.NoError(w, err)
	req.Header.Set("Authorization", "Bearer "+tokens.AccessToken)
	req.Header.Set("Content-Type", "application/json")
	if key != "" {
		req.Header.Set("Idempotency-Key", key)
	}
	if match != "" {
		req.Header.Set("If-Match", match)
	}
	resp, err := w.http.Do(req)
	require.NoError(w, err)
	defer func() { _ = resp.Body.Close() }()
	var b strings.Builder
	_, err = io.Copy(&b, resp.Body)
	require.NoError(w, err)
	return resp.StatusCode, resp.Header, b.String()
}

func TestARetryWithItsKeyGetsTheSameAnswerAndChangesNothing(t *testing.T) {
	databases(t, func(t *testing.T, cfg app.Config) {
		w := start(t, cfg)
		body := `{"title":"Lộ tài khoản","description":"d","detected_at":"` + time.Now().Add(-time.Hour).Format(time.RFC3339) + `","system":{"name":"Thư điện tử"}}`
		status, head, first := w.raw("reporter", http.MethodPost, "/api/v1/incidents", "k1", "", body)
		require.Equal(t, http.StatusCreated, status)
		require.Empty(t, head.Get("Idempotent-Replayed"))

		status, again, second := w.raw("reporter", http.MethodPost, "/api/v1/incidents", "k1", "", body)
		require.Equal(t, http.StatusCreated, status)
		require.Equal(t, "true", again.Get("Idempotent-Replayed"))
		require.Equal(t, first, second)
		for _, name := range []string{"Location", "Etag"} {
			require.Equal(t, head.Get(name), again.Get(name))
		}
		status, _, _ = w.raw("reporter", http.MethodPost, "/api/v1/incidents", "k1", "", strings.Replace(body, "Lộ", "Mất", 1))
		require.Equal(t, http.StatusUnprocessableEntity, status, "another body under the same key")
		status, _, _ = w.raw("other", http.MethodPost, "/api/v1/incidents", "k1", "", body)
		require.Equal(t, http.StatusCreated, status, "a key belongs to its principal")
		require.Equal(t, 2, w.total())
	})
}

func (w *world) total() int {
	w.Helper()
	list, err := w.as("officer").Incidents(w.Context(), api.IncidentFilter{Paging: api.Paging{Count: true}})
	require.NoError(w, err)
	return *list.Total
}

func TestARetriedMoveIsAnsweredAgainWhateverTheVersionIsNow(t *testing.T) {
	databases(t, func(t *testing.T, cfg app.Config) {
		w := start(t, cfg)
		inc := w.triaged()
		path := "/api/v1/incidents/" + inc.ID + "/respond"
		status, _, first := w.raw("officer", http.MethodPost, path, "m1", `"2"`, `{}`)
		require.Equal(t, http.StatusOK, status)
		status, head, second := w.raw("officer", http.MethodPost, path, "m1", `"2"`, `{}`)
		require.Equal(t, http.StatusOK, status, "the stored answer comes before 412 and 409")
		require.Equal(t, "true", head.Get("Idempotent-Replayed"))
		require.Equal(t, first, second)
		status, _, _ = w.raw("officer", http.MethodPost, path, "m2", `"2"`, `{}`)
		require.Equal(t, http.StatusPreconditionFailed, status)
		status, _, _ = w.raw("officer", http.MethodPost, path, "m2", `"3"`, `{}`)
		require.Equal(t, http.StatusConflict, status, "a refused request leaves its key free")
	})
}

func TestAccessIsCheckedAgainBeforeAStoredAnswer(t *testing.T) {
	databases(t, func(t *testing.T, cfg app.Config) {
		w := start(t, cfg)
		inc := w.triaged()
		h, err := w.as("officer").AskHandover(t.Context(), client.Write{}, inc.ID, request(w.agency["cat-dau-moi"], "coordination"))
		require.NoError(t, err)
		note := `{"text":"ghi chú","audience":"participants"}`
		path := "/api/v1/incidents/" + inc.ID + "/notes"
		status, _, _ := w.raw("police", http.MethodPost, path, "n1", "", note)
		require.Equal(t, http.StatusCreated, status)
		h, err = w.as("police").Acknowledge(t.Context(), client.Write{Version: h.Version}, inc.ID, h.ID, api.Acknowledge{})
		require.NoError(t, err)
		_, err = w.as("police").Decline(t.Context(), client.Write{Version: h.Version}, inc.ID, h.ID, api.Decline{Reason: "không thuộc thẩm quyền"})
		require.NoError(t, err)
		status, head, _ := w.raw("police", http.MethodPost, path, "n1", "", note)
		require.Equal(t, http.StatusNotFound, status, "the case is no longer in sight")
		require.Empty(t, head.Get("Idempotent-Replayed"))
	})
}

func TestTheSameRequestSentAtOnceIsDoneOnce(t *testing.T) {
	databases(t, func(t *testing.T, cfg app.Config) {
		w := start(t, cfg)
		officer := w.as("reporter")
		body := api.NewIncident{
			Title: "Cùng lúc", Description: "d", DetectedAt: time.Now().Add(-time.Hour).Format(time.RFC3339), System: api.System{Name: "s"},
		}
		var all sync.WaitGroup
		ids := make([]string, 16)
		for i := range ids {
			all.Go(func() {
				inc, err := officer.Report(t.Context(), client.Write{Key: "same"}, body)
				if err == nil {
					ids[i] = inc.ID
				} else {
					w.fails(err, http.StatusConflict, "")
				}
			})
		}
		all.Wait()
		var made string
		for _, id := range ids {
			if id != "" && made != "" {
				require.Equal(t, made, id)
			}
			if id != "" {
				made = id
			}
		}
		require.NotEmpty(t, made)
		require.Equal(t, 1, w.total())
	})
}
