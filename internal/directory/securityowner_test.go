package directory_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/directory"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/store"
)

// Nghị định 331/2026/NĐ-CP Điều 16 khoản 4: the role says what an agency owes by the calendar, and opens no case.
func TestAnOwnerOfCriticalSystemsIsAnOwnerLikeAnyOther(t *testing.T) {
	each(t, func(o *office) {
		admin, agency := o.call("admin"), o.user("other").AgencyID
		a, err := o.GiveRole(o.Context(), admin, agency, incident.AgencyRoleSpan{Role: incident.RoleSecurityOwner, Valid: incident.Span{From: "2026-11-01"}, Basis: "QĐ 1"})
		require.NoError(o, err)
		require.True(o, a.HasRole(incident.RoleSecurityOwner, "2026-11-22"))
		u, _, err := o.CreateUser(o.Context(), o.call("admin"), directory.NewUser{Username: "ban", FullName: "Bạn", AgencyID: agency})
		require.NoError(o, err)
		_, g, err := o.Grant(o.Context(), o.call("admin"), u.ID, policy.Reporter, incident.Span{}, "QĐ")
		require.NoError(o, err)
		require.NotEqual(o, store.GrantOpen, g.Confirmed, "its people report, and wait for nobody")
	})
}
