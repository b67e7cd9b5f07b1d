package httpapi

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/store"
)

// loginFrom tries to log in from an address and returns the answer.
func (b *bench) loginFrom(address, username, password, more string) *httptest.ResponseRecorder {
	b.Helper()
	body := fmt.Sprintf(`{"username":%q,"password":%q%s}`, username, password, more)
	r := httptest.NewRequestWithContext(b.Context(), http.MethodPost, "/api/v1/auth/login", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.RemoteAddr = address
	w := httptest.NewRecorder()
	b.server.ServeHTTP(w, r)
	return w
}

const right = "ungcuu-demo-2026"

// What is hashed bounds the memory (19 MiB for each that runs, two at a time) and the CPU.
func TestABurstOfWrongLoginsHashesABoundedNumberAndOthersLogInMeanwhile(t *testing.T) {
	b := newBench(t)
	b.token = ""
	codes := make(chan int, 1000)
	var burst sync.WaitGroup
	for worker := range 20 {
		burst.Go(func() {
			for i := range 25 {
				codes <- b.loginFrom("198.51.100.9:1", fmt.Sprintf("user-%d-%d", worker, i), "x", "").Code
			}
		})
	}
	for range 3 {
		assert.Equal(t, 200, b.loginFrom("203.0.113.5:1", "military", right, "").Code)
	}
	burst.Wait()
	close(codes)
	count := map[int]int{}
	for c := range codes {
		count[c]++
	}
	t.Logf("500 wrong logins of one address: %d hashed, %d told to wait", count[401], count[429])
	assert.Equal(t, 500, count[401]+count[429], "%v", count)
	assert.LessOrEqual(t, count[401], 70, "so many were hashed: 60 and what a minute brings")
	assert.Empty(t, b.server.attempts.running, "nothing is left of who tried")
}

func TestOneAddressHasABoundedNumberOfTriesAtOnce(t *testing.T) {
	b := newBench(t)
	a := b.server.attempts
	var ends []func()
	for i := range triesAtOnce {
		end, err := a.begin(t.Context(), fmt.Sprint("u", i), "198.51.100.9")
		require.NoError(t, err)
		ends = append(ends, end)
	}
	_, err := a.begin(t.Context(), "u", "198.51.100.9")
	require.Error(t, err)
	end, err := a.begin(t.Context(), "u", "198.51.100.10")
	require.NoError(t, err)
	end()
	ends[0]()
	end, err = a.begin(t.Context(), "u", "198.51.100.9")
	require.NoError(t, err)
	end()
	for _, end := range ends[1:] {
		end()
	}
	require.Empty(t, a.running)
}

// Whoever sprays an account from anywhere shuts out strangers, never its owner at the desk.
func TestNobodyIsShutOutOfWhereTheyWorkByTheAttemptsOfOthers(t *testing.T) {
	b := newBench(t)
	b.token = ""
	require.Equal(t, 200, b.loginFrom("203.0.113.5:1", "police", right, "").Code)
	refused := 0
	for i := range 60 {
		if b.loginFrom(fmt.Sprintf("198.51.100.%d:1", i), "police", "x", "").Code == 429 {
			refused++
		}
	}
	require.GreaterOrEqual(t, refused, 25, "strangers have been told to wait")
	require.Equal(t, 429, b.loginFrom("198.51.100.200:1", "police", right, "").Code, "wherever they come from")
	require.Equal(t, 200, b.loginFrom("203.0.113.5:2", "police", right, "").Code, "but not at the desk")
	require.Equal(t, 200, b.loginFrom("198.51.100.200:1", "officer", right, "").Code, "and no other account")
}

func TestAWholeNetworkOfIPv6IsOneAddressAndAKeyHasOneSize(t *testing.T) {
	for in, want := range map[string]string{
		"203.0.113.5": "203.0.113.5", "::ffff:203.0.113.5": "203.0.113.5", "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64", "fe80::1%eth0": "fe80::/64",
	} {
		assert.Equal(t, want, networkOf(in))
	}
	assert.Len(t, fixed(strings.Repeat("x", 1<<20)), 32)
	assert.Len(t, networkOf(strings.Repeat("x", 1<<20)), 32)
}

func TestUnknownWrongDisabledAwaitingAndWrongCodeAnswerAlikeByteForByte(t *testing.T) {
	b := newBench(t)
	b.token = ""
	at := time.Now().UTC().Truncate(time.Microsecond)
	change := func(name string, edit func(u *store.User)) {
		require.NoError(t, b.store.Write(t.Context(), func(_ context.Context, tx *store.Tx) error {
			u, err := tx.UserByName(name)
			require.NoError(t, err)
			edit(u)
			seen := u.Version
			u.Version++
			return tx.SaveUser(u, seen)
		}))
	}
	change("other", func(u *store.User) { u.DisabledAt = &at })
	change("leader", func(u *store.User) { u.ResetAt, u.ResetByID, u.ResetKind = &at, &u.ID, store.ResetPassword })
	change("military", func(u *store.User) { u.SecondFactorAt = &at })
	var first string
	for i, x := range [][3]string{
		{"khong-co-ai", right, ""}, {"police", "wrong", ""}, {"police", strings.Repeat("x", 1000), ""}, {"police", "wrong", `,"otp":"123456"`}, {"other", right, ""},
		{"leader", right, ""}, {"military", right, ""}, {"military", right, `,"otp":"123456"`}, {"khong-co-ai", right, `,"otp":"123456"`},
	} {
		w := b.loginFrom(fmt.Sprintf("203.0.113.%d:1", i), x[0], x[1], x[2])
		require.Equal(t, 401, w.Code, x)
		var body map[string]any
		require.NoError(t, json.Unmarshal(w.Body.Bytes(), &body))
		h := w.Header().Clone()
		for _, name := range []string{"X-Request-Id", "X-Trace-Id"} {
			h.Del(name)
		}
		said := strings.ReplaceAll(w.Body.String(), body["trace_id"].(string), "") + fmt.Sprint(h)
		if first == "" {
			first = said
		}
		require.Equal(t, first, said, x)
	}
}
