package incident

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestTheLikeliestDuplicateStandsFirst(t *testing.T) {
	one, two, ddos, dos, phish := "s1", "s2", "availability.ddos", "availability.dos", "fraud.phishing"
	mine := &Incident{ID: "mine", ReportingAgencyID: "a", Category: &ddos, System: System{ID: &one}}
	other := func(id, agency string, category, system *string) *Incident {
		return &Incident{ID: id, ReportingAgencyID: agency, Category: category, System: System{ID: system}, ReportedAt: t0}
	}
	for name, x := range map[string]struct {
		other *Incident
		marks []MarkKind
		types bool
		want  []Likeness
	}{
		"the same id":                   {other("1", "b", nil, &one), []MarkKind{MarkID}, true, []Likeness{SameSystem}},
		"the same name, no id":          {other("1", "b", &dos, nil), []MarkKind{MarkName}, true, []Likeness{SameSystem, SameType}},
		"types that may not be read":    {other("1", "b", &dos, nil), []MarkKind{MarkName}, false, []Likeness{SameSystem}},
		"one name of two systems":       {other("1", "a", &dos, &two), []MarkKind{MarkName}, true, nil},
		"an address, and its reporter":  {other("1", "a", &phish, nil), []MarkKind{MarkAddress}, true, []Likeness{SameAddress, SameReporter}},
		"a domain and an address of it": {other("1", "b", nil, nil), []MarkKind{MarkDomain, MarkAddress}, true, []Likeness{SameAddress, SameDomain}},
	} {
		require.Equal(t, x.want, Alike(mine, x.other, x.marks, x.types), name)
	}

	list := []Duplicate{
		{other("everything but the system", "a", nil, nil), []Likeness{SameAddress, SameDomain, SameType, SameReporter}},
		{other("old", "a", nil, nil), []Likeness{SameSystem}},
		{other("new", "a", nil, nil), []Likeness{SameSystem}},
	}
	list[2].ReportedAt = t0.Add(time.Hour)
	for range 30 {
		list = append(list, Duplicate{other("more", "a", nil, nil), []Likeness{SameDomain}})
	}
	ranked := RankDuplicates(list)
	require.Len(t, ranked, MaxDuplicates)
	require.Equal(t, []string{"new", "old", "everything but the system"}, []string{ranked[0].ID, ranked[1].ID, ranked[2].ID})
}
