package incident

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What the gate asks for is what ends the duty, every way of it and no other.
func TestTheGateNamesEachWayThatEndsADuty(t *testing.T) {
	for ways, want := range map[string]string{
		"":                                      "Cần ghi nhận đã thực hiện, hoặc miễn có lý do.",
		"handover report:notice report:initial": "Cần gửi «Thông báo sự cố» hoặc «Báo cáo ban đầu», hoặc gửi thông báo hoặc đề nghị và được bên nhận xác nhận, hoặc ghi nhận đã thực hiện, hoặc miễn có lý do.",
		"request":                               "Cần gửi đề nghị và được bên nhận xác nhận, hoặc ghi nhận đã thực hiện, hoặc miễn có lý do.",
		"receipt":                               "Cần trả lời bên báo cáo, hoặc ghi nhận đã thực hiện, hoặc miễn có lý do.",
		"report:final":                          "Cần gửi «Báo cáo kết thúc», hoặc ghi nhận đã thực hiện, hoặc miễn có lý do.",
	} {
		c := caseIn(Resolved)
		c.Resolution.Summary, c.Resolution.Prevention = "s", "p"
		c.Duties = []Duty{{Rule: "R", Title: "Việc", ToRole: "police", Status: DutyPending, BlocksClosure: true, Ways: ways}}
		missing := c.Gate(someone)
		require.Len(t, missing, 1)
		require.Equal(t, "Nghĩa vụ chưa thực hiện: Việc. "+want, missing[0].Text.VI)
	}
}

// Each province reads its own clause where its regulation has one.
func TestAKindOfHandoverCitesTheClauseOfEachProvince(t *testing.T) {
	for kind, clauses := range map[HandoverKind][]string{
		Notice:           {"Sơn La Điều 6 khoản 1 điểm e", "Bắc Giang Điều 7 khoản 1 điểm e"},
		Coordination:     {"Sơn La Điều 6 khoản 1 điểm b", "Bắc Giang Điều 7 khoản 1 điểm đ"},
		Mobilisation:     {"Sơn La Điều 6 khoản 1 điểm c", "Bắc Giang Điều 7 khoản 2 điểm b", "Thanh Hóa Điều 7 khoản 2 điểm b"},
		Investigation:    {"Sơn La Điều 6 khoản 1 điểm e, khoản 2 điểm c", "Bắc Giang Điều 7 khoản 1 điểm e"},
		EvidenceTransfer: {"Sơn La Điều 6 khoản 1 điểm g", "Bắc Giang Điều 7 khoản 2 điểm g"},
		SanctionReferral: {"Sơn La Điều 6 khoản 1 điểm đ", "Bắc Giang Điều 7 khoản 1 điểm e"},
		Direction:        {"Văn bản 1612/UBND-VXNV Ninh Thuận khoản 3"},
	} {
		got := strings.Split(kind.basis(), "; ")
		require.Len(t, got, len(clauses), kind)
		for i, clause := range clauses {
			require.True(t, strings.HasSuffix(got[i], clause), "%s: %s", kind, got[i])
		}
	}
}
