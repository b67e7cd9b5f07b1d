package storetest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/store"
)

// ofCase is, for each table with rows of a case, what moves with every write to it; ? stands
// for the case.
var ofCase = []struct{ from, measure string }{
	{"incidents WHERE id = ?", "coalesce(max(version || '/' || chain_seq || '/' || chain_hash), '')"},
	{"events WHERE chain_id = ?", "count(*)"},
	{"incident_people WHERE incident_id = ?", "count(*)"},
	{"case_sights WHERE incident_id = ?", "count(*)"},
	{"handovers WHERE incident_id = ?", "count(*) || '/' || coalesce(sum(version), 0)"},
	{"duties WHERE incident_id = ?", "count(*) || '/' || count(decided_by_id)"},
	{"national_reports WHERE incident_id = ?", "count(*) || '/' || coalesce(sum(version), 0)"},
	{"notes WHERE incident_id = ?", "count(*)"},
	{"tasks WHERE incident_id = ?", "count(*) || '/' || coalesce(sum(version), 0)"},
	{"observables WHERE incident_id = ?", "count(*) || '/' || count(retracted_at)"},
	{"messages WHERE incident_id = ?", "count(*)"},
	{"participants WHERE incident_id = ?", "count(*) || '/' || count(ended_at)"},
	{"case_links WHERE ? IN (incident_id, to_id)", "count(*) || '/' || count(removed_at)"},
}

// people is what moves with every change of who may do what.
const people = "(SELECT count(*) || '/' || coalesce(sum(version), 0) FROM users) || ' ' ||" +
	" (SELECT count(*) || '/' || count(nullif(valid_to, '')) || '/' || count(confirmed_at) FROM grants) || ' ' ||" +
	" (SELECT count(*) || '/' || coalesce(sum(version), 0) FROM agencies)"

// CaseContents is Contents of single cases, and of the people and agencies: "" asks for those.
func CaseContents(t *testing.T, c store.Config) func(id string) string {
	t.Helper()
	db, placeholder := open(t, c)
	var parts []string
	for _, x := range ofCase {
		parts = append(parts, "(SELECT "+x.measure+" FROM "+strings.Replace(x.from, "?", placeholder, 1)+")")
	}
	query := "SELECT " + strings.Join(parts, " || ', ' || ")
	return func(id string) string {
		t.Helper()
		var s string
		if id == "" {
			require.NoError(t, db.QueryRowContext(t.Context(), "SELECT "+people).Scan(&s))
			return s
		}
		require.NoError(t, db.QueryRowContext(t.Context(), query, id).Scan(&s), id)
		return s
	}
}
