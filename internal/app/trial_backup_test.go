package app_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/app"
	"github.com/ungcuu/ungcuu/internal/audit"
	"github.com/ungcuu/ungcuu/internal/authn"
	"github.com/ungcuu/ungcuu/internal/backup"
	"github.com/ungcuu/ungcuu/internal/casework"
	"github.com/ungcuu/ungcuu/internal/directory/directorytest"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/ledger"
	"github.com/ungcuu/ungcuu/internal/regulation"
	"github.com/ungcuu/ungcuu/internal/rulebook"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/store/storetest"
)

// promised remembers what the clients were answered: the versions of cases and handovers.
type promised struct {
	next http.RoundTripper
	mu   sync.Mutex
	seen map[string]answer
}

type answer struct {
	Code    string
	Version int64
	Kind    string // of a handover
}

// RoundTrip implements http.RoundTripper.
func (p *promised) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := p.next.RoundTrip(req)
	if err != nil || resp.StatusCode >= 300 || !strings.Contains(req.URL.Path, "/incidents") {
		return resp, err
	}
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	_ = resp.Body.Close()
	resp.Body = io.NopCloser(bytes.NewReader(raw))
	var got struct {
		ID string
		answer
	}
	if json.Unmarshal(raw, &got) == nil && got.ID != "" {
		p.mu.Lock()
		if got.Version >= p.seen[got.ID].Version {
			p.seen[got.ID] = got.answer
		}
		p.mu.Unlock()
	}
	return resp, nil
}

func (p *promised) now() map[string]answer {
	p.mu.Lock()
	defer p.mu.Unlock()
	return maps.Clone(p.seen)
}

// A backup of a desk at work is the desk as it was at one moment: everything that was
// answered before is in it and nothing is in it by half; restored, it serves, publishes
// everything, and tells everyone once.
func TestTrialBackup(t *testing.T) {
	trial(t, func(t *testing.T, cfg app.Config) {
		p := serve(t, cfg)
		p.start()
		p.awaitReady()
		kept := &promised{next: &http.Transport{MaxIdleConnsPerHost: 64}, seen: map[string]answer{}}
		l := newLoad(t, p.base, kept)
		l.begin(8)
		type copied struct {
			file string
			want map[string]answer
			took time.Duration
		}
		var copies []copied
		for i := range times(3, 10) {
			mark := l.answered.Load() + 50 + rand.Int64N(200)
			p.await(60*time.Second, "the clients work", func() bool { return l.answered.Load() >= mark })
			c := copied{file: filepath.Join(t.TempDir(), "desk.tar.zst"), want: kept.now()}
			begun := time.Now()
			require.NoError(t, app.Backup(t.Context(), cfg, c.file, nil, nil, io.Discard, quiet), "backup %d", i)
			c.took = time.Since(begun)
			copies = append(copies, c)
			var out bytes.Buffer
			require.NoError(t, app.Verify(t.Context(), cfg, false, &out, io.Discard, quiet), "verify under load: %s", &out)
		}
		l.end()
		p.stop()
		p.quiet()
		for i, c := range copies {
			to := empty(t, kindOf(cfg))
			begun := time.Now()
			restore(t, c.file, to)
			took := time.Since(begun)
			r := newWitness(t, to)
			r.kept(c.want)
			info, err := os.Stat(c.file)
			require.NoError(t, err)
			t.Logf("trial backup %d: %s after %d answers, %s, %d bytes; restored and verified in %s", i, c.took.Round(time.Millisecond), len(c.want), r, info.Size(), took.Round(time.Millisecond))
			if i == len(copies)-1 {
				r.livesAgain()
			}
		}
	})
}

// kept asks that what was answered is there, and that every case is whole.
func (r *witness) kept(want map[string]answer) {
	r.Helper()
	for id, a := range want {
		if a.Code != "" {
			inc, err := r.st.Read(r.Context()).Case(id)
			require.NoError(r, err, "what was answered is there")
			require.Equal(r, a.Code, inc.Code)
			require.GreaterOrEqual(r, inc.Version, a.Version)
		} else if a.Kind != "" {
			require.Equal(r, 1, storetest.Count(r.T, database(r.cfg), "handovers WHERE id = '"+id+"'"))
		}
	}
	for _, id := range r.caseIDs() {
		r.checkCase(id)
	}
	r.checkAgencies()
	r.total("events", len(r.events))
	r.total("event_payloads", len(r.events))
	r.total("outbox WHERE published_at IS NULL", len(r.events))
}

// caseIDs are the cases that have events.
func (r *witness) caseIDs() []string {
	r.Helper()
	seen := map[string]bool{}
	var ids []string
	require.NoError(r, r.st.Snapshot(r.Context(), func(v *store.Snapshot) error {
		return v.ChainOwners(r.Context(), func(o store.ChainOwner) error {
			if o.Kind == "incidents" && !seen[o.ID] {
				seen[o.ID], ids = true, append(ids, o.ID)
			}
			return nil
		})
	}))
	return ids
}

// livesAgain starts the restored desk with a mail server and asks that everyone is told once.
func (r *witness) livesAgain() {
	r.Helper()
	box := newMailbox(r.T)
	cfg := r.cfg
	cfg.SMTPURL = box.url
	p := serve(r.T, cfg)
	p.start()
	p.awaitReady()
	r.settle(90*time.Second, nil, "")
	asked := storetest.Count(r.T, database(cfg), "handovers")
	answered := storetest.Count(r.T, database(cfg), "handovers WHERE acknowledged_at IS NOT NULL")
	await(r.T, 90*time.Second, "everyone is told", func() bool {
		return storetest.Count(r.T, database(cfg), "deliveries WHERE status = 'sent'"+notReceipts) >= asked+answered
	})
	l := newLoad(r.T, p.base, nil)
	require.NoError(r, l.report(&deskCase{key: "after-the-restore", body: apiReport()}))
	p.stop()
	p.quiet()
	seen := map[string]bool{}
	for _, m := range box.all() {
		require.False(r, seen[m.MessageID], "a mail came twice")
		seen[m.MessageID] = true
	}
	require.Len(r, seen, asked+answered)
	var out bytes.Buffer
	require.NoError(r, app.Verify(r.Context(), cfg, false, &out, io.Discard, quiet), "%s", &out)
}

// A backup or a restore that is killed leaves nothing that could be taken for a whole one.
func TestTrialBackupKill(t *testing.T) {
	trial(t, func(t *testing.T, cfg app.Config) {
		w := start(t, cfg)
		aFewCases(w)
		w.stop()
		dir := t.TempDir()
		whole, killed := "", 0
		for i := range times(6, 60) {
			file := filepath.Join(dir, "desk.tar.zst")
			if i%3 == 2 {
				file = filepath.Join(dir, "other.tar.zst")
			}
			if interrupted(t, rand.IntN(30), "backup", "--data", cfg.Data, "--database-url", cfg.DatabaseURL.Reveal(), file) {
				killed++
			}
			if f, err := os.Open(file); err == nil {
				_, err := backup.Check(f)
				require.NoError(t, err, "what has its name is whole")
				require.NoError(t, f.Close())
				if whole == "" {
					whole = filepath.Join(dir, "whole")
					require.NoError(t, os.Rename(file, whole))
				} else {
					require.NoError(t, os.Remove(file))
				}
			}
		}
		if whole == "" {
			whole = backUp(t, cfg)
		}
		broken := 0
		for range times(5, 30) {
			to := empty(t, kindOf(cfg))
			if !interrupted(t, rand.IntN(32), "restore", "--data", to.Data, "--database-url", to.DatabaseURL.Reveal(), whole) {
				continue
			}
			broken++
			err := app.Restore(t.Context(), to, whole, "", io.Discard, io.Discard, quiet)
			if err != nil { // part of it had its name already, or all of it
				require.ErrorIs(t, err, fault.Conflict)
				again := empty(t, kindOf(cfg))
				restore(t, whole, again)
			}
		}
		t.Logf("trial backup kill: %d backups and %d restores killed", killed, broken)
	})
}

// interrupted runs the program, kills it when it has told so many steps, and says whether it
// was killed.
func interrupted(t *testing.T, steps int, args ...string) bool {
	t.Helper()
	cmd := exec.Command(built.program(t), args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	told, err := cmd.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	lines := bufio.NewScanner(told)
	for steps > 0 && lines.Scan() {
		steps--
	}
	if steps == 0 {
		_ = cmd.Process.Kill()
	}
	_, _ = io.Copy(io.Discard, told)
	_ = cmd.Wait()
	status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus)
	return ok && status.Signaled()
}

func apiReport() api.NewIncident {
	return api.NewIncident{Title: "Sau khi phục hồi", Description: "…", DetectedAt: time.Now().UTC().Format(time.RFC3339), System: api.System{Name: "Cổng"}}
}

// How long it takes and how much room, on a desk that has been at work for years. It promises
// no figure; it prints them.
func TestTrialBackupSize(t *testing.T) {
	trial(t, func(t *testing.T, cfg app.Config) {
		st := storetest.Open(t, database(cfg))
		cases := times(100, 20_000)
		begun := time.Now()
		events := years(t, st, ledger.Path(cfg.Data), cases)
		t.Logf("trial backup size: %d cases, %d events made in %s", cases, events, time.Since(begun).Round(time.Second))
		built.program(t)
		stop, longest, writes := make(chan struct{}), time.Duration(0), 0
		var writer sync.WaitGroup
		writer.Go(func() { // whoever writes while a backup runs
			for {
				select {
				case <-stop:
					return
				default:
				}
				begun := time.Now()
				err := st.Write(t.Context(), func(_ context.Context, tx *store.Tx) error {
					_, err := tx.NextCode("trial")
					return err
				})
				if !assert.NoError(t, err) { //nolint:testifylint // not the goroutine of the test
					return
				}
				longest = max(longest, time.Since(begun))
				writes++
			}
		})
		file := filepath.Join(t.TempDir(), "desk.tar.zst")
		wrote := took(t, "backup", "--data", cfg.Data, "--database-url", cfg.DatabaseURL.Reveal(), file)
		close(stop)
		writer.Wait()
		info, err := os.Stat(file)
		require.NoError(t, err)
		to := empty(t, kindOf(cfg))
		t.Logf("trial backup size: backup %s, %.1f MiB; beside it %d writes, the longest %s", wrote, float64(info.Size())/(1<<20), writes, longest.Round(time.Millisecond))
		t.Logf("trial backup size: verify %s", took(t, "verify", "--data", cfg.Data, "--database-url", cfg.DatabaseURL.Reveal()))
		t.Logf("trial backup size: restore and verify %s", took(t, "restore", "--data", to.Data, "--database-url", to.DatabaseURL.Reveal(), file))
		require.Equal(t, events, storetest.Count(t, database(to), "events"))
	})
}

// took runs the program to its end.
func took(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.Command(built.program(t), args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	var out lockedBuffer
	cmd.Stdout, cmd.Stderr = &out, &out
	begun := time.Now()
	require.NoError(t, cmd.Start())
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	memory, look := "", time.NewTicker(20*time.Millisecond)
	defer look.Stop()
	for {
		select {
		case err := <-ended:
			require.NoError(t, err, out.String())
			used := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
			return fmt.Sprintf("%s (%s of CPU, at most %s of memory)", time.Since(begun).Round(10*time.Millisecond), used.Round(10*time.Millisecond), memory)
		case <-look.C:
			status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", cmd.Process.Pid))
			for line := range strings.Lines(string(status)) {
				if most, ok := strings.CutPrefix(line, "VmHWM:"); ok {
					memory = strings.TrimSpace(most)
				}
			}
		}
	}
}

// years fills a desk with cases by its own rules, many in a transaction, and writes the
// ledger's file as the worker would. It returns the number of events.
func years(t *testing.T, st *store.Store, path string, cases int) int {
	t.Helper()
	ctx := t.Context()
	at := time.Now().UTC().Truncate(time.Microsecond).Add(-time.Hour)
	directorytest.Demo(t, st, at)
	province, _ := regulation.Find("son-la")
	desk := casework.New(st, province, quiet)
	require.NoError(t, rulebook.New(rulebook.Config{Store: st, Province: province, Log: quiet, Now: time.Now}, nil).Adopt(ctx))
	call := func(username string) casework.Call {
		tx := st.Read(ctx)
		u, err := tx.UserByName(username)
		require.NoError(t, err)
		a, err := tx.Agency(u.AgencyID)
		require.NoError(t, err)
		return casework.Call{By: authn.ActorOf(u, a, at), At: at, Match: "*"}
	}
	reporter, officer := call("reporter"), call("officer")
	police, err := st.Read(ctx).AgencyByRole(incident.RolePolice, "2026-11-22")
	require.NoError(t, err)
	for done := 0; done < cases; done += 100 {
		require.NoError(t, st.Write(ctx, func(ctx context.Context, _ *store.Tx) error {
			for i := range min(100, cases-done) {
				v, err := desk.Report(ctx, reporter, casework.NewReport{
					Title: fmt.Sprintf("Tấn công từ chối dịch vụ lần %d", done+i), Description: strings.Repeat("Không truy cập được Cổng thông tin điện tử. ", 8),
					DetectedAt: at, DetectedPrecision: incident.PrecisionMinute, Natures: []incident.Nature{"cybercrime"}, TLP: incident.TLPAmber,
					System: incident.System{Name: "Cổng thông tin điện tử tỉnh"},
				})
				if err == nil {
					_, err = desk.Triage(ctx, officer, v.ID, incident.Triage{Category: "availability.ddos", Severity: incident.High})
				}
				if err == nil {
					_, err = desk.AskHandover(ctx, officer, v.ID, casework.NewHandover{
						ToAgencyID: police[0].ID, Kind: incident.Coordination, Message: "Đề nghị phối hợp", Channel: incident.ChannelAPI, Urgency: incident.Khan,
					})
				}
				if err == nil {
					_, err = desk.Respond(ctx, officer, v.ID, "")
				}
				if err != nil {
					return err
				}
			}
			return nil
		}))
	}
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
	f, err := os.Create(path)
	require.NoError(t, err)
	out, n := bufio.NewWriter(f), 0
	lines := json.NewEncoder(out)
	require.NoError(t, st.Snapshot(ctx, func(v *store.Snapshot) error {
		return v.Record(ctx, func(e *store.Recorded) error {
			n++
			return lines.Encode(ledger.Line{N: int64(n), Chain: e.ChainID, Seq: e.Seq, ID: e.ID, At: e.At.Format(audit.TimeLayout), Prev: e.PrevHash, Hash: e.Hash})
		})
	}))
	require.NoError(t, errors.Join(out.Flush(), f.Close()))
	return n
}
