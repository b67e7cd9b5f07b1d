package accesslog

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/directory/directorytest"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/regulation"
	"github.com/ungcuu/ungcuu/internal/sample"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/store/storetest"
)

// desk is a log over a database that the demo has filled.
type desk struct {
	*testing.T
	*Log
	journals []*journal
}

func onDesk(t *testing.T, run func(d *desk)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		directorytest.Demo(t, st, noon)
		l := New(st, nil, slog.New(slog.DiscardHandler))
		never := noon.AddDate(100, 0, 0)
		run(&desk{t, l, []*journal{{l.reads, store.AccessLog, never}, {l.denials.book, store.SecurityLog, never}}})
	})
}

func (d *desk) lines(j store.Journal) []store.Line {
	d.Helper()
	list, err := d.store.Read(d.Context()).Lines(j, store.LineQuery{Sight: policy.Sight{All: true}})
	require.NoError(d, err)
	return list
}

func (d *desk) person(username string) policy.Actor {
	d.Helper()
	accounts, err := d.store.Read(d.Context()).Accounts([]string{username})
	require.NoError(d, err)
	require.NotEmpty(d, accounts[username].ID)
	return policy.Actor{UserID: accounts[username].ID, AgencyID: accounts[username].AgencyID, Roles: []policy.Role{policy.Reporter}}
}

func (d *desk) read(by policy.Actor, id string, at time.Time) {
	d.Read(Access{At: at, By: by, SessionID: "s", Address: "192.0.2.1", Kind: "incident", IncidentID: id, Route: "getIncident", Shown: 1})
}

func TestLinesAreWrittenOnceHoweverOftenItIsTried(t *testing.T) {
	onDesk(t, func(d *desk) {
		by := d.person("officer")
		ids := make([]string, 333)
		for i := range ids {
			ids[i] = uuid.Must(uuid.NewV7()).String()
			d.read(by, ids[i], noon)
		}
		gone, cancel := context.WithCancel(d.Context())
		cancel()
		require.Error(d, d.pass(gone, d.journals, noon))
		require.Empty(d, d.lines(store.AccessLog))
		require.NoError(d, d.pass(d.Context(), d.journals, noon))
		d.read(by, ids[0], noon.Add(time.Second))
		require.NoError(d, d.pass(d.Context(), d.journals, noon))
		// The commit happened, and its answer was lost.
		d.read(by, ids[1], noon.Add(2*time.Second))
		b := d.reads.take(10)
		require.NoError(d, d.store.WriteLines(d.Context(), store.AccessLog, b.rows))
		d.reads.failed(b)
		require.NoError(d, d.pass(d.Context(), d.journals, noon))
		list := d.lines(store.AccessLog)
		require.Len(d, list, len(ids))
		times := map[string]int64{}
		for _, l := range list {
			times[*l.IncidentID] = l.Times
		}
		require.EqualValues(d, 2, times[ids[0]])
		require.EqualValues(d, 2, times[ids[1]])
		require.EqualValues(d, 1, times[ids[2]])
		l := list[len(list)-1]
		require.Equal(d, "192.0.2.1", l.Address)
		require.Equal(d, by.UserID, *l.ActorID)
		require.Equal(d, "reporter", l.Roles)
		require.Equal(d, noon, l.FirstAt)
	})
}

func TestPagesGoOnWhereTheyEndedAndFiltersNarrow(t *testing.T) {
	onDesk(t, func(d *desk) {
		officer, police := d.person("officer"), d.person("police")
		for i := range 20 {
			by := officer
			if i%2 == 1 {
				by = police
			}
			d.read(by, uuid.Must(uuid.NewV7()).String(), noon.Add(time.Duration(i/4)*time.Minute))
		}
		require.NoError(d, d.pass(d.Context(), d.journals, noon))
		ask := func(f Filter) (n int, seen map[string]bool) {
			f.Limit, seen = 3, map[string]bool{}
			auditor := policy.Actor{UserID: officer.UserID, Roles: []policy.Role{policy.Auditor}}
			for {
				p, err := d.Accesses(d.Context(), auditor, f)
				require.NoError(d, err)
				for _, e := range p.Items {
					require.False(d, seen[e.ID])
					seen[e.ID] = true
					require.NotEmpty(d, e.Username)
					require.NotEmpty(d, e.AgencyName)
				}
				if f.Past = p.Next; p.Next == nil {
					return len(seen), seen
				}
			}
		}
		at := func(minutes int) *time.Time { t := noon.Add(time.Duration(minutes) * time.Minute); return &t }
		for _, x := range []struct {
			f    Filter
			want int
		}{
			{Filter{}, 20}, {Filter{ActorID: officer.UserID}, 10}, {Filter{AgencyID: police.AgencyID}, 10}, {Filter{Kind: []string{"timeline", "notes"}}, 0},
			{Filter{After: at(1)}, 16}, {Filter{Before: at(1)}, 4}, {Filter{After: at(1), Before: at(2), ActorID: police.UserID}, 2},
			{Filter{IncidentID: officer.UserID}, 0},
		} {
			n, _ := ask(x.f)
			require.Equal(d, x.want, n, "%+v", x.f)
		}
	})
}

func TestOnlyAuditorsAndTeamLeadsReadTheJournals(t *testing.T) {
	onDesk(t, func(d *desk) {
		d.read(d.person("officer"), uuid.Must(uuid.NewV7()).String(), noon)
		require.NoError(d, d.pass(d.Context(), d.journals, noon))
		for _, role := range policy.Roles {
			by := policy.Actor{UserID: d.person("lead").UserID, AgencyID: d.person("lead").AgencyID, Roles: []policy.Role{role}}
			p, err := d.Accesses(d.Context(), by, Filter{Limit: 10})
			_, denied := d.Denials(d.Context(), by, Filter{Limit: 10})
			switch role {
			case policy.Auditor:
				require.NoError(d, err)
				require.NoError(d, denied)
				require.Len(d, p.Items, 1)
				require.True(d, p.Items[0].Traces)
			case policy.Lead:
				require.NoError(d, err)
				require.NoError(d, denied)
				require.Empty(d, p.Items, "a line about a case that is not there is about none in sight")
			default:
				require.Error(d, err, role)
				require.Error(d, denied, role)
			}
		}
	})
}

func TestATypedNameIsKeptOnlyAsTheAccountThatHasIt(t *testing.T) {
	onDesk(t, func(d *desk) {
		fail := func(name string) {
			d.Refused(Denial{At: noon, Kind: LoginFailed, Address: "192.0.2.9", Route: "login", Typed: name})
		}
		fail(" Officer ")
		fail("officer")
		fail("mat-khau-cua-toi-2026!")
		fail("Một mật khẩu khác")
		require.NoError(d, d.pass(d.Context(), d.journals, noon))
		list := d.lines(store.SecurityLog)
		raw, err := json.Marshal(list)
		require.NoError(d, err)
		require.NotContains(d, string(raw), "mat-khau")
		require.NotContains(d, string(raw), "mật khẩu")
		require.Len(d, list, 2, "%s", raw)
		for _, l := range list {
			require.EqualValues(d, 2, l.Times)
			if l.ActorID == nil {
				require.Equal(d, "unknown_account", l.Detail)
			} else {
				require.Equal(d, d.person("officer").UserID, *l.ActorID)
			}
		}
	})
}

func TestA404IsADenialOnlyOfACaseThatExistsAndIsNotInSight(t *testing.T) {
	onDesk(t, func(d *desk) {
		cast := storetest.Cast(d.T, d.store, 0)
		storetest.Load(d.T, d.store, sample.Cases(1, 1, cast))
		cases, err := d.store.Read(d.Context()).Incidents(store.IncidentQuery{Sight: policy.Sight{All: true}})
		require.NoError(d, err)
		stranger, auditor := d.person("other"), d.person("auditor")
		stranger.AgencyID, auditor.Roles = uuid.NewString(), []policy.Role{policy.Auditor}
		for _, by := range []policy.Actor{stranger, auditor} {
			for _, id := range []string{cases[0].ID, uuid.Must(uuid.NewV7()).String()} {
				d.Refused(Denial{At: noon, Kind: OutOfSight, By: by, IncidentID: id, Route: "getIncident"})
			}
		}
		require.NoError(d, d.pass(d.Context(), d.journals, noon))
		list := d.lines(store.SecurityLog)
		require.Len(d, list, 1)
		require.Equal(d, cases[0].ID, *list[0].IncidentID)
		require.Equal(d, stranger.UserID, *list[0].ActorID)
	})
}

func TestWhatNoClauseKeepsIsDroppedAndThatIsSaid(t *testing.T) {
	onDesk(t, func(d *desk) {
		by := d.person("officer")
		from, _ := regulation.KeepLogsFrom(noon)
		for i := range dropSize + 50 {
			d.read(by, uuid.Must(uuid.NewV7()).String(), from.Add(-time.Duration(i+1)*time.Second))
		}
		d.read(by, uuid.Must(uuid.NewV7()).String(), from.Add(time.Second))
		require.NoError(d, d.pass(d.Context(), d.journals, noon))
		require.Len(d, d.lines(store.AccessLog), dropSize+51)
		for _, j := range d.journals {
			j.drop = noon
		}
		for range 4 {
			require.NoError(d, d.pass(d.Context(), d.journals, noon))
		}
		list := d.lines(store.AccessLog)
		require.Len(d, list, 2)
		require.Equal(d, Purged, list[0].Kind)
		require.EqualValues(d, dropSize+50, list[0].Times)
		require.Contains(d, list[0].Detail, "TCVN")
		require.Equal(d, from.Add(time.Second).UTC(), list[1].FirstAt)
		require.True(d, d.journals[0].drop.After(noon), "the next time in an hour")
	})
}

func TestManyReadersAtOnceAreAllCountedUntilTheEnd(t *testing.T) {
	onDesk(t, func(d *desk) {
		by := d.person("officer")
		ids := make([]string, 20)
		for i := range ids {
			ids[i] = uuid.Must(uuid.NewV7()).String()
		}
		ctx, stop := context.WithCancel(context.Background())
		var worker, readers sync.WaitGroup
		worker.Go(func() { d.Log.Run(ctx) })
		for range 8 {
			readers.Go(func() {
				for i := range 500 {
					now := time.Now().UTC().Truncate(time.Microsecond)
					d.read(by, ids[i%len(ids)], now)
					d.Refused(Denial{At: now, Kind: Forbidden, By: by, IncidentID: ids[i%len(ids)]})
				}
			})
		}
		readers.Wait()
		stop()
		worker.Wait()
		for _, j := range []store.Journal{store.AccessLog, store.SecurityLog} {
			times := int64(0)
			for _, l := range d.lines(j) {
				times += l.Times
			}
			require.EqualValues(d, 8*500, times, j)
		}
	})
}
