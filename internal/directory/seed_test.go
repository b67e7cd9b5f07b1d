package directory_test

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/directory"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/store/storetest"
)

var now = time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)

func TestOfSeveralProcessesThatStartAtOnceOneFillsTheRegistry(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		var all sync.WaitGroup
		passwords := make([]string, 8)
		for i := range passwords {
			all.Go(func() {
				var err error
				passwords[i], err = directory.Seed(t.Context(), st, false, now)
				if err != nil {
					t.Errorf("start %d: %v", i, err)
				}
			})
		}
		all.Wait()
		given := 0
		for _, p := range passwords {
			if p != "" {
				given++
			}
		}
		require.Equal(t, 1, given, "the password is given once")
	})
}

func TestADemoAndARealDeskAreNeverMixed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		_, err := directory.Seed(t.Context(), st, true, now)
		require.NoError(t, err)
		_, err = directory.Seed(t.Context(), st, true, now)
		require.NoError(t, err)
		_, err = directory.Seed(t.Context(), st, false, now)
		require.ErrorContains(t, err, "passwords are public")
	})
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		_, err := directory.Seed(t.Context(), st, false, now)
		require.NoError(t, err)
		_, err = directory.Seed(t.Context(), st, true, now)
		require.ErrorContains(t, err, "data folder of its own")
	})
}

// The team sat at the department of information and communications until 28/02/2025, and
// sits at the police since 01/03/2025; history keeps the old name.
func TestTheSeatOfTheTeamFollowsTheTransferOfTheFirstOfMarch2025(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		_, err := directory.Seed(t.Context(), st, false, now)
		require.NoError(t, err)
		list, err := directory.New(st, "son-la").Agencies(t.Context(), "")
		require.NoError(t, err)
		byCode := map[string]incident.Agency{}
		for _, a := range list {
			byCode[a.Code] = a
		}
		seat := func(day string) string {
			for _, s := range byCode["doi-ucsc"].Seats {
				if s.Valid.Holds(day) {
					for code, a := range byCode {
						if a.ID == s.SeatID {
							return code
						}
					}
				}
			}
			return ""
		}
		require.Equal(t, "stttt", seat("2025-02-28"))
		require.Equal(t, "cat", seat("2025-03-01"))
		require.True(t, byCode["stttt"].Valid.Holds("2025-02-28"))
		require.False(t, byCode["stttt"].Valid.Holds("2025-03-01"))
		require.Len(t, byCode["stttt"].Successors, 2)
		for role, code := range map[incident.AgencyRole]string{
			incident.RoleTeam: "doi-ucsc", incident.RolePolice: "cat-dau-moi", incident.RoleMilitary: "bchqs",
			incident.RoleNationalCoordinator: "vncert", incident.RoleLeadership: "ubnd",
		} {
			require.True(t, byCode[code].HasRole(role, "2026-11-22"), code)
		}
	})
}
