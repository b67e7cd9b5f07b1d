package store

import (
	"log/slog"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/incident"
)

func TestEveryFieldThatMayBeRedactedStandsInATable(t *testing.T) {
	for _, kind := range incident.RedactionKinds() {
		if kind == incident.RedactedEvent {
			continue
		}
		i := slices.IndexFunc(textTables, func(x textTable) bool { return x.kind == kind })
		require.GreaterOrEqual(t, i, 0, kind)
		table := textTables[i]
		var reached []string
		for _, f := range incident.RedactableFields(kind) {
			for _, column := range table.of(f) {
				require.Contains(t, table.columns(), column, "%s %s", kind, f)
				reached = append(reached, column)
			}
		}
		require.ElementsMatch(t, table.columns(), reached, "%s: what people wrote, and what can be redacted", kind)
	}
}

// notWritten are the columns of text, in tables with rows of cases, that hold codes, ids and the
// like, and never what people wrote.
var notWritten = strings.Fields(`
	incidents.code incidents.status incidents.category incidents.category_vn incidents.severity incidents.tlp incidents.report_channel incidents.facts
	incidents.detected_precision incidents.resolution_reason incidents.resolution_handled incidents.chain_hash
	notes.audience notes.tlp tasks.status tasks.audience tasks.tlp tasks.checklist_type tasks.checklist_key tasks.basis
	observables.type observables.audience observables.tlp messages.direction
	handovers.kind handovers.status handovers.channel handovers.urgency handovers.document_issued_on
	national_reports.kind national_reports.status national_reports.sent_by_id national_reports.channel national_reports.document_issued_on national_reports.form national_reports.form_from
	duties.rule duties.basis duties.title duties.to_role duties.status duties.channel duties.document_issued_on duties.ended_by
	duties.rule_from duties.pack duties.book duties.confidence duties.owed_by_part duties.occurrence duties.form duties.ways duties.channels
	duties.because duties.start_event
	incidents.class incidents.class_pack incidents.class_book incidents.class_basis incidents.danger_basis
	case_links.kind deliveries.status deliveries.traceparent
	import_rows.key import_rows.content incident_natures.nature incident_marks.kind incident_marks.value
	incident_texts.texts incident_texts.added incident_texts.words
	redactions.status redactions.object_kind redactions.fields redactions.why redactions.reason redactions.document_number redactions.document_symbol
	redactions.document_issued_on redactions.document_subject redactions.document_signer_name redactions.document_signer_position redactions.decision
`)

// A new column of text in a table with rows of cases is either redacted, or named above as one
// that people do not write; those that are made from others (marks, words, keys of imports)
// have ways of their own.
func TestEveryTextOfACaseIsRedactedOrNamedAsNone(t *testing.T) {
	st, err := Open(t.Context(), Config{DataDir: t.TempDir()}, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, st.Close()) })
	require.NoError(t, st.Migrate(t.Context()))
	var columns []struct{ Tab, Col string }
	require.NoError(t, st.reading.Raw("SELECT t.name AS tab, c.name AS col FROM pragma_table_list t JOIN pragma_table_xinfo(t.name) c"+
		" WHERE t.type = 'table' AND lower(c.type) = 'text' AND (t.name = 'incidents' OR EXISTS (SELECT 1 FROM pragma_table_info(t.name) i WHERE i.name = 'incident_id'))").
		Scan(&columns).Error)
	require.Greater(t, len(columns), 60)
	for _, c := range columns {
		if c.Tab == "access_log" || c.Tab == "security_log" { // no words of a search, no typed name: codes and ids
			continue
		}
		i := slices.IndexFunc(textTables, func(x textTable) bool { return x.name == c.Tab })
		known := i >= 0 && slices.Contains(textTables[i].columns(), c.Col) || slices.Contains(notWritten, c.Tab+"."+c.Col)
		require.True(t, known, "%s.%s is neither redacted nor named as what nobody writes", c.Tab, c.Col)
	}
}
