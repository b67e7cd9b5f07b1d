package incident

import (
	"slices"
	"strings"

	"github.com/ungcuu/ungcuu/internal/fault"
)

// Gate is the closure gate: what is still missing before the case may be closed by this
// person, each with its clause. Empty means open.
func (c *Case) Gate(by By) []fault.Reason {
	var missing []fault.Reason
	for _, d := range c.Duties {
		if d.BlocksClosure && d.Status == DutyPending {
			vi, en := d.toDo()
			text := fault.Text{VI: "Nghĩa vụ chưa thực hiện: " + d.Title + ". " + vi, EN: "An obligation is pending: " + d.Rule + ". " + en}
			missing = append(missing, fault.Reason{Code: "obligation_pending", Basis: d.Basis, Text: text})
		}
		if d.Status == DutyWaived && d.DecidedByID != nil && *d.DecidedByID == by.UserID {
			missing = append(missing, fault.Reason{Code: "waived_by_closer", Basis: d.Basis, Text: fault.Text{
				VI: "Người đã miễn nghĩa vụ «" + d.Title + "» không được tự kết thúc hồ sơ; cần một lãnh đạo đội khác.",
				EN: "Whoever waived the obligation " + d.Rule + " may not close the case; another team lead must.",
			}})
		}
		if d.freedByFacts() && d.DecidedByID != nil && *d.DecidedByID == by.UserID {
			missing = append(missing, fault.Reason{Code: "lapsed_by_closer", Basis: d.Basis, Text: fault.Text{
				VI: "Nghĩa vụ «" + d.Title + "» chưa thực hiện nhưng không còn áp dụng do chính người này sửa hồ sơ; cần một lãnh đạo đội khác kết thúc hồ sơ.",
				EN: "The obligation " + d.Rule + " was not fulfilled and no longer applies because this person changed the case; another team lead must close it.",
			}})
		}
	}
	for _, h := range c.Handovers {
		if h.blocksClosure() {
			missing = append(missing, fault.Reason{Code: "handover_open", Basis: c.basis(h.Kind.basis()), Text: fault.Text{
				VI: "«" + h.Kind.VI() + "» chưa kết thúc (" + h.Status.VI() + ").",
				EN: "A handover is not finished: " + string(h.Kind) + ", " + string(h.Status) + ".",
			}})
		}
	}
	for _, r := range c.Reports {
		if r.Kind == HelpRequest && r.Status == ReportCreated {
			missing = append(missing, fault.Reason{Code: "national_report_unsent", Basis: c.basis(MoveNamed(MoveNotifyNational).Basis), Text: fault.Text{
				VI: "Đề nghị hỗ trợ gửi cơ quan điều phối quốc gia đã lập nhưng chưa gửi.",
				EN: "The request for help to the national coordinator was made but not sent.",
			}})
		}
		if r.Kind == FinalReport && r.WasSent() && r.InitialReportID == nil {
			missing = append(missing, fault.Reason{Code: "final_report_without_initial", Basis: "TT 20/2017/TT-BTTTT Mẫu số 04", Text: fault.Text{
				VI: "Báo cáo kết thúc chưa nêu số, ký hiệu và ngày của báo cáo ban đầu.",
				EN: "The final report names no initial report.",
			}})
		}
	}
	if c.Resolution.Summary == "" || c.Resolution.Prevention == "" {
		missing = append(missing, fault.Reason{Code: "resolution_missing", Basis: "TT 20/2017/TT-BTTTT Mẫu số 04", Text: fault.Text{
			VI: "Chưa ghi kết quả xử lý và biện pháp phòng ngừa.",
			EN: "The result and the prevention are not written.",
		}})
	}
	return missing
}

// toDo is what ends a pending duty: each way of its rule, then what always does.
func (d *Duty) toDo() (vi, en string) {
	var one, other, kindsVI, kindsEN []string
	for _, k := range ReportKinds {
		if d.DoneBy("report:" + string(k)) {
			kindsVI, kindsEN = append(kindsVI, "«"+k.VI()+"»"), append(kindsEN, string(k))
		}
	}
	if len(kindsVI) > 0 {
		one, other = append(one, "gửi "+strings.Join(kindsVI, " hoặc ")), append(other, "a report that was sent ("+strings.Join(kindsEN, ", ")+")")
	}
	switch {
	case d.DoneBy("handover"):
		one, other = append(one, "gửi thông báo hoặc đề nghị và được bên nhận xác nhận"), append(other, "a notice or request that was acknowledged")
	case d.DoneBy("request"):
		one, other = append(one, "gửi đề nghị và được bên nhận xác nhận"), append(other, "a request that was acknowledged")
	}
	if d.DoneBy("receipt") {
		one, other = append(one, "trả lời bên báo cáo"), append(other, "an answer to who reported")
	}
	one, other = append(one, "ghi nhận đã thực hiện"), append(other, "an entry by hand")
	return "Cần " + strings.Join(one, ", hoặc ") + ", hoặc miễn có lý do.", "It ends with " + strings.Join(other, ", or ") + ", or waived with a reason."
}

// blocksClosure: coordination, mobilisation and evidence_transfer must have ended;
// investigation, sanction_referral and direction must be answered (an accepted investigation
// may run on for years); a notice never blocks by itself.
func (h *Handover) blocksClosure() bool {
	switch h.Kind {
	case Coordination, Mobilisation, EvidenceTransfer:
		return h.Running()
	case Investigation, SanctionReferral, Direction:
		return slices.Contains([]HandoverStatus{Requested, Acknowledged}, h.Status)
	}
	return false
}
