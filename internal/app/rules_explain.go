package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/ungcuu/ungcuu/internal/casework"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/regulation"
	"github.com/ungcuu/ungcuu/internal/rulebook"
	"github.com/ungcuu/ungcuu/internal/store"
)

// ExplainRules writes to out, in Vietnamese, of each rule of the province why it calls for a duty
// in the case with the id or code, or does not: the facts, the clause, the dates. It reads the
// database beside a desk that may run, and changes nothing.
func ExplainRules(ctx context.Context, c Config, overlay, name string, out io.Writer, log *slog.Logger) (err error) {
	province, err := c.profile()
	if err != nil {
		return err
	}
	book, _, err := rulebook.Open(overlay)
	if err != nil {
		return err
	}
	province.Rules = regulation.NewShelf(book)
	st, err := c.openExisting(ctx, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	tx := st.Read(ctx)
	inc, err := tx.CaseCalled(name)
	if fault.NotFound.In(err) {
		return fmt.Errorf("không có hồ sơ %s / there is no case %[1]s", name)
	}
	if err != nil {
		return err
	}
	e, err := casework.ExplainCase(tx, province, inc)
	if err != nil {
		return err
	}
	inForce, err := tx.RuleBookInForce()
	if err != nil {
		return err
	}
	w := &lines{out: out}
	if inForce != nil && inForce.Version != book.Version() {
		w.line("Chú ý: bộ quy định đang có hiệu lực của hệ thống là %s, khác bộ dùng để giải thích dưới đây.", inForce.Version)
		w.line("Hãy đặt UNGCUU_RULES (hoặc --rules) đúng như khi chạy hệ thống.")
		w.line("")
	}
	return explainTo(w, tx, e)
}

func explainTo(w *lines, tx *store.Tx, e casework.Explanation) error {
	w.line("Hồ sơ %s: %s", e.Code, e.Title)
	w.line("Phát hiện %s, báo cáo %s. Bộ quy định %s.", local(&e.DetectedAt), local(&e.ReportedAt), e.Book)
	switch {
	case e.Imported:
		w.line("Hồ sơ cũ nhập vào để tra cứu: không phát sinh nghĩa vụ.")
	case e.Class.Pack == "":
		w.line("Ngày phát hiện chưa có bộ quy định quốc gia nào có hiệu lực: không phân loại được.")
	default:
		class := map[string]string{"serious": "sự cố nghiêm trọng", "ordinary": "sự cố thông thường"}[e.Class.Class]
		w.line("Phân loại: %s (%s; %s).", class, e.Class.Basis, e.Class.Pack)
		if e.Class.Dangerous {
			w.line("Tình huống nguy hiểm về an ninh mạng (%s).", e.Class.DangerBasis)
		}
	}
	// What holds first, then what the facts decide; what is of other days comes last, a line each.
	// Duties of agencies by the calendar are none of a case.
	for _, part := range []func(casework.Explained) bool{
		func(r casework.Explained) bool { return r.Holds || len(r.Duties) > 0 },
		func(r casework.Explained) bool {
			return !r.Holds && len(r.Duties) == 0 && r.Why != "not_in_force" && r.Why != "calendar"
		},
	} {
		for _, r := range e.Rules {
			if !part(r) {
				continue
			}
			mark := "không"
			if r.Holds {
				mark = "có"
			}
			w.line("")
			w.line("[%s] %s: %s", mark, r.Rule, r.Title.VI)
			w.line("    %s", r.Basis)
			w.line("    %s", r.Detail.VI)
			for i := range r.Duties {
				dutyTo(w, tx, &r.Duties[i])
			}
		}
	}
	w.line("")
	w.line("Không có hiệu lực vào ngày tính:")
	for _, r := range e.Rules {
		if r.Why == "not_in_force" && !r.Holds && len(r.Duties) == 0 {
			w.line("  %s: %s", r.Rule, r.Detail.VI)
		}
	}
	if len(e.Unruled) > 0 {
		w.line("")
		w.line("Nghĩa vụ đã phát sinh theo quy định không còn trong bộ quy định hiện hành (vẫn giữ nguyên):")
		for i := range e.Unruled {
			w.line("  %s: %s (%s)", e.Unruled[i].Rule, e.Unruled[i].Title, e.Unruled[i].Basis)
			dutyTo(w, tx, &e.Unruled[i])
		}
	}
	return w.err
}

func dutyTo(w *lines, tx *store.Tx, d *incident.Duty) {
	name := func(id *string) string {
		if id == nil {
			return "chưa rõ"
		}
		a, err := tx.Agency(*id)
		if err != nil {
			return *id
		}
		return a.Name
	}
	line := "    → " + statusVI[d.Status] + "; phải thực hiện: " + name(&d.OwedByID)
	if d.ToRole != "" {
		line += "; báo cho: " + name(d.ToAgencyID)
	}
	line += "; tính từ " + local(&d.StartedAt)
	switch {
	case d.Immediate:
		line += "; làm ngay (mốc nội bộ, không phải của luật: " + local(d.TargetAt) + ")"
	case d.DueAt != nil:
		line += "; hạn " + local(d.DueAt)
	}
	if d.FulfilledAt != nil {
		line += "; đã làm lúc " + local(d.FulfilledAt)
	}
	if d.Late {
		line += ", muộn"
	}
	if d.Reason != "" {
		line += "; " + d.Reason
	}
	w.line("%s", line)
}

var statusVI = map[incident.DutyStatus]string{
	incident.DutyPending: "Chưa thực hiện", incident.DutyFulfilled: "Đã thực hiện", incident.DutyWaived: "Được miễn",
	incident.DutyNotApplicable: "Không áp dụng",
}

// local is the time of day in Viet Nam.
func local(t *time.Time) string {
	if t == nil {
		return "không có"
	}
	return t.In(regulation.Zone).Format("15:04:05 02/01/2006")
}
