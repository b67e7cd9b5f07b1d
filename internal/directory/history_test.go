package directory_test

import (
	"context"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/record"
	"github.com/ungcuu/ungcuu/internal/store"
)

func TestAnAdministratorReadsThatADutyOfAnAgencyWasFreedAndNotWhy(t *testing.T) {
	each(t, func(o *office) {
		agency := o.user("reporter").AgencyID
		lead := o.call("lead").By
		duty := incident.Duty{ID: uuid.Must(uuid.NewV7()).String(), Rule: "T-1", Title: "Rà soát", OwedByID: agency, Status: incident.DutyPending}
		require.NoError(o, o.store.Write(o.Context(), func(_ context.Context, tx *store.Tx) error {
			if err := tx.LockRegistry(); err != nil {
				return err
			}
			a, err := tx.Agency(agency)
			if err != nil {
				return err
			}
			by := incident.By{UserID: lead.UserID, AgencyID: lead.AgencyID, Name: lead.FullName}
			facts, err := duty.Waive("lý do riêng", by, now)
			if err != nil {
				return err
			}
			events, err := record.New("son-la").Seal(record.OfAgency(a), by, now, facts)
			if err != nil {
				return err
			}
			if err := tx.SaveChain(a); err != nil {
				return err
			}
			return tx.AppendEvents(events)
		}))
		told := func(by policy.Actor) string {
			list, _, err := o.History(o.Context(), by, agency, 0, 200)
			require.NoError(o, err)
			last := list[len(list)-1]
			require.Equal(o, "obligation.waived", last.Type)
			return string(last.Data)
		}
		require.Contains(o, told(o.call("auditor").By), "lý do riêng")
		require.Empty(o, told(o.call("admin").By))
	})
}
