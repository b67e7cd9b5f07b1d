package app_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/api/client"
	"github.com/ungcuu/ungcuu/internal/directory"
)

// load is clients who work at the desk at the same time, and what they were answered. Each
// insists on an answer to what it has begun, over broken connections and "not now".
type load struct {
	*testing.T
	base   string
	next   http.RoundTripper
	as     map[string]*client.Client
	agency map[string]string // code → id

	answered counter // requests that succeeded
	broken   counter // connections that broke before the answer
	refused  counter // 503, or 409 while the same key was being answered
	behind   counter // of those refused, who waited too long behind others
	replayed counter // answers that were given before, to a client who had missed them
	found    counter // steps without a key that turned out to be done although no answer came
	longest  counter // nanoseconds until a refusal

	mu    sync.Mutex
	cases []*deskCase
	wrong []string

	stop context.CancelFunc
	work sync.WaitGroup
}

// deskCase is what the clients know of a case of theirs.
type deskCase struct {
	key       string
	body      api.NewIncident
	inc       api.Incident
	handovers []api.Handover
}

// newLoad logs everyone in; transport nil stands for a plain one.
func newLoad(t *testing.T, base string, transport http.RoundTripper) *load {
	t.Helper()
	l := &load{T: t, base: base, next: transport, as: map[string]*client.Client{}, agency: map[string]string{}}
	if l.next == nil {
		l.next = &http.Transport{MaxIdleConnsPerHost: 64}
	}
	plain := client.New(base, client.Options{HTTPClient: &http.Client{Transport: l, Timeout: time.Minute}})
	for _, name := range []string{"reporter", "officer", "lead", "police", "auditor"} {
		tokens, err := plain.Login(t.Context(), api.Login{Username: name, Password: directory.DemoPassword})
		require.NoError(t, err)
		l.as[name] = plain.As(tokens.AccessToken)
	}
	list, err := l.as["officer"].Agencies(t.Context(), api.AgencyFilter{Paging: api.Paging{Limit: 200}})
	require.NoError(t, err)
	for _, a := range list.Items {
		l.agency[a.Code] = a.ID
	}
	l.answered.Store(0)
	return l
}

// RoundTrip counts, and looks at what no client may ever be answered.
func (l *load) RoundTrip(req *http.Request) (*http.Response, error) {
	start := time.Now()
	resp, err := l.next.RoundTrip(req)
	if err != nil {
		l.broken.up()
		return nil, err
	}
	h := resp.Header
	switch s := resp.StatusCode; {
	case s < 300:
		l.answered.up()
		if h.Get("Idempotent-Replayed") == "true" {
			l.replayed.up()
		}
	case !strings.HasPrefix(h.Get("Content-Type"), "application/problem+json"):
		l.fault("%s %s: %d is no problem document", req.Method, req.URL.Path, s)
	case s == http.StatusServiceUnavailable, s == http.StatusConflict && h.Get("Retry-After") != "":
		l.refused.up()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			l.broken.up()
			return nil, err
		}
		resp.Body = io.NopCloser(bytes.NewReader(body))
		if strings.Contains(string(body), `"/problems/busy"`) {
			l.behind.up()
		}
		if h.Get("Retry-After") == "" {
			l.fault("%s %s: %d without Retry-After", req.Method, req.URL.Path, s)
		}
		if took := int64(time.Since(start)); took > l.longest.Load() {
			l.longest.Store(took)
		}
	case s >= 500:
		l.fault("%s %s: %d", req.Method, req.URL.Path, s)
	}
	return resp, nil
}

func (l *load) fault(format string, v ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.wrong = append(l.wrong, fmt.Sprintf(format, v...))
}

// begin starts the clients; end lets each finish its step and waits.
func (l *load) begin(clients int) {
	ctx, stop := context.WithCancel(l.Context())
	l.stop = stop
	for n := range clients {
		l.work.Go(func() {
			for i := n; ctx.Err() == nil; i++ {
				l.story(ctx, i)
			}
		})
	}
	l.Cleanup(l.work.Wait) // their context has ended by then
}

func (l *load) end() {
	l.Helper()
	l.stop()
	ended := make(chan struct{})
	go func() { l.work.Wait(); close(ended) }()
	await(l.T, 120*time.Second, "every client has its last answer", func() bool {
		select {
		case <-ended:
			return true
		default:
			return false
		}
	})
	require.Empty(l, l.wrong)
}

// story is the life of one case, as far as ctx lets it go.
func (l *load) story(ctx context.Context, i int) {
	c := &deskCase{key: uuid.NewString()}
	c.body = api.NewIncident{
		Title: "Sự cố " + c.key, Description: "Không truy cập được từ 7 giờ sáng.",
		DetectedAt: time.Now().UTC().Format(time.RFC3339), System: api.System{Name: "Cổng TTĐT tỉnh"},
	}
	if i%2 == 0 {
		c.body.Natures = []string{"cybercrime"} // opens a duty, which an acknowledgement fulfils
	}
	for _, step := range []func(*deskCase) error{l.report, l.triage, l.ask("cat-dau-moi", "coordination"), l.acknowledge, l.respond, l.ask("bchqs", "mobilisation")} {
		if ctx.Err() != nil {
			return
		}
		if err := step(c); err != nil {
			if l.Context().Err() == nil {
				l.fault("%v", err)
			}
			return
		}
	}
}

func (l *load) report(c *deskCase) error {
	err := l.insist(func() error {
		inc, err := l.as["reporter"].Report(l.Context(), client.Write{Key: c.key}, c.body)
		if err == nil {
			c.inc = inc
		}
		return err
	})
	if err == nil {
		l.mu.Lock()
		l.cases = append(l.cases, c)
		l.mu.Unlock()
	}
	return err
}

func (l *load) triage(c *deskCase) error {
	w := client.Write{Version: c.inc.Version, Key: uuid.NewString()}
	return l.insist(func() error {
		inc, err := l.as["officer"].Triage(l.Context(), w, c.inc.ID, api.Triage{Category: "availability.ddos", Severity: "high"})
		if err == nil {
			c.inc = inc
		}
		return err
	})
}

// respond has no key: when no answer comes, the case tells whether it was done.
func (l *load) respond(c *deskCase) error {
	seen := c.inc.Version
	return l.doubt(func() error {
		inc, err := l.as["officer"].Respond(l.Context(), client.Write{Version: seen}, c.inc.ID, api.Respond{})
		if err == nil {
			c.inc = inc
		}
		return err
	}, func() error {
		inc, err := l.as["officer"].Incident(l.Context(), c.inc.ID)
		if err == nil && (inc.Version != seen+1 || inc.Status != "responding") {
			l.fault("case %s: refused at version %d, but it is %s at %d", inc.ID, seen, inc.Status, inc.Version)
		}
		c.inc = inc
		return err
	})
}

func (l *load) ask(to, kind string) func(*deskCase) error {
	return func(c *deskCase) error {
		key := uuid.NewString()
		return l.insist(func() error {
			h, err := l.as["officer"].AskHandover(l.Context(), client.Write{Key: key}, c.inc.ID, request(l.agency[to], kind))
			if err == nil {
				c.handovers = append(c.handovers, h)
			}
			return err
		})
	}
}

func (l *load) acknowledge(c *deskCase) error {
	h := &c.handovers[0]
	seen := h.Version
	return l.doubt(func() error {
		got, err := l.as["police"].Acknowledge(l.Context(), client.Write{Version: seen}, c.inc.ID, h.ID, api.Acknowledge{})
		if err == nil {
			*h = got
		}
		return err
	}, func() error {
		got, err := l.as["police"].Handover(l.Context(), c.inc.ID, h.ID)
		if err == nil && (got.Version != seen+1 || got.Status != "acknowledged") {
			l.fault("handover %s: refused at version %d, but it is %s at %d", got.ID, seen, got.Status, got.Version)
		}
		*h = got
		return err
	})
}

// insist repeats a request until it is answered.
func (l *load) insist(ask func() error) error {
	for {
		err := ask()
		if err == nil || answered(err) || l.Context().Err() != nil {
			return err
		}
		select {
		case <-time.After(20 * time.Millisecond): // as a client does that is told to come later
		case <-l.Context().Done():
		}
	}
}

// doubt repeats a request that has no key. When a try got no answer and the next is told that
// the version is gone, the first may have been done: look finds out.
func (l *load) doubt(ask, look func() error) error {
	tries := 0
	err := l.insist(func() error {
		tries++
		return ask()
	})
	var p *api.ProblemError
	if tries > 1 && errors.As(err, &p) && (p.Status == http.StatusPreconditionFailed || p.Status == http.StatusConflict) {
		l.found.up()
		return l.insist(look)
	}
	return err
}

// answered reports whether the error is an answer, and not "later" or a broken connection.
func answered(err error) bool {
	var p *api.ProblemError
	return errors.As(err, &p) && p.Status != http.StatusServiceUnavailable && (p.Status != http.StatusConflict || p.RetryAfter == 0)
}

// repeat sends every report once more under its key, and asks for the answer of before.
func (l *load) repeat() {
	l.Helper()
	before := l.replayed.Load()
	for _, c := range l.cases {
		inc, err := l.as["reporter"].Report(l.Context(), client.Write{Key: c.key}, c.body)
		require.NoError(l, err)
		require.Equal(l, c.inc.ID, inc.ID, "the same key is the same case")
	}
	require.Equal(l, before+int64(len(l.cases)), l.replayed.Load(), "every repeat was answered from the answer of before")
	l.replayed.Store(before)
}

// timelines asks, as the auditor, that no case has a gap, and returns the number of events.
func (l *load) timelines() int {
	l.Helper()
	total := 0
	for _, c := range l.cases {
		line, err := l.as["auditor"].Timeline(l.Context(), c.inc.ID, api.Paging{Limit: 200})
		require.NoError(l, err)
		require.Nil(l, line.NextCursor)
		for i, e := range line.Items {
			require.EqualValues(l, i+1, e.Seq, "case %s", c.inc.ID)
		}
		require.NotEmpty(l, line.Items)
		total += len(line.Items)
	}
	return total
}

// expected is who must be told how often: case → recipient → mails. An addressee hears of a
// handover, its asker of the acknowledgement.
func (l *load) expected() (wanted map[string]map[string]int, total int) {
	contact := map[string]string{}
	for code, id := range l.agency {
		contact[id] = "truc." + code + "@sonla.example"
	}
	wanted = map[string]map[string]int{}
	for _, c := range l.cases {
		to := map[string]int{}
		for _, h := range c.handovers {
			to[contact[h.ToAgencyID]]++
			total++
			if h.Status == "acknowledged" {
				to[contact[h.FromAgencyID]]++
				total++
			}
		}
		wanted[c.inc.Code] = to
	}
	return wanted, total
}

// checkMails asks that everyone was told exactly as often as must be, not counting repeats
// under the same Message-ID, whose number it returns.
func (l *load) checkMails(letters []letter) (repeats int) {
	l.Helper()
	wanted, total := l.expected()
	seen := map[string]letter{}
	for _, m := range letters {
		if first, ok := seen[m.MessageID]; ok {
			require.Equal(l, []string{first.To, first.Subject}, []string{m.To, m.Subject}, "a repeated mail is the same mail")
			repeats++
			continue
		}
		seen[m.MessageID] = m
		wanted[m.Subject[strings.LastIndex(m.Subject, " ")+1:]][m.To]--
	}
	for code, to := range wanted {
		for recipient, missing := range to {
			require.Zero(l, missing, "mails to %s in case %s", recipient, code)
		}
	}
	require.Len(l, seen, total)
	return repeats
}

func (l *load) String() string {
	return fmt.Sprintf("%d requests answered, %d broken connections, %d told to come later, %d replayed, %d found done without an answer",
		l.answered.Load(), l.broken.Load(), l.refused.Load(), l.replayed.Load(), l.found.Load())
}
