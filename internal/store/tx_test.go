package store_test

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/secret"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/store/storetest"
)

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func TestARollbackLeavesNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d := newDesk(t, st)
		inc := d.incident(func(inc *incident.Incident) { inc.Natures = []incident.Nature{incident.Cybercrime} })
		boom := errors.New("boom")
		err := st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			require.NoError(t, tx.CreateIncident(inc))
			require.NoError(t, tx.SetPeople(inc.ID, []string{d.lead}))
			require.NoError(t, tx.AppendEvents(events(inc.ID, 1, 2)))
			_, err := st.Read(ctx).Case(inc.ID)
			require.NoError(t, err, "a Read inside sees what the transaction wrote")
			return boom
		})
		require.ErrorIs(t, err, boom)
		require.Panics(t, func() {
			_ = st.Write(t.Context(), func(_ context.Context, tx *store.Tx) error {
				require.NoError(t, tx.CreateIncident(inc))
				panic("boom")
			})
		})
		_, err = read(st).Case(inc.ID)
		require.ErrorIs(t, err, fault.NotFound)
		found, err := read(st).Incidents(store.IncidentQuery{Sight: all, Q: inc.Code})
		require.NoError(t, err)
		require.Empty(t, found)
		waiting, err := st.Waiting(t.Context(), 10)
		require.NoError(t, err)
		require.Empty(t, waiting)
		require.Empty(t, st.Committed(), "nothing was committed")
	})
}

func TestAWriteWithinAWriteIsTheSameTransaction(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d := newDesk(t, st)
		one, two := d.incident(nil), d.incident(nil)
		err := st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			require.NoError(t, tx.CreateIncident(one))
			require.NoError(t, st.Write(ctx, func(_ context.Context, inner *store.Tx) error {
				require.Same(t, tx, inner)
				return inner.CreateIncident(two)
			}))
			return errors.New("no")
		})
		require.Error(t, err)
		for _, inc := range []*incident.Incident{one, two} {
			_, err := read(st).Case(inc.ID)
			require.ErrorIs(t, err, fault.NotFound)
		}

		// An inner failure that the outer one overlooks still leaves nothing.
		inner := errors.New("inner")
		err = st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			require.NoError(t, tx.CreateIncident(one))
			_ = st.Write(ctx, func(context.Context, *store.Tx) error { return inner })
			return nil
		})
		require.ErrorIs(t, err, inner)
		_, err = read(st).Case(one.ID)
		require.ErrorIs(t, err, fault.NotFound)
	})
}

func TestCommittedIsToldOnlyOfEvents(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d := newDesk(t, st)
		inc := d.create(t, nil)
		require.Empty(t, st.Committed(), "a commit without events")
		write(t, st, func(tx *store.Tx) error {
			require.NoError(t, tx.AppendEvents(nil))
			return nil
		})
		require.Empty(t, st.Committed(), "no events at all")
		write(t, st, func(tx *store.Tx) error {
			require.NoError(t, tx.AppendEvents(events(inc.ID, 1, 1)))
			require.Empty(t, st.Committed(), "not before the commit")
			return nil
		})
		require.Len(t, st.Committed(), 1)
		write(t, st, func(tx *store.Tx) error { return tx.AppendEvents(events(inc.ID, 2, 2)) })
		require.Len(t, st.Committed(), 1, "a second commit neither waits nor is told twice")
		<-st.Committed()
		require.Empty(t, st.Committed())
	})
}

func TestManyWritersDoNotFail(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d := newDesk(t, st)
		inc := d.create(t, nil)
		errs := make(chan error, 64)
		var wg sync.WaitGroup
		for range cap(errs) {
			wg.Go(func() {
				errs <- st.Write(t.Context(), func(_ context.Context, tx *store.Tx) error {
					got, err := tx.LockIncident(inc.ID, all)
					if err != nil {
						return err
					}
					got.Version++
					return tx.SaveIncident(got, got.Version-1)
				})
			})
		}
		wg.Wait()
		close(errs)
		for err := range errs {
			require.NoError(t, err)
		}
		got, err := read(st).Case(inc.ID)
		require.NoError(t, err)
		require.EqualValues(t, 1+cap(errs), got.Version, "no change was lost")
	})
}

func TestAnOldVersionIsStale(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d := newDesk(t, st)
		inc := d.create(t, nil)
		h := d.createHandover(t, inc, nil)
		err := st.Write(t.Context(), func(_ context.Context, tx *store.Tx) error { return tx.SaveIncident(inc, 2) })
		require.ErrorIs(t, err, fault.Stale)
		err = st.Write(t.Context(), func(_ context.Context, tx *store.Tx) error { return tx.SaveHandover(h, 2) })
		require.ErrorIs(t, err, fault.Stale)
	})
}

func TestABrokenReferenceIsAPlainError(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d := newDesk(t, st)
		err := st.Write(t.Context(), func(_ context.Context, tx *store.Tx) error {
			return tx.CreateIncident(d.incident(func(inc *incident.Incident) { inc.LeadAgencyID = newID() }))
		})
		require.Error(t, err)
		_, expected := fault.As(err)
		require.False(t, expected, "%v", err)
	})
}

func TestACancelledRequestIsNoFault(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		ctx, cancel := context.WithCancel(t.Context())
		err := st.Write(ctx, func(_ context.Context, tx *store.Tx) error {
			cancel()
			_, err := tx.NextCode("x")
			return err
		})
		require.ErrorIs(t, err, context.Canceled)
		n, err := nextCode(st)
		require.NoError(t, err)
		require.EqualValues(t, 1, n)
	})
}

func nextCode(st *store.Store) (n int64, err error) {
	err = st.Write(context.Background(), func(_ context.Context, tx *store.Tx) error {
		n, err = tx.NextCode("x")
		return err
	})
	return n, err
}

func TestAWaitForALockEndsAsBusy(t *testing.T) {
	if testing.Short() {
		t.Skip("waits five seconds")
	}
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		t.Parallel()
		d := newDesk(t, st)
		inc := d.create(t, nil)
		for name, take := range map[string]func(tx *store.Tx) error{
			"a case":       func(tx *store.Tx) error { _, err := tx.LockCase(inc.ID); return err },
			"a repeat key": func(tx *store.Tx) error { _, err := tx.Claim(key(nil), t0); return err },
			"codes":        func(tx *store.Tx) error { _, err := tx.ReserveCodes("x", 2); return err },
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				held, release := make(chan error, 1), make(chan struct{})
				done := make(chan error, 1)
				go func() {
					done <- st.Write(context.Background(), func(_ context.Context, tx *store.Tx) error {
						held <- take(tx)
						<-release
						return errors.New("undone")
					})
				}()
				if st.Dialect() == store.SQLite {
					// The one connection is held by whichever comes first: all others wait for it.
					select {
					case err := <-held:
						require.NoError(t, err)
					case err := <-done:
						require.ErrorIs(t, err, fault.Busy)
						return
					}
				} else {
					require.NoError(t, <-held)
				}
				err := st.Write(t.Context(), func(_ context.Context, tx *store.Tx) error { return take(tx) })
				close(release)
				require.EqualError(t, <-done, "undone")
				require.ErrorIs(t, err, fault.Busy)
				f, _ := fault.As(err)
				require.Equal(t, time.Second, f.RetryAfter)
			})
		}
	})
}

func TestADatabaseThatIsAwayIsUnavailable(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := listener.Addr().String()
	require.NoError(t, listener.Close())
	st, err := store.Open(t.Context(), store.Config{DatabaseURL: secret.Text("postgres://u@" + address + "/d?sslmode=disable")}, quiet())
	require.NoError(t, err, "Open does not need the database")
	t.Cleanup(func() { require.NoError(t, st.Close()) })
	_, err = read(st).Agencies()
	require.ErrorIs(t, err, fault.Unavailable)
	_, err = nextCode(st)
	require.ErrorIs(t, err, fault.Unavailable)
	require.ErrorIs(t, st.Ready(t.Context()), fault.Unavailable)
	require.ErrorIs(t, st.Migrate(t.Context()), fault.Unavailable)
}

func TestAServerThatStopsIsUnavailableAndComesBack(t *testing.T) {
	st := storetest.Open(t, store.Config{DatabaseURL: storetest.OpenPostgres(t)})
	err := st.Write(t.Context(), func(_ context.Context, tx *store.Tx) error {
		return tx.Exec("SELECT pg_terminate_backend(pg_backend_pid())")
	})
	require.ErrorIs(t, err, fault.Unavailable)
	n, err := nextCode(st)
	require.NoError(t, err)
	require.EqualValues(t, 1, n)

	err = st.Write(t.Context(), func(_ context.Context, tx *store.Tx) error {
		return tx.Exec("DO $$ BEGIN RAISE SQLSTATE '40001'; END $$")
	})
	require.ErrorIs(t, err, fault.Busy)
}

func TestWhatPostgreSQLCannotStoreIsInvalid(t *testing.T) {
	st := storetest.Open(t, store.Config{DatabaseURL: storetest.OpenPostgres(t)})
	d := newDesk(t, st)
	for _, text := range []string{"a\x00b", "a\xffb"} {
		err := st.Write(t.Context(), func(_ context.Context, tx *store.Tx) error {
			return tx.CreateIncident(d.incident(func(inc *incident.Incident) { inc.Title = text }))
		})
		require.ErrorIs(t, err, fault.Invalid)
	}
}

func TestReadyMeansMigrated(t *testing.T) {
	for name, c := range storetest.Databases(t) {
		t.Run(name, func(t *testing.T) {
			st, err := store.Open(t.Context(), c, quiet())
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, st.Close()) })
			require.Equal(t, name, st.Dialect())
			require.ErrorIs(t, st.Ready(t.Context()), fault.Unavailable)

			var wg sync.WaitGroup
			errs := make(chan error, 3)
			for range cap(errs) {
				wg.Go(func() { errs <- st.Migrate(context.Background()) })
			}
			wg.Wait()
			close(errs)
			for err := range errs {
				require.NoError(t, err, "several may start at once")
			}
			require.NoError(t, st.Ready(t.Context()))
			require.NoError(t, st.Migrate(t.Context()), "a second time changes nothing")
		})
	}
}

func TestAConnectionFromBeforeAMigrationReadsTheTablesThatItChanged(t *testing.T) {
	for name, c := range storetest.Databases(t) {
		t.Run(name, func(t *testing.T) {
			open := func() *store.Store {
				st, err := store.Open(t.Context(), c, quiet())
				require.NoError(t, err)
				t.Cleanup(func() { require.NoError(t, st.Close()) })
				return st
			}
			migrating, waiting := open(), open()
			require.NoError(t, migrating.MigrateTo(t.Context(), 1))
			require.ErrorIs(t, waiting.Ready(t.Context()), fault.Unavailable, "from here on its connection knows the tables as they are")

			require.NoError(t, migrating.Migrate(t.Context()))
			due, d := newID(), newDesk(t, migrating)
			_, err := migrating.AddDelivery(t.Context(), &store.Delivery{
				ID: due, EventID: newID(), IncidentID: to(newID()), AgencyID: d.team, Status: store.DeliveryPending, NextAt: &t0, CreatedAt: t0,
			})
			require.NoError(t, err)
			found, err := waiting.DueDeliveries(t.Context(), t0, 1)
			require.NoError(t, err)
			require.Equal(t, due, found[0].ID)
		})
	}
}

func TestTheSQLiteFileIsForItsOwnerOnly(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "a %20?#b", "data")
	st := storetest.Open(t, store.Config{DataDir: folder})
	newDesk(t, st)
	for _, name := range []string{"ungcuu.db", "ungcuu.db-wal"} {
		info, err := os.Stat(filepath.Join(folder, name))
		require.NoError(t, err)
		require.EqualValues(t, 0o600, info.Mode().Perm(), name)
	}
}

func TestATimeOfAnyZoneIsStoredInUTC(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d := newDesk(t, st)
		zone := time.FixedZone("ICT", 7*3600)
		inc := d.create(t, func(inc *incident.Incident) {
			inc.DetectedAt = t0.In(zone).Add(999)
			inc.OccurredAt = to(at(1).In(zone))
		})
		got, err := read(st).Case(inc.ID)
		require.NoError(t, err)
		require.Equal(t, t0, got.DetectedAt)
		require.Equal(t, at(1), *got.OccurredAt)
		listed, err := read(st).Incidents(store.IncidentQuery{Sight: all, ReportedAfter: to(t0.In(zone))})
		require.NoError(t, err)
		require.Len(t, listed, 1)
	})
}

func TestACodeIsNeverGivenTwice(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		var mu sync.Mutex
		seen := map[int64]bool{}
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				n, err := nextCode(st)
				mu.Lock()
				defer mu.Unlock()
				require.NoError(t, err)
				require.False(t, seen[n])
				seen[n] = true
			})
		}
		wg.Wait()
		require.Len(t, seen, 20)
		require.True(t, seen[1] && seen[20])
	})
}

func TestACodeWaitsForNoOtherReportOnPostgreSQL(t *testing.T) {
	c, ok := storetest.Databases(t)[store.Postgres]
	if !ok {
		t.Skip("no PostgreSQL here")
	}
	st := storetest.Open(t, c)
	write(t, st, func(tx *store.Tx) error {
		first, err := tx.NextCode("x")
		require.NoError(t, err)
		second, err := nextCode(st)
		require.NoError(t, err)
		require.NotEqual(t, first, second)
		return nil
	})
}

func TestReadersDoNotWaitForAWriter(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		d := newDesk(t, st)
		inc := d.create(t, nil)
		write(t, st, func(tx *store.Tx) error {
			inc.Title = "Khác"
			require.NoError(t, tx.SaveIncident(inc, 1))
			got, err := read(st).Case(inc.ID)
			require.NoError(t, err)
			require.Equal(t, "Sự cố", got.Title)
			return nil
		})
	})
}
