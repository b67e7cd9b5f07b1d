package incident

import (
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

// Nobody is told another province's decision: neither by the gate, nor by a refusal, nor in a mail.
func TestEachProvinceIsToldItsOwnClause(t *testing.T) {
	sonLa, bacGiang := "QĐ 3063/QĐ-UBND Sơn La Điều 6 ", "QĐ 48/2024/QĐ-UBND Bắc Giang Điều 7 "
	for kind, want := range map[HandoverKind]map[string]string{
		Notice:           {"SL": sonLa + "khoản 1 điểm e", "BG": bacGiang + "khoản 1 điểm e", "TH": "", "NT": ""},
		Coordination:     {"SL": sonLa + "khoản 1 điểm b", "BG": bacGiang + "khoản 1 điểm đ", "TH": "", "NT": ""},
		Mobilisation:     {"SL": sonLa + "khoản 1 điểm c", "BG": bacGiang + "khoản 2 điểm b", "TH": "QĐ 1293/2017/QĐ-UBND Thanh Hóa Điều 7 khoản 2 điểm b", "NT": ""},
		Investigation:    {"SL": sonLa + "khoản 2 điểm c", "BG": bacGiang + "khoản 1 điểm e", "TH": "", "NT": ""},
		EvidenceTransfer: {"SL": sonLa + "khoản 1 điểm g", "BG": bacGiang + "khoản 2 điểm g", "TH": "", "NT": ""},
		SanctionReferral: {"SL": sonLa + "khoản 1 điểm đ", "BG": bacGiang + "khoản 1 điểm e", "TH": "", "NT": ""},
		Direction:        {"SL": "", "BG": "", "TH": "", "NT": "Văn bản 1612/UBND-VXNV Ninh Thuận khoản 3"},
	} {
		for prefix, clause := range want {
			require.Equal(t, clause, BasisIn(kind.basis(), prefix), "%s %s", kind, prefix)
		}
	}
	for code, want := range map[string]string{"SL-2026-000001": sonLa + "khoản 1 điểm b", "BG-2026-000001": bacGiang + "khoản 1 điểm đ", "TH-2026-000001": ""} {
		c := caseIn(Resolved)
		c.Code, c.Resolution.Summary, c.Resolution.Prevention = code, "s", "p"
		c.Handovers = []Handover{{Kind: Coordination, Status: Requested}}
		missing := c.Gate(someone)
		require.Len(t, missing, 1)
		require.Equal(t, want, missing[0].Basis)
	}
	bg := caseIn(Reported)
	bg.Code = "BG-2026-000001"
	require.Equal(t, "QĐ 48/2024/QĐ-UBND Bắc Giang Điều 7 khoản 1 điểm đ", bg.Refusals(MoveEscalate, someone)[0].Basis)
	require.Equal(t, "QĐ 05/2017/QĐ-TTg Điều 12 khoản 1 điểm d", BasisIn(MoveNamed(MoveTriage).Basis, "TH"), "the law of the country is everybody's")
}
