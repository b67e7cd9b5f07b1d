package verify_test

import (
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/casework"
	"github.com/ungcuu/ungcuu/internal/directory"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/regulation"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/verify"
)

// province is Sơn La, with a duty of each operator that is open on every day of the year.
func province(t *testing.T) regulation.Province {
	t.Helper()
	p, _ := regulation.Find("son-la")
	book, err := regulation.Load(regulation.Source{Name: "overlay.yaml", Text: []byte(`
id: test
kind: overlay
title: {vi: Thử, en: Test}
rules:
  - id: T-THANG
    instrument: Thử
    clause: Điều 1
    confidence: read
    from: "2020-01-01"
    title: {vi: Báo cáo tháng, en: Monthly report}
    owed_by: operator
    told: []
    clock: {start: calendar, unit: month, opens: 31d, basis: thử}
`)})
	require.NoError(t, err)
	p.Rules = regulation.NewShelf(book)
	return p
}

func (d *desk) service() *casework.Service {
	d.Helper()
	return casework.New(d.st, province(d.T), slog.New(slog.DiscardHandler))
}

// unguarded lets whoever tampers write what no foreign key allows.
func (d *desk) unguarded() {
	d.Helper()
	if d.st.Dialect() == store.Postgres {
		d.exec("ALTER TABLE duties DISABLE TRIGGER ALL")
	}
}

// keep remembers the row of a duty, and returns what puts it back.
func (d *desk) keep(id string) func() {
	d.Helper()
	table := "kept_" + id[len(id)-6:]
	_, err := d.raw.ExecContext(d.Context(), "CREATE TABLE "+table+" AS SELECT * FROM duties WHERE id = '"+id+"'")
	require.NoError(d, err)
	return func() {
		d.Helper()
		d.exec("DELETE FROM duties WHERE id = ?", id)
		d.exec("INSERT INTO duties SELECT * FROM " + table)
		_, err := d.raw.ExecContext(d.Context(), "DROP TABLE "+table)
		require.NoError(d, err)
	}
}

func (d *desk) columns(table string) []string {
	d.Helper()
	rows, err := d.raw.QueryContext(d.Context(), "SELECT * FROM "+table+" WHERE 1 = 0")
	require.NoError(d, err)
	defer rows.Close()
	columns, err := rows.Columns()
	require.NoError(d, err)
	require.NoError(d, rows.Err())
	return columns
}

// disagreeing are the findings beside those of a ledger that is behind.
func (d *desk) disagreeing() []verify.Finding {
	d.Helper()
	_, found := d.verify()
	return slices.DeleteFunc(found, func(f verify.Finding) bool { return f.Kind != verify.Disagrees })
}

func (d *desk) calendarDuty(owedBy string) incident.Duty {
	d.Helper()
	no := false
	list, err := d.st.Read(d.Context()).Duties(store.DutyQuery{Sight: store.Everything, OwedByID: owedBy, OfCase: &no, Status: []string{"pending"}})
	require.NoError(d, err)
	require.NotEmpty(d, list)
	return list[0]
}

func TestEveryColumnOfADutyIsHeldAgainstTheRecord(t *testing.T) {
	each(t, func(d *desk) {
		_, err := d.service().Watch(d.Context(), d.at)
		require.NoError(d, err)
		d.unguarded()
		list, err := d.st.Read(d.Context()).DutiesOf(d.cases[1].ID)
		require.NoError(d, err)
		require.Empty(d, d.disagreeing())
		agency := d.call("auditor", "").By.AgencyID
		changes := map[string]string{}
		for value, columns := range map[string][]string{
			"'x'": {"rule", "rule_from", "pack", "book", "basis", "confidence", "title", "owed_by_part", "to_role", "occurrence", "form", "ways",
				"channels", "because", "status", "start_event", "channel", "document_number", "document_symbol", "document_issued_on", "document_subject",
				"document_signer_name", "document_signer_position", "reason", "ended_by"},
			"'2031-01-02T03:04:05.000000Z'": {"started_at", "due_at", "target_at", "warn_at", "watch_at", "warned_at", "overdue_at", "fulfilled_at", "created_at", "updated_at"},
			"'" + uuid.NewString() + "'":    {"id", "incident_id", "handover_id", "report_id", "decided_by_id", "superseded_by_id"},
			"'" + d.cases[2].ID + "'":       {"carried_from_id"},
			"'" + agency + "'":              {"owed_by_id", "to_agency_id"},
			"NOT immediate":                 {"immediate"}, "NOT late": {"late"}, "NOT blocks_closure": {"blocks_closure"},
		} {
			for _, column := range columns {
				changes[column] = value
			}
		}
		columns := d.columns("duties")
		for _, x := range []incident.Duty{list[0], d.calendarDuty("")} {
			for _, column := range columns {
				require.Contains(d, changes, column)
				if x.IncidentID == nil && !slices.Contains([]string{"status", "due_at", "owed_by_id", "late", "watch_at"}, column) {
					continue
				}
				restore := d.keep(x.ID)
				d.exec("UPDATE duties SET "+column+" = "+changes[column]+" WHERE id = ?", x.ID)
				require.NotEmpty(d, d.disagreeing(), column)
				if column == "id" {
					d.exec("UPDATE duties SET id = '" + x.ID + "' WHERE id = " + changes[column])
				}
				restore()
			}
			require.Empty(d, d.disagreeing())
		}
	})
}

func TestADutyOfTheCalendarThatNobodyRecordedOrThatWasTakenAwayIsFound(t *testing.T) {
	each(t, func(d *desk) {
		_, err := d.service().Watch(d.Context(), d.at)
		require.NoError(d, err)
		x := d.calendarDuty("")
		added := uuid.NewString()
		d.exec("INSERT INTO duties (id, rule, basis, title, owed_by_id, to_role, status, immediate, started_at, blocks_closure, created_at, updated_at)"+
			" SELECT ?, 'X-1', basis, title, ?, to_role, status, immediate, started_at, blocks_closure, created_at, updated_at FROM duties WHERE id = ?",
			added, d.call("auditor", "").By.AgencyID, x.ID)
		require.Len(d, d.disagreeing(), 1, "the agency has no chain of its own yet")
		d.exec("DELETE FROM duties WHERE id = ?", added)
		d.exec("DELETE FROM duties WHERE id = ?", x.ID)
		found := d.disagreeing()
		require.Len(d, found, 1)
		require.Equal(d, x.OwedByID, found[0].Chain)
	})
}

// What was true once, and is told by a chain that the duty has left, is no longer true.
func TestADutyThatIsPutBackToWhatItWasIsFound(t *testing.T) {
	each(t, func(d *desk) {
		s, reg := d.service(), directory.New(d.st, "son-la")
		_, err := s.Watch(d.Context(), d.at)
		require.NoError(d, err)
		old := d.call("reporter", "").By.AgencyID
		today := d.at.In(regulation.Zone).Format(time.DateOnly)
		heir, err := reg.CreateAgency(d.Context(), d.call("admin", "*"), incident.Agency{Code: "ke-thua", Name: "Kế thừa", Valid: incident.Span{From: "2020-01-01"}})
		require.NoError(d, err)
		_, err = reg.GiveRole(d.Context(), d.call("admin", "*"), heir.ID, incident.AgencyRoleSpan{Role: incident.RoleOperator, Valid: incident.Span{From: today}, Basis: "QĐ"})
		require.NoError(d, err)
		_, err = reg.AddSuccessor(d.Context(), d.call("admin", "*"), old, incident.AgencySuccessor{SuccessorID: heir.ID, On: today, Basis: "QĐ"})
		require.NoError(d, err)
		x := d.calendarDuty(old)
		_, err = reg.EndRole(d.Context(), d.call("admin", "*"), old, incident.RoleOperator, today, "QĐ")
		require.NoError(d, err)
		_, err = s.Watch(d.Context(), d.at)
		require.NoError(d, err)
		restore := d.keep(x.ID)
		c := d.call("officer", "")
		_, err = s.FulfilObligation(d.Context(), c, "", x.ID, incident.Fulfil{At: c.At, Channel: incident.ChannelDocument})
		require.NoError(d, err)
		require.Empty(d, d.disagreeing())
		restore()
		require.Len(d, d.disagreeing(), 1, "the chain of the agency that owed it before does not know that it was done")
		d.exec("DELETE FROM duties WHERE id = ?", x.ID)

		a, b := d.cases[0].ID, d.cases[1].ID
		_, err = s.Correct(d.Context(), d.call("lead", "*"), a, api.IncidentPatch{Natures: api.Set([]string{"cybercrime", "state_secret_exposure"})})
		require.NoError(d, err)
		list, err := d.st.Read(d.Context()).DutiesOf(a)
		require.NoError(d, err)
		i := slices.IndexFunc(list, func(x incident.Duty) bool { return x.Rule == "L117-lo-bi-mat" })
		require.GreaterOrEqual(d, i, 0)
		restore = d.keep(list[i].ID)
		_, err = s.Merge(d.Context(), d.call("lead", "*"), a, b, "Cùng một vụ")
		require.NoError(d, err)
		before := len(d.disagreeing())
		restore()
		require.Len(d, d.disagreeing(), before+1, "it lies in the case that it left")
	})
}
