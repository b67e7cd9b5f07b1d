package incident

import (
	"slices"
	"strings"

	"github.com/ungcuu/ungcuu/internal/fault"
)

// Status is where a case stands.
type Status string

// The statuses. Open is reported … resolved.
const (
	Reported   Status = "reported"
	Triaged    Status = "triaged"
	Responding Status = "responding"
	Escalated  Status = "escalated"
	National   Status = "national"
	Resolved   Status = "resolved"
	Closed     Status = "closed"
	Rejected   Status = "rejected"
	Merged     Status = "merged"
)

// Statuses lists every status in the order of a case's life, with what officers read.
var Statuses = []struct {
	Status Status
	VI     string
}{
	{Reported, "Đã tiếp nhận"},
	{Triaged, "Đã phân loại"},
	{Responding, "Đang xử lý"},
	{Escalated, "Đã đề nghị phối hợp"},
	{National, "Đã đề nghị hỗ trợ cấp quốc gia"},
	{Resolved, "Đã khắc phục"},
	{Closed, "Đã kết thúc"},
	{Rejected, "Không thụ lý"},
	{Merged, "Đã gộp"},
}

// VI is what officers read for the status.
func (s Status) VI() string {
	for _, x := range Statuses {
		if x.Status == s {
			return x.VI
		}
	}
	return string(s)
}

// Open reports whether work on the case goes on.
func (s Status) Open() bool {
	return slices.Contains([]Status{Reported, Triaged, Responding, Escalated, National, Resolved}, s)
}

// MoveName names a move of the lifecycle, as in the policy table and in the answers.
type MoveName string

// The moves.
const (
	MoveTriage         MoveName = "triage"
	MoveRespond        MoveName = "respond"
	MoveEscalate       MoveName = "escalate"
	MoveNotifyNational MoveName = "notify_national"
	MoveStandDown      MoveName = "stand_down"
	MoveResolve        MoveName = "resolve"
	MoveClose          MoveName = "close"
	MoveReject         MoveName = "reject"
	MoveWithdraw       MoveName = "withdraw"
	MoveMerge          MoveName = "merge"
	MoveReopen         MoveName = "reopen"
)

// Move is one row of the lifecycle.
type Move struct {
	Name  MoveName
	From  []Status
	To    []Status // more than one: the rule of the move decides
	Fact  string   // the event it makes true
	VI    string   // what officers read
	Basis string
}

// Moves is the lifecycle: the only place that says which status follows which.
var Moves = []Move{
	{MoveTriage, []Status{Reported}, []Status{Triaged}, "incident.triaged", "Phân loại", "QĐ 05/2017/QĐ-TTg Điều 12 khoản 1 điểm d"},
	{MoveRespond, []Status{Triaged}, []Status{Responding}, "incident.responding", "Bắt đầu xử lý", "QĐ 3063/QĐ-UBND Sơn La Điều 6 khoản 1 điểm a; QĐ 1293/2017/QĐ-UBND Thanh Hóa Điều 9 khoản 2 điểm b"},
	{MoveEscalate, []Status{Triaged, Responding}, []Status{Escalated}, "incident.escalated", "Đề nghị công an, quân sự phối hợp", "QĐ 3063/QĐ-UBND Sơn La Điều 6 khoản 1 điểm b, c; QĐ 48/2024/QĐ-UBND Bắc Giang Điều 7 khoản 1 điểm đ"},
	{MoveNotifyNational, []Status{Triaged, Responding, Escalated}, []Status{National}, "incident.national", "Đề nghị hỗ trợ cấp quốc gia", "QĐ 3063/QĐ-UBND Sơn La Điều 6 khoản 1 điểm d"},
	{MoveStandDown, []Status{Escalated, National}, []Status{Responding, Escalated}, "incident.stood_down", "Hạ mức ứng cứu", ""},
	{MoveResolve, []Status{Responding, Escalated, National}, []Status{Resolved}, "incident.resolved", "Khắc phục xong", "TT 20/2017/TT-BTTTT Mẫu số 04, 05"},
	{MoveClose, []Status{Resolved}, []Status{Closed}, "incident.closed", "Kết thúc hồ sơ", ""},
	{MoveReject, []Status{Reported, Triaged}, []Status{Rejected}, "incident.rejected", "Không thụ lý", ""},
	{MoveWithdraw, []Status{Reported}, []Status{Rejected}, "incident.withdrawn", "Rút báo cáo", ""},
	{MoveMerge, mergeable, []Status{Merged}, "incident.merged", "Gộp hồ sơ", ""},
	{MoveReopen, []Status{Resolved, Closed, Rejected, Merged}, []Status{Responding, Reported}, "incident.reopened", "Mở lại hồ sơ", ""},
}

// Path is the last segment of the move's URL.
func (m MoveName) Path() string { return strings.ReplaceAll(string(m), "_", "-") }

// MoveNamed returns the row of the lifecycle; the name must be one of the constants.
func MoveNamed(name MoveName) Move {
	i := slices.IndexFunc(Moves, func(m Move) bool { return m.Name == name })
	return Moves[i]
}

// refusal is why the lifecycle does not allow the move from the case's status; empty when it does.
func (inc *Incident) refusal(m Move) []fault.Reason {
	if inc.Imported {
		return []fault.Reason{{Code: "imported", Text: fault.Text{
			VI: "Hồ sơ nhập từ dữ liệu cũ, chỉ để tra cứu. Việc phát sinh mới cần báo cáo thành sự cố mới.",
			EN: "An imported record is history. What happens anew is a new report.",
		}}}
	}
	if slices.Contains(m.From, inc.Status) {
		return nil
	}
	from := make([]string, len(m.From))
	for i, s := range m.From {
		from[i] = s.VI()
	}
	return []fault.Reason{{Code: "wrong_status", Basis: inc.basis(m.Basis), Text: fault.Text{
		VI: "Hồ sơ đang ở trạng thái «" + inc.Status.VI() + "»; thao tác «" + m.VI + "» chỉ thực hiện được khi: " + strings.Join(from, ", ") + ".",
		EN: "The case is " + string(inc.Status) + "; " + string(m.Name) + " starts from " + joinStatuses(m.From) + ".",
	}}}
}

func joinStatuses(list []Status) string {
	s := make([]string, len(list))
	for i, x := range list {
		s[i] = string(x)
	}
	return strings.Join(s, ", ")
}

// Diagram draws the lifecycle as a Mermaid state diagram, from the table alone.
func Diagram() string {
	var b strings.Builder
	b.WriteString("stateDiagram-v2\n    [*] --> reported: report\n")
	for _, m := range Moves {
		for _, from := range m.From {
			for _, to := range m.To {
				if from == to || (m.Name == MoveReopen && (to == Reported) != (from == Rejected || from == Merged)) {
					continue
				}
				b.WriteString("    " + string(from) + " --> " + string(to) + ": " + string(m.Name) + "\n")
			}
		}
	}
	return b.String()
}
