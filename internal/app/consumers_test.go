package app_test

import (
	"bufio"
	"encoding/json"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/bus"
	"github.com/ungcuu/ungcuu/internal/bus/bustest"
	"github.com/ungcuu/ungcuu/internal/secret"
	"github.com/ungcuu/ungcuu/openapi"
)

// typeScript names the variable with the path of the guide's TypeScript example as
// JavaScript; scripts/check-contract.sh sets it.
const typeScript = "UNGCUU_TEST_TYPESCRIPT"

// guide returns the block of that language in openapi/EVENTS.md.
func guide(t *testing.T, language string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "..", "openapi", "EVENTS.md"))
	require.NoError(t, err)
	m := regexp.MustCompile("(?s)```"+language+"\n(.*?)```").FindAllStringSubmatch(string(raw), -1)
	require.Len(t, m, 1, "blocks of %s", language)
	return m[0][1]
}

// subscribed is a desk on a server set up as the guide says, with the desk's own connection.
type subscribed struct {
	*world
	url string
	js  jetstream.JetStream
}

// subscribedDesk runs a desk on a server with the guide's accounts and lets things happen in
// it, in the open and in a restricted case.
func subscribedDesk(t *testing.T) *subscribed {
	t.Helper()
	t.Setenv("UNGCUU_NATS_PASSWORD", "desk-secret")
	t.Setenv("PORTAL_NATS_PASSWORD", "portal-secret")
	server := bustest.NewServer(t)
	server.With(guide(t, "conf"))
	server.Start()
	d := &subscribed{url: server.Config().URL.Reveal()}
	cfg := demo(t)
	cfg.NATSURL = secret.Text(strings.Replace(d.url, "nats://", "nats://ungcuu:desk-secret@", 1))
	d.world = start(t, cfg)
	nc, err := nats.Connect(cfg.NATSURL.Reveal(), nats.Timeout(time.Minute))
	d.js = jetStream(t, nc, err)
	for _, o := range occurrences {
		d.Log(o.about)
		o.run(d.world)
	}
	return d
}

func jetStream(t *testing.T, nc *nats.Conn, err error) jetstream.JetStream {
	t.Helper()
	require.NoError(t, err)
	t.Cleanup(nc.Close)
	js, err := jetstream.New(nc)
	require.NoError(t, err)
	return js
}

// durable makes the guide's durable consumer, at the start of the stream.
func (d *subscribed) durable() {
	d.Helper()
	var c jetstream.ConsumerConfig
	require.NoError(d, json.Unmarshal([]byte(guide(d.T, "json")), &c))
	_ = d.js.DeleteConsumer(d.Context(), bus.Stream, c.Durable)
	_, err := d.js.CreateConsumer(d.Context(), bus.Stream, c)
	require.NoError(d, err)
}

// open is what a consumer without restricted cases may know, once each, in order; and how
// many messages it may not know.
func (d *subscribed) open() (lines []string, hidden int) {
	d.Helper()
	stream, err := d.js.Stream(d.Context(), bus.Stream)
	require.NoError(d, err)
	reader, err := stream.OrderedConsumer(d.Context(), jetstream.OrderedConsumerConfig{})
	require.NoError(d, err)
	seen := map[string]bool{}
	for {
		m, err := reader.Next(jetstream.FetchMaxWait(time.Minute))
		require.NoError(d, err)
		var e api.Event
		require.NoError(d, json.Unmarshal(m.Data(), &e))
		switch {
		case strings.Contains(m.Subject(), "restricted"):
			hidden++
		case !seen[e.ID]:
			lines = append(lines, e.Subject+" "+e.Sequence+" "+e.Type)
		}
		seen[e.ID] = true
		meta, err := m.Metadata()
		require.NoError(d, err)
		if meta.NumPending == 0 {
			return lines, hidden
		}
	}
}

// settled waits until the relay has sent everything, and sends one message a second time.
func (d *subscribed) settled() {
	d.Helper()
	d.relayed()
	stream, err := d.js.Stream(d.Context(), bus.Stream)
	require.NoError(d, err)
	first, err := stream.GetMsg(d.Context(), 1)
	require.NoError(d, err)
	_, err = d.js.Publish(d.Context(), first.Subject, first.Data) // without its id, so the broker takes it
	require.NoError(d, err)
}

func TestTheGuidesConsumersReadEachEventTheyMayKnowOnceAndInOrder(t *testing.T) {
	d := subscribedDesk(t)
	d.settled()
	want, hidden := d.open()
	require.NotEmpty(t, want)
	require.NotZero(t, hidden)
	t.Run("Go", func(t *testing.T) {
		main := filepath.Join(t.TempDir(), "main.go")
		require.NoError(t, os.WriteFile(main, []byte(guide(t, "go")), 0o600))
		build := exec.CommandContext(t.Context(), "go", "build", "-o", main+".bin", main)
		out, err := build.CombinedOutput()
		require.NoError(t, err, "%s", out)
		d.durable()
		require.Equal(t, want, d.reads(t, len(want), main+".bin"))
	})
	t.Run("TypeScript", func(t *testing.T) {
		if os.Getenv(typeScript) == "" {
			t.Skip("scripts/check-contract.sh compiles the example and runs this")
		}
		d.durable()
		require.Equal(t, want, d.reads(t, len(want), "node", os.Getenv(typeScript)))
	})
}

// reads runs a consumer until it has written n lines and the broker holds nothing more for
// it, and returns the first three words of each line.
func (d *subscribed) reads(t *testing.T, n int, command ...string) []string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), command[0], command[1:]...)
	cmd.Env = append(os.Environ(), "NATS_URL="+d.url)
	var complaints lockedBuffer
	cmd.Stderr = &complaints
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	var mu sync.Mutex
	var lines []string
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for s := bufio.NewScanner(out); s.Scan(); {
			mu.Lock()
			lines = append(lines, strings.Join(strings.Fields(s.Text())[:3], " "))
			mu.Unlock()
		}
	}()
	require.Eventually(t, func() bool {
		select {
		case <-ended:
			return true
		default:
		}
		c, err := d.js.Consumer(t.Context(), bus.Stream, "portal")
		if err != nil {
			return false
		}
		info := c.CachedInfo()
		mu.Lock()
		defer mu.Unlock()
		return len(lines) >= n && info.NumPending == 0 && info.NumAckPending == 0
	}, 60*time.Second, 20*time.Millisecond, "it reads everything")
	_ = cmd.Process.Kill()
	<-ended
	_ = cmd.Wait()
	require.Empty(t, complaints.String())
	return lines
}

func TestAConsumerOfTheGuideReachesNothingButItsOwnDurable(t *testing.T) {
	d := subscribedDesk(t)
	d.durable()
	refused := make(chan error, 64)
	nc, err := nats.Connect(d.url, nats.UserInfo("portal", "portal-secret"), nats.Timeout(time.Minute), nats.CustomInboxPrefix("_INBOX_portal"),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { refused <- err }))
	portal := jetStream(t, nc, err)
	_, err = portal.Consumer(t.Context(), bus.Stream, "portal")
	require.NoError(t, err, "its own durable")
	for name, subject := range map[string]string{
		"another's durable":            "$JS.API.CONSUMER.MSG.NEXT.UNGCUU.ledger",
		"what another durable is":      "$JS.API.CONSUMER.INFO.UNGCUU.ledger",
		"an acknowledgement of others": "$JS.ACK.UNGCUU.ledger.1.1.1.1.1",
		"a durable of its own making":  "$JS.API.CONSUMER.CREATE.UNGCUU.mine.ungcuu.son-la.restricted.>",
		"its durable with more":        "$JS.API.CONSUMER.CREATE.UNGCUU.portal.ungcuu.son-la.>",
		"its durable, the old way":     "$JS.API.CONSUMER.DURABLE.CREATE.UNGCUU.portal",
		"an ephemeral consumer":        "$JS.API.CONSUMER.CREATE.UNGCUU",
		"a message by its place":       "$JS.API.STREAM.MSG.GET.UNGCUU",
		"a message directly":           "$JS.API.DIRECT.GET.UNGCUU",
		"the stream":                   "$JS.API.STREAM.INFO.UNGCUU",
		"the end of the stream":        "$JS.API.STREAM.PURGE.UNGCUU",
		"an event of its own":          "ungcuu.son-la.incident.closed",
	} {
		require.NoError(t, nc.Publish(subject, nil))
		require.NoError(t, nc.Flush())
		require.ErrorIs(t, told(t, refused), nats.ErrPermissionViolation, name)
	}
	for name, subject := range map[string]string{
		"the subjects themselves": "ungcuu.>", "the restricted ones": "ungcuu.son-la.restricted.>", "the desk's answers": "_INBOX.>", "everything": ">",
	} {
		_, err := nc.SubscribeSync(subject)
		require.NoError(t, err)
		require.NoError(t, nc.Flush())
		require.ErrorIs(t, told(t, refused), nats.ErrPermissionViolation, name)
	}
}

func told(t *testing.T, refused chan error) error {
	t.Helper()
	select {
	case err := <-refused:
		return err
	case <-time.After(time.Minute):
		require.FailNow(t, "nothing was refused")
		return nil
	}
}

func TestTheStreamIsAsTheDocumentTellsIt(t *testing.T) {
	server := bustest.NewServer(t)
	server.Start()
	b, err := bus.Open(t.Context(), server.Config(), slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	defer b.Close()
	require.Eventually(t, func() bool { return b.Prepare(t.Context()) == nil }, 60*time.Second, 10*time.Millisecond)
	nc, err := nats.Connect(server.Config().URL.Reveal(), nats.Timeout(time.Minute))
	stream, err := jetStream(t, nc, err).Stream(t.Context(), bus.Stream)
	require.NoError(t, err)
	c := stream.CachedInfo().Config

	var doc struct {
		Servers struct {
			Broker struct {
				Stream map[string]any `json:"x-nats-stream"`
			}
		}
	}
	require.NoError(t, json.Unmarshal(openapi.Events, &doc))
	require.Equal(t, map[string]any{
		"name": c.Name, "subjects": []any{strings.Replace(c.Subjects[0], "son-la", "{province}", 1)},
		"storage": strings.ToLower(c.Storage.String()), "retention": strings.ToLower(c.Retention.String()), "discard": "new",
		"max_age_seconds": c.MaxAge.Seconds(), "max_bytes": float64(c.MaxBytes), "duplicate_window_seconds": c.Duplicates.Seconds(),
	}, doc.Servers.Broker.Stream)
	require.Len(t, c.Subjects, 1)
	require.Equal(t, jetstream.DiscardNew, c.Discard)
}
