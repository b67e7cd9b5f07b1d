package verify_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/audit"
	"github.com/ungcuu/ungcuu/internal/authn"
	"github.com/ungcuu/ungcuu/internal/casework"
	"github.com/ungcuu/ungcuu/internal/directory/directorytest"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/ledger"
	"github.com/ungcuu/ungcuu/internal/rulebook"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/store/storetest"
	"github.com/ungcuu/ungcuu/internal/verify"
)

// desk is a desk with three cases, everything published and in the ledger.
type desk struct {
	*testing.T
	cfg    store.Config
	st     *store.Store
	at     time.Time
	cases  []casework.CaseView
	events [][]store.Event // by case
	raw    *sql.DB
	ledger string
}

func each(t *testing.T, test func(d *desk)) {
	t.Helper()
	for name, cfg := range storetest.Databases(t) {
		t.Run(name, func(t *testing.T) { test(newDesk(t, cfg)) })
	}
}

func newDesk(t *testing.T, cfg store.Config) *desk {
	t.Helper()
	d := &desk{T: t, cfg: cfg, st: storetest.Open(t, cfg), at: time.Now().UTC().Truncate(time.Microsecond).Add(-time.Hour)}
	d.ledger = ledger.Path(cfg.DataDir)
	directorytest.Demo(t, d.st, d.at)
	name, source := "pgx", cfg.DatabaseURL.Reveal()
	if source == "" { // without foreign keys: who tampers does not ask
		name, source = "sqlite3", "file:"+filepath.Join(cfg.DataDir, "ungcuu.db")+"?_pragma=busy_timeout(5000)&_pragma=foreign_keys(off)"
	}
	var err error
	d.raw, err = sql.Open(name, source)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, d.raw.Close()) })
	sonLa := province(t)
	require.NoError(t, rulebook.New(rulebook.Config{Store: d.st, Province: sonLa, Now: func() time.Time { return d.at }}, nil).Adopt(t.Context()))
	service := casework.New(d.st, sonLa, slog.New(slog.DiscardHandler))
	for i := range 3 {
		v, err := service.Report(t.Context(), d.call("reporter", ""), casework.NewReport{
			Title: fmt.Sprint("Sự cố ", i), Description: "…", DetectedAt: d.at, DetectedPrecision: incident.PrecisionMinute,
			Natures: []incident.Nature{"cybercrime"}, TLP: incident.TLPAmber, System: incident.System{Name: "Cổng"},
		})
		require.NoError(t, err)
		v, err = service.Triage(t.Context(), d.call("officer", "*"), v.ID, incident.Triage{Category: "availability.ddos", Severity: incident.High})
		require.NoError(t, err)
		v, err = service.Respond(t.Context(), d.call("officer", "*"), v.ID, "")
		require.NoError(t, err)
		d.cases = append(d.cases, v)
		events, err := d.st.Read(t.Context()).Timeline(store.TimelineQuery{IncidentID: v.ID})
		require.NoError(t, err)
		require.Greater(t, len(events), 3)
		d.events = append(d.events, events)
	}
	d.exec("UPDATE outbox SET published_at = created_at")
	var lines []ledger.Line
	for _, events := range d.events {
		for _, e := range events {
			lines = append(lines, lineOf(e, int64(len(lines))+1))
		}
	}
	d.write(lines)
	return d
}

func lineOf(e store.Event, n int64) ledger.Line {
	return ledger.Line{N: n, Chain: e.ChainID, Seq: e.Seq, ID: e.ID, At: e.At.Format(audit.TimeLayout), Prev: e.PrevHash, Hash: e.Hash}
}

// ago is a time as both databases take it.
func ago(d time.Duration) string { return time.Now().UTC().Add(-d).Format(audit.TimeLayout) }

func (d *desk) call(username, match string) casework.Call {
	d.Helper()
	d.at = d.at.Add(time.Second)
	tx := d.st.Read(d.Context())
	u, err := tx.UserByName(username)
	require.NoError(d, err)
	a, err := tx.Agency(u.AgencyID)
	require.NoError(d, err)
	return casework.Call{By: authn.ActorOf(u, a, d.at), At: d.at, Match: match}
}

func (d *desk) exec(statement string, args ...any) {
	d.Helper()
	for i := range args { // the one word for a parameter that both databases know
		statement = strings.Replace(statement, "?", fmt.Sprintf("$%d", i+1), 1)
	}
	result, err := d.raw.ExecContext(d.Context(), statement, args...)
	require.NoError(d, err, statement)
	if n, err := result.RowsAffected(); err == nil && !strings.HasPrefix(statement, "ALTER") {
		require.NotZero(d, n, statement)
	}
}

func (d *desk) lines() []ledger.Line {
	d.Helper()
	lines, err := ledger.Read(d.ledger)
	require.NoError(d, err)
	return lines
}

func (d *desk) write(lines []ledger.Line) {
	d.Helper()
	require.NoError(d, os.MkdirAll(filepath.Dir(d.ledger), 0o700))
	var text []byte
	for _, l := range lines {
		raw, err := json.Marshal(l)
		require.NoError(d, err)
		text = append(append(text, raw...), '\n')
	}
	require.NoError(d, os.WriteFile(d.ledger, text, 0o600))
}

func (d *desk) verify() (verify.Report, []verify.Finding) {
	d.Helper()
	var found []verify.Finding
	report, err := verify.Run(d.Context(), verify.Config{Store: d.st, Ledger: d.ledger, Found: func(f verify.Finding) { found = append(found, f) }})
	require.NoError(d, err)
	require.EqualValues(d, len(found), report.Findings)
	for _, f := range found {
		require.NotEmpty(d, f.VI)
		require.NotEmpty(d, f.EN)
	}
	return report, found
}

// drop takes events out as if they had never been.
func (d *desk) drop(where string, args ...any) {
	d.Helper()
	for _, table := range []string{"outbox", "event_payloads"} {
		d.exec("DELETE FROM "+table+" WHERE event_id IN (SELECT id FROM events WHERE "+where+")", args...)
	}
	d.exec("DELETE FROM events WHERE "+where, args...)
}

// reseal writes a chain anew from seq on, as someone would who has the database and the
// program: every hash and the head fit again.
func (d *desk) reseal(i int, seq int64, edit func(e *store.Event)) {
	d.Helper()
	prev := audit.Genesis
	for _, e := range d.events[i] {
		if e.Seq >= seq {
			if e.Seq == seq {
				edit(&e)
			}
			old := e.Hash
			e.PrevHash = prev
			hash, err := audit.Seal(verify.Entry(e))
			require.NoError(d, err)
			d.exec("UPDATE events SET type = ?, prev_hash = ?, hash = ? WHERE id = ?", e.Type, e.PrevHash, hash, e.ID)
			d.exec("UPDATE outbox SET message = replace(replace(message, ?, ?), ?, ?) WHERE event_id = ?",
				`"sequence":"`+fmt.Sprint(e.Seq), `"sequence":"`+fmt.Sprint(e.Seq), old, hash, e.ID)
			var message string
			require.NoError(d, d.raw.QueryRowContext(d.Context(), "SELECT message FROM outbox WHERE event_id = $1", e.ID).Scan(&message))
			var m map[string]any
			require.NoError(d, json.Unmarshal([]byte(message), &m))
			for name, v := range m { // whatever the names are
				if v == d.events[i][e.Seq-1].PrevHash {
					m[name] = prev
				}
				if v == d.events[i][e.Seq-1].Type {
					m[name] = e.Type
				}
			}
			raw, err := json.Marshal(m)
			require.NoError(d, err)
			d.exec("UPDATE outbox SET message = ? WHERE event_id = ?", string(raw), e.ID)
			e.Hash = hash
		}
		prev = e.Hash
	}
	d.exec("UPDATE incidents SET chain_hash = ? WHERE id = ?", prev, d.cases[i].ID)
}

func TestAWholeRecordHasNoFindings(t *testing.T) {
	each(t, func(d *desk) {
		report, found := d.verify()
		require.Empty(d, found)
		n := int64(len(d.events[0]) + len(d.events[1]) + len(d.events[2]))
		require.Equal(d, verify.Report{Chains: 3, Events: n, LedgerLines: n, ByKind: map[verify.Kind]int64{}}, report)
	})
}

func TestALedgerThatIsBehindIsNoFinding(t *testing.T) {
	each(t, func(d *desk) {
		lines := d.lines()
		d.write(lines[:len(lines)-2])
		d.exec("UPDATE outbox SET published_at = ?", ago(time.Minute))
		report, found := d.verify()
		require.Empty(d, found)
		require.EqualValues(d, 2, report.ToLedger)
		d.exec("UPDATE outbox SET published_at = NULL")
		d.write(nil)
		require.NoError(d, os.Remove(d.ledger))
		report, found = d.verify()
		require.Empty(d, found, "nothing was published yet")
		require.Equal(d, report.Events, report.ToLedger)
	})
}

func TestARedactedPayloadIsCountedAndATornLastLineIsNone(t *testing.T) {
	each(t, func(d *desk) {
		d.exec("UPDATE event_payloads SET salt = '', body = '' WHERE event_id = ?", d.events[0][1].ID)
		d.exec("DELETE FROM event_payloads WHERE event_id = ?", d.events[1][2].ID)
		f, err := os.OpenFile(d.ledger, os.O_APPEND|os.O_WRONLY, 0)
		require.NoError(d, err)
		_, err = f.WriteString(`{"n":99,"cha`)
		require.NoError(d, err)
		require.NoError(d, f.Close())
		report, found := d.verify()
		require.Equal(d, []verify.Kind{verify.NoPayload, verify.NoPayload}, kindsOf(found), "no redaction names them")
		require.EqualValues(d, 2, report.Redacted)
	})
}

func TestAPayloadThatARedactionNamesMayBeGone(t *testing.T) {
	each(t, func(d *desk) {
		service := d.service()
		id := d.cases[1].ID
		r, err := service.AskRedaction(d.Context(), d.call("lead", ""), id, casework.NewRedaction{
			ObjectKind: "incident", Fields: []string{"title"}, Why: incident.WhyOther, Reason: "Dán nhầm", Document: incident.Document{Number: "1", Symbol: "QĐ-CAT"},
		})
		require.NoError(d, err)
		report, found := d.verify()
		require.Empty(d, found)
		require.EqualValues(d, 1, report.Redacted)
		_, err = service.ConfirmRedaction(d.Context(), d.call("lead2", ""), id, r.ID, "Đồng ý")
		require.NoError(d, err)
		report, found = d.verify()
		require.Empty(d, found)
		require.EqualValues(d, 1, report.Redacted)
		d.exec("UPDATE event_payloads SET salt = '', body = '' WHERE event_id = ?", d.events[1][1].ID)
		_, found = d.verify()
		require.Equal(d, []verify.Kind{verify.NoPayload}, kindsOf(found), "nothing else may be gone")
	})
}

func TestAnEventThatWasPrunedFromTheOutboxByRuleIsNoFinding(t *testing.T) {
	each(t, func(d *desk) {
		e := d.events[1][0]
		d.exec("DELETE FROM outbox WHERE event_id = ?", e.ID)
		_, found := d.verify()
		require.Equal(d, []verify.Kind{verify.NoMessage}, kindsOf(found))
	})
}

func kindsOf(found []verify.Finding) []verify.Kind {
	var kinds []verify.Kind
	for _, f := range found {
		kinds = append(kinds, f.Kind)
	}
	slices.Sort(kinds)
	return kinds
}

// Numbers of events in wanted: the one that opened the duty of the case, and none.
const (
	dutyOpened = 1000
	unsaid     = 1001
)

// Each thing that can be tampered with is found, and named by the case and the number of the
// event.
func TestEveryTamperingIsFoundAndNamed(t *testing.T) {
	type wanted struct {
		kind verify.Kind
		seq  int64
	}
	last := func(d *desk) store.Event { return d.events[1][len(d.events[1])-1] }
	for name, c := range map[string]struct {
		tamper func(d *desk)
		want   []wanted
	}{
		"the actor of an event": {func(d *desk) {
			d.exec("UPDATE events SET actor_id = ? WHERE id = ?", uuid.NewString(), d.events[1][1].ID)
		}, []wanted{{verify.Altered, 2}}},
		"the time of an event": {func(d *desk) {
			d.exec("UPDATE events SET at = ? WHERE id = ?", "2026-01-02T03:04:05.000000Z", d.events[1][1].ID)
		}, []wanted{{verify.Altered, 2}, {verify.LedgerLine, 2}}},
		"the type of an event": {func(d *desk) {
			d.exec("UPDATE events SET type = 'incident.rejected' WHERE id = ?", d.events[1][1].ID)
		}, []wanted{{verify.Altered, 2}, {verify.AlteredMessage, 2}}},
		"the hash of a payload": {func(d *desk) {
			d.exec("UPDATE events SET payload_hash = ? WHERE id = ?", strings.Repeat("a", 64), d.events[1][1].ID)
		}, []wanted{{verify.Altered, 2}, {verify.AlteredPayload, 2}}},
		"a seal": {func(d *desk) {
			d.exec("UPDATE events SET hash = ? WHERE id = ?", strings.Repeat("b", 64), d.events[1][1].ID)
		}, []wanted{{verify.Altered, 2}, {verify.AlteredMessage, 2}, {verify.LedgerSeal, 2}, {verify.Unlinked, 3}}},
		"a payload": {func(d *desk) {
			d.exec("UPDATE event_payloads SET body = replace(body, 'high', 'low') WHERE event_id = ?", d.events[1][1].ID)
			d.exec("UPDATE event_payloads SET salt = 'x' WHERE event_id = ?", d.events[1][1].ID)
		}, []wanted{{verify.AlteredPayload, 2}}},
		"an event in the middle": {func(d *desk) {
			d.drop("id = ?", d.events[1][1].ID)
		}, []wanted{{verify.Gap, 3}, {verify.LedgerExtra, 2}}},
		"the tail of a chain with its head": {func(d *desk) {
			n := len(d.events[1])
			d.drop("id = ?", last(d).ID)
			d.exec("UPDATE incidents SET chain_seq = ?, chain_hash = ? WHERE id = ?", n-1, d.events[1][n-2].Hash, d.cases[1].ID)
		}, []wanted{{verify.Disagrees, -1}, {verify.LedgerExtra, 0}}},
		"the tail of a chain": {func(d *desk) {
			d.drop("id = ?", last(d).ID)
		}, []wanted{{verify.Disagrees, -1}, {verify.Head, -1}, {verify.LedgerExtra, 0}}},
		"two events in each other's place": {func(d *desk) {
			d.exec("UPDATE events SET seq = 999 WHERE id = ?", d.events[1][1].ID)
			d.exec("UPDATE events SET seq = 2 WHERE id = ?", d.events[1][2].ID)
			d.exec("UPDATE events SET seq = 3 WHERE id = ?", d.events[1][1].ID)
		}, nil},
		"a chain sealed anew": {func(d *desk) {
			d.reseal(1, int64(len(d.events[1])), func(e *store.Event) { e.Type = "incident.escalated" })
		}, []wanted{{verify.LedgerSeal, 0}}},
		"the head's number": {func(d *desk) {
			d.exec("UPDATE incidents SET chain_seq = chain_seq + 1 WHERE id = ?", d.cases[1].ID)
		}, []wanted{{verify.Head, 0}}},
		"the head's seal": {func(d *desk) {
			d.exec("UPDATE incidents SET chain_hash = ? WHERE id = ?", d.events[0][0].Hash, d.cases[1].ID)
		}, []wanted{{verify.Head, 0}}},
		"the status of a case": {func(d *desk) {
			d.exec("UPDATE incidents SET status = 'closed' WHERE id = ?", d.cases[1].ID)
		}, []wanted{{verify.Disagrees, 0}}},
		"the version of a case": {func(d *desk) {
			d.exec("UPDATE incidents SET version = 99 WHERE id = ?", d.cases[1].ID)
		}, []wanted{{verify.Disagrees, 0}}},
		"the time of a duty": {func(d *desk) {
			d.exec("UPDATE duties SET target_at = ? WHERE rule = 'SL-6.1.e' AND incident_id = ?", "2030-01-02T03:04:05.000000Z", d.cases[1].ID)
		}, []wanted{{verify.Disagrees, dutyOpened}}},
		"what the watch looks at": {func(d *desk) {
			d.exec("UPDATE duties SET watch_at = NULL WHERE rule = 'SL-6.1.e' AND incident_id = ?", d.cases[1].ID)
		}, []wanted{{verify.Disagrees, dutyOpened}}},
		"the status of a duty": {func(d *desk) {
			d.exec("UPDATE duties SET status = 'waived', watch_at = NULL WHERE rule = 'SL-6.1.e' AND incident_id = ?", d.cases[1].ID)
		}, []wanted{{verify.Disagrees, dutyOpened}}},
		"a duty deleted": {func(d *desk) {
			d.exec("DELETE FROM duties WHERE rule = 'SL-6.1.e' AND incident_id = ?", d.cases[1].ID)
		}, []wanted{{verify.Disagrees, dutyOpened}}},
		"a duty that nobody recorded": {func(d *desk) {
			d.exec("INSERT INTO duties (id, incident_id, rule, basis, title, owed_by_id, to_role, status, immediate, started_at, blocks_closure, created_at, updated_at)"+
				" SELECT ?, incident_id, 'X-1', basis, title, owed_by_id, to_role, status, immediate, started_at, blocks_closure, created_at, updated_at FROM duties WHERE rule = 'SL-6.1.e' AND incident_id = ?",
				uuid.NewString(), d.cases[1].ID)
		}, []wanted{{verify.Disagrees, unsaid}}},
		"a message": {func(d *desk) {
			d.exec("UPDATE outbox SET message = replace(message, ?, ?) WHERE event_id = ?", d.events[1][1].Hash, strings.Repeat("c", 64), d.events[1][1].ID)
		}, []wanted{{verify.AlteredMessage, 2}}},
		"a ledger line taken out": {func(d *desk) {
			lines := d.lines()
			i := len(d.events[0]) + 1
			d.write(slices.Delete(lines, i, i+1))
		}, []wanted{{verify.LedgerMissing, 2}, {verify.LedgerNumber, 3}}},
		"a ledger line taken out and the rest numbered anew": {func(d *desk) {
			lines := d.lines()
			i := len(d.events[0]) + 1
			lines = slices.Delete(lines, i, i+1)
			for i := range lines {
				lines[i].N = int64(i + 1)
			}
			d.write(lines)
		}, []wanted{{verify.LedgerMissing, 2}}},
		"the end of the ledger, long after": {func(d *desk) {
			d.write(d.lines()[:len(d.events[0])+len(d.events[1])-1])
			d.exec("UPDATE outbox SET published_at = ? WHERE chain_id = ?", ago(2*time.Hour), d.cases[1].ID)
			d.exec("UPDATE outbox SET published_at = NULL WHERE chain_id = ?", d.cases[2].ID)
		}, []wanted{{verify.LedgerMissing, 0}}},
		"the seal of a ledger line": {func(d *desk) {
			lines := d.lines()
			lines[len(d.events[0])+1].Hash = strings.Repeat("d", 64)
			d.write(lines)
		}, []wanted{{verify.LedgerSeal, 2}}},
		"the time of a ledger line": {func(d *desk) {
			lines := d.lines()
			lines[len(d.events[0])+1].At = "2026-01-02T03:04:05.000000Z"
			d.write(lines)
		}, []wanted{{verify.LedgerLine, 2}}},
		"a ledger line twice": {func(d *desk) {
			lines := d.lines()
			l := lines[len(d.events[0])+1]
			l.N = int64(len(lines) + 1)
			d.write(append(lines, l))
		}, []wanted{{verify.LedgerRepeat, 2}}},
		"an alarm in the ledger": {func(d *desk) {
			lines := d.lines()
			d.write(append(lines, ledger.Line{N: int64(len(lines) + 1), Alarm: ledger.Altered, Chain: d.cases[1].ID, Seq: 2}))
		}, []wanted{{verify.LedgerAlarm, 2}}},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(d *desk) {
				c.tamper(d)
				_, found := d.verify()
				require.NotEmpty(d, found)
				var got []wanted
				for _, f := range found {
					require.Equal(d, d.cases[1].ID, f.Chain, f.String())
					require.Equal(d, d.cases[1].Code, f.Code, f.String())
					got = append(got, wanted{f.Kind, f.Seq})
				}
				if c.want == nil {
					return
				}
				var want []wanted
				for _, w := range c.want { // 0 and below: from the end of the chain
					switch {
					case w.seq == dutyOpened:
						w.seq = d.events[1][slices.IndexFunc(d.events[1], func(e store.Event) bool {
							return e.Type == "obligation.opened" && strings.Contains(e.Body, `"SL-6.1.e"`)
						})].Seq
					case w.seq == unsaid:
						w.seq = 0
					case w.seq <= 0:
						w.seq += int64(len(d.events[1]))
					}
					want = append(want, w)
				}
				require.ElementsMatch(d, want, got, "%v", found)
			})
		})
	}
}

func TestWhatBelongsToNothingIsFound(t *testing.T) {
	each(t, func(d *desk) {
		chain := uuid.NewString()
		e := d.events[0][0]
		e.ID, e.ChainID, e.ObjectID = uuid.NewString(), chain, chain
		hash, err := audit.Seal(verify.Entry(e))
		require.NoError(d, err)
		d.exec("INSERT INTO events (id, chain_id, seq, type, object_kind, object_id, actor_id, agency_id, at, payload_hash, seal_version, prev_hash, hash)"+
			" VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)", e.ID, chain, 1, e.Type, e.ObjectKind, e.ObjectID, e.ActorID, e.AgencyID,
			e.At.Format(audit.TimeLayout), e.PayloadHash, e.SealVersion, e.PrevHash, hash)
		if d.st.Dialect() == store.Postgres {
			d.exec("ALTER TABLE event_payloads DROP CONSTRAINT event_payloads_event_id_fkey")
		}
		d.exec("INSERT INTO event_payloads (event_id, salt, body) VALUES (?, 's', '{}')", uuid.NewString())
		d.write(append(d.lines(), ledger.Line{N: int64(len(d.lines()) + 1), Chain: uuid.NewString(), Seq: 1, Hash: strings.Repeat("a", 64)}))
		_, found := d.verify()
		require.Equal(d, []verify.Kind{verify.LedgerExtra, verify.NoEvent, verify.NoMessage, verify.NoOwner, verify.NoPayload}, slices.DeleteFunc(kindsOf(found),
			func(k verify.Kind) bool { return k == verify.LedgerMissing }))
	})
}

func TestEveryDutyLeadsToTheUnalteredTextOfItsBook(t *testing.T) {
	for name, c := range map[string]struct {
		tamper string
		want   verify.Kind
	}{
		"a figure in the text of a book": {"UPDATE rule_books SET sources = replace(sources, 'unit: immediate', 'unit: none')", verify.AlteredBook},
		"a text that is none":            {"UPDATE rule_books SET sources = 'x'", verify.AlteredBook},
		"a book":                         {"DELETE FROM rule_books", verify.NoBook},
		"the book of a duty":             {"UPDATE duties SET book = 'abc'", verify.NoBook},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(d *desk) {
				d.exec(c.tamper)
				_, found := d.verify()
				require.Contains(d, kindsOf(found), c.want)
				require.Len(d, slices.DeleteFunc(found, func(f verify.Finding) bool { return f.Kind != c.want }), 1)
			})
		})
	}
}

func TestAMissingLedgerIsOneFinding(t *testing.T) {
	each(t, func(d *desk) {
		require.NoError(d, os.Remove(d.ledger))
		d.exec("UPDATE outbox SET published_at = ?", ago(2*time.Hour))
		_, found := d.verify()
		require.Equal(d, []verify.Kind{verify.NoLedger}, kindsOf(found))
	})
}

func TestACaseWithoutItsChainIsFound(t *testing.T) {
	each(t, func(d *desk) {
		d.drop("chain_id = ?", d.cases[1].ID)
		_, found := d.verify()
		require.Len(d, found, 1+len(d.events[1]), "the head, and each line of the ledger")
		for _, f := range found {
			require.Equal(d, d.cases[1].Code, f.Code)
		}
	})
}

func TestVerifyingChangesNothing(t *testing.T) {
	each(t, func(d *desk) {
		contents := storetest.Contents(d.T, d.cfg)
		before, file := contents(), d.lines()
		d.verify()
		require.Equal(d, before, contents())
		require.Equal(d, file, d.lines())
		err := d.st.Write(context.Background(), func(_ context.Context, tx *store.Tx) error { return nil })
		require.NoError(d, err)
	})
}
