package casework_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/regulation"
)

// Nghị định 333/2026/NĐ-CP Điều 8 khoản 5 điểm b: the duty of few owners, and nobody can know of which.
func TestTheSelfCheckOfCriticalSystemsIsOwedByWhomTheRegistryNamesAlone(t *testing.T) {
	eachDesk(t, func(d *desk) {
		book, err := regulation.Load()
		require.NoError(d, err)
		s := d.another(book)
		open := viet(2027, time.September, 1, 8)
		d.pass(s, open)
		require.Empty(d, d.agencyDuties("ND333-8.5.b"), "an owner like any other is not reminded")

		reg, c := d.registry()
		owner := d.playing(incident.RoleOwner, "2027-09-01")[0]
		_, err = reg.GiveRole(d.ctx(), c, owner.ID, incident.AgencyRoleSpan{
			Role: incident.RoleSecurityOwner, Valid: incident.Span{From: "2026-11-01"}, Basis: "QĐ phê duyệt cấp độ 5",
		})
		require.NoError(d, err)
		d.pass(s, open.Add(time.Minute))
		got := d.agencyDuties("ND333-8.5.b")
		require.Len(d, got, 1)
		require.Len(d, got[owner.ID], 1)
		require.Equal(d, viet(2027, time.October, 1, 0), got[owner.ID][0].DueAt.UTC(), "before 1 October")
	})
}
