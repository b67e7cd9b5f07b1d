package storetest

import (
	"context"
	"fmt"
	"iter"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/sample"
	"github.com/ungcuu/ungcuu/internal/store"
)

// Cast is who writes sample cases in a registry that the demo has filled, with more reporting
// agencies beside those of the demo.
func Cast(tb testing.TB, st *store.Store, more int) sample.Cast {
	tb.Helper()
	var c sample.Cast
	require.NoError(tb, st.Write(context.Background(), func(_ context.Context, tx *store.Tx) error {
		party := func(username string) sample.Party {
			u, err := tx.UserByName(username)
			require.NoError(tb, err)
			return sample.Party{AgencyID: u.AgencyID, UserID: u.ID}
		}
		c.Team, c.Police, c.Military, c.Leadership = party("officer"), party("police"), party("military"), party("leader")
		c.Named = []string{party("lead").UserID}
		agencies, err := tx.Agencies()
		require.NoError(tb, err)
		for _, a := range agencies {
			if a.Code == "vncert" {
				c.National = sample.Party{AgencyID: a.ID, UserID: c.Team.UserID}
			}
		}
		c.Reporters = []sample.Party{party("reporter"), party("other")}
		for i := range more {
			a := incident.Agency{
				ID: uuid.Must(uuid.NewV7()).String(), Code: fmt.Sprintf("xa-%02d", i), Name: fmt.Sprintf("Ủy ban nhân dân xã số %d", i), CreatedAt: sample.First,
				Roles: []incident.AgencyRoleSpan{{Role: incident.RoleOperator}},
			}
			if err := tx.CreateAgency(&a); err != nil {
				return err
			}
			u := store.User{
				ID: uuid.Must(uuid.NewV7()).String(), Username: fmt.Sprintf("xa-%02d", i), FullName: "Cán bộ báo cáo", AgencyID: a.ID, PasswordHash: "-", CreatedAt: sample.First,
				Grants: []store.Grant{{
					ID: uuid.NewString(), AgencyID: a.ID, Role: policy.Reporter, GrantedAt: sample.First, Confirmed: store.GrantBySeed,
				}},
			}
			if err := tx.CreateUser(&u); err != nil {
				return err
			}
			c.Reporters = append(c.Reporters, sample.Party{AgencyID: a.ID, UserID: u.ID})
		}
		return nil
	}))
	return c
}

// Load stores cases, many in one transaction. They are found by their words after
// store.Refill and store.Migrate.
func Load(tb testing.TB, st *store.Store, cases iter.Seq[sample.Case]) {
	tb.Helper()
	const batch = 500
	next, stop := iter.Pull(cases)
	defer stop()
	for more := true; more; {
		require.NoError(tb, st.Write(context.Background(), func(_ context.Context, tx *store.Tx) error {
			for range batch {
				var c sample.Case
				if c, more = next(); !more {
					return nil
				}
				if err := load(tx, c); err != nil {
					return err
				}
			}
			return nil
		}))
	}
}

func load(tx *store.Tx, c sample.Case) error {
	if err := tx.CreateIncident(c.Incident); err != nil {
		return err
	}
	for i := range c.Handovers {
		if err := tx.CreateHandover(&c.Handovers[i]); err != nil {
			return err
		}
	}
	for i := range c.Reports {
		if err := tx.CreateNationalReport(&c.Reports[i]); err != nil {
			return err
		}
	}
	for i := range c.Notes {
		if err := tx.CreateNote(&c.Notes[i]); err != nil {
			return err
		}
	}
	if len(c.Named) > 0 {
		if err := tx.SetPeople(c.ID, c.Named); err != nil {
			return err
		}
	}
	return tx.SetSights(c.ID, c.Sights())
}
