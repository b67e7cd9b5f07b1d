package incident_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/incident"
)

func node(id, from, to string, successors ...incident.AgencySuccessor) incident.Agency {
	return incident.Agency{ID: id, Code: id, Name: id, Valid: incident.Span{From: from, To: to}, Successors: successors}
}

// The transfer of 01/03/2025 split the department's work; the merger of 01/07/2025 took the
// province with it.
func TestWhoActsForAnAgencyFollowsItsSuccessorsOfTheDay(t *testing.T) {
	registry := []incident.Agency{
		node("stttt-bg", "", "2025-03-01",
			incident.AgencySuccessor{SuccessorID: "cat-bg", On: "2025-03-01", Matter: "an toàn thông tin mạng"},
			incident.AgencySuccessor{SuccessorID: "skhcn-bg", On: "2025-03-01", Matter: "các nhiệm vụ còn lại"}),
		node("cat-bg", "", "2025-07-01", incident.AgencySuccessor{SuccessorID: "cat-bn", On: "2025-07-01"}),
		node("skhcn-bg", "", "2025-07-01"),
		node("cat-bn", "", ""),
	}
	for _, x := range []struct {
		day  string
		want []incident.Acts
	}{
		{"2025-02-28", []incident.Acts{{AgencyID: "stttt-bg"}}},
		{"2025-03-01", []incident.Acts{{AgencyID: "cat-bg", Matter: "an toàn thông tin mạng"}, {AgencyID: "skhcn-bg", Matter: "các nhiệm vụ còn lại"}}},
		{"2025-06-30", []incident.Acts{{AgencyID: "cat-bg", Matter: "an toàn thông tin mạng"}, {AgencyID: "skhcn-bg", Matter: "các nhiệm vụ còn lại"}}},
		{"2025-07-01", []incident.Acts{{AgencyID: "cat-bn", Matter: "an toàn thông tin mạng"}}},
	} {
		require.Equal(t, x.want, incident.Acting(registry, "stttt-bg", x.day), x.day)
	}
	require.Empty(t, incident.Acting(registry, "nobody", "2025-07-01"))
}

func TestASuccessionNeverRunsInACircle(t *testing.T) {
	registry := []incident.Agency{
		node("a", "", "", incident.AgencySuccessor{SuccessorID: "b", On: "2025-01-01"}),
		node("b", "", "", incident.AgencySuccessor{SuccessorID: "c", On: "2025-01-01"}),
		node("c", "", ""),
	}
	_, err := registry[2].AddSuccessor(registry, incident.AgencySuccessor{SuccessorID: "a", On: "2026-01-01", Basis: "b"})
	require.ErrorContains(t, err, "/successor_id loop")
	require.Empty(t, registry[2].Successors)
}

func TestNoAgencyStandsAboveItself(t *testing.T) {
	a, b := "a", "b"
	registry := []incident.Agency{node("a", "", ""), node("b", "", ""), node("c", "", "")}
	registry[1].ParentID, registry[2].ParentID = &a, &b
	c := "c"
	require.ErrorContains(t, registry[0].SetParent(registry, &c), "/parent_id loop")
	require.NoError(t, registry[2].SetParent(registry, &a))
}

func TestARoleOfOneHolderPassesOnADayAndIsNeverHeldTwice(t *testing.T) {
	registry := []incident.Agency{node("old", "", ""), node("new", "", "")}
	police := func(from string) incident.AgencyRoleSpan {
		return incident.AgencyRoleSpan{Role: incident.RolePolice, Valid: incident.Span{From: from}, Basis: "QĐ"}
	}
	_, err := registry[0].GiveRole(registry, police("2020-01-01"))
	require.NoError(t, err)
	_, err = registry[1].GiveRole(registry, police("2025-07-01"))
	require.ErrorContains(t, err, "/role second_holder")
	_, err = registry[0].GiveRole(registry, police("2025-07-01"))
	require.ErrorContains(t, err, "/from overlap")
	_, err = registry[0].EndRole(incident.RolePolice, "2025-07-01", "QĐ")
	require.NoError(t, err)
	_, err = registry[1].GiveRole(registry, police("2025-07-01"))
	require.NoError(t, err)
	require.True(t, registry[0].HasRole(incident.RolePolice, "2025-06-30"))
	require.False(t, registry[0].HasRole(incident.RolePolice, "2025-07-01"))
	require.True(t, registry[1].HasRole(incident.RolePolice, "2025-07-01"))
}

func TestAnAgencyKeepsTheNamesItHad(t *testing.T) {
	a := node("x", "2017-01-01", "")
	a.Name = "một"
	_, err := a.Rename("hai", "", "2020-01-01", "QĐ", "2026-01-01")
	require.NoError(t, err)
	_, err = a.Rename("ba", "", "2019-01-01", "QĐ", "2026-01-01")
	require.ErrorContains(t, err, "/on out_of_order")
	_, err = a.Rename("ba", "", "2027-01-01", "QĐ", "2026-01-01")
	require.ErrorContains(t, err, "/on in_future")
	_, err = a.Rename("ba", "", "2025-01-01", "QĐ", "2026-01-01")
	require.NoError(t, err)
	for day, name := range map[string]string{"2019-12-31": "một", "2020-01-01": "hai", "2024-12-31": "hai", "2025-01-01": "ba"} {
		require.Equal(t, name, a.On(day).Name, day)
	}
}

func TestAnAgencyTakesItsRolesAndSeatsWithIt(t *testing.T) {
	a := node("x", "2017-01-01", "")
	a.Roles = []incident.AgencyRoleSpan{{Role: incident.RoleOwner}, {Role: incident.RoleOperator, Valid: incident.Span{To: "2020-01-01"}}}
	a.Seats = []incident.AgencySeat{{SeatID: "y"}}
	_, err := a.End("2025-03-01", "QĐ")
	require.NoError(t, err)
	require.Equal(t, "2025-03-01", a.Roles[0].Valid.To)
	require.Equal(t, "2020-01-01", a.Roles[1].Valid.To)
	require.Equal(t, "2025-03-01", a.Seats[0].Valid.To)
	_, err = a.End("2025-04-01", "QĐ")
	require.ErrorContains(t, err, "/on already_ended")
}
