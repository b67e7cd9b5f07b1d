package main

import (
	"maps"

	"github.com/ungcuu/ungcuu/api"
)

const (
	caseID   = "01990c1e-7a10-7c3e-9d55-0a4f7b1c2d3e"
	policeID = "01990c1e-0001-7000-8000-000000000002"
	teamID   = "01990c1e-0001-7000-8000-000000000001"
	personID = "01990c1e-0002-7000-8000-000000000001"
	askID    = "01990c22-51b0-7f00-a001-3c2b1a098765"
)

func set(s string) *string { return &s }

// examples are request bodies, by operationId.
func examples() map[string]any {
	out := map[string]any{
		"login": api.Login{Username: "officer", Password: "mat-khau-cua-toi"},
		"reportIncident": api.NewIncident{
			Title: "Cổng dịch vụ công không truy cập được", Description: "Từ 08:10 lưu lượng tăng bất thường, cổng không phản hồi.",
			DetectedAt: "2026-03-02T08:15:00+07:00", Natures: []string{"cybercrime"},
			System: api.System{Name: "Cổng dịch vụ công tỉnh", Level: level(3), PublicAddresses: []string{"203.0.113.10"}, Domains: []string{"dichvucong.example.vn"}},
			Report: &api.Report{Channel: "phone", ReporterName: "Nguyễn Văn A", ReporterPhone: "0212 3000 000"},
		},
		"triage": api.Triage{
			Category: "availability.ddos", CategoryVN: set("DOS"), Severity: "high", Natures: []string{"cybercrime"},
			Facts: map[string]bool{"service_disrupted": true}, Note: "Đã xác minh với đơn vị vận hành.",
		},
		"escalate": api.Escalate{Reason: "Dấu hiệu tội phạm, cần công an phối hợp.", Handovers: []api.NewHandover{ask()}},
		"resolve": api.Resolve{
			Reason: "fixed", Summary: "Đã lọc lưu lượng tấn công, dịch vụ ổn định.", Prevention: "Bổ sung chống DDoS tại biên.", Handled: "with_others",
		},
		"close":       api.Close{Lessons: "Cần giám sát lưu lượng ở mức cảnh báo sớm."},
		"askHandover": ask(),
		"acceptHandover": api.Accept{
			Resources: "Một tổ kỹ thuật, 2 cán bộ.", LiaisonContact: "Thiếu tá Trần Văn B, 0912 000 000",
		},
		"recordHandover": api.Record{
			Step: "acknowledge", OfficerName: "Trần Văn B", OfficerPosition: "Trực ban", At: "2026-03-02T09:05:00+07:00", Channel: "phone",
		},
		"createAgency": api.NewAgency{Code: "stttt-bg", Name: "Sở Thông tin và Truyền thông tỉnh Bắc Giang", ValidTo: "2025-03-01"},
		"addSuccessor": api.NewSuccessor{SuccessorID: policeID, On: "2025-03-01", Matter: "an toàn thông tin mạng", Basis: "Chuyển nhiệm vụ từ Bộ TT&TT sang Bộ Công an"},
		"createContact": api.NewContact{
			AgencyID: policeID, Kind: "desk", Name: "Trực ban Công an tỉnh", Phone: "0212 3000 000", Email: "truc@example.gov.vn", Duty: true,
		},
		"createUser": api.NewUser{Username: "lo.van.hung", FullName: "Lò Văn Hùng", AgencyID: teamID, HomeAgencyID: policeID},
		"grantRole":  api.NewGrant{Role: "officer", From: "2026-12-01", Basis: "Quyết định số 12/QĐ-CAT"},
		"createSystem": api.NewSystem{
			Username: "siem-cat", FullName: "SIEM Công an tỉnh", Purpose: "Giám sát an toàn thông tin; Phòng PA05 vận hành", AgencyID: policeID,
			Verbs: []string{"read", "report", "note"}, Addresses: []string{"203.0.113.0/24", "2001:db8:1::/48"},
		},
		"makeKey":         api.NewAPIKey{Name: "Máy chủ SIEM chính"},
		"rotateKey":       api.RotateAPIKey{}, // a day of the example would soon be refused
		"disableUser":     api.DisableUser{Reason: "Chuyển công tác", Document: "15/QĐ-CAT ngày 01/12/2026"},
		"correctIncident": map[string]any{"occurred_at": "2026-03-02T08:10:00+07:00", "severity": "critical"},
	}
	maps.Copy(out, caseExamples())
	maps.Copy(out, registryExamples())
	return out
}

func ask() api.NewHandover {
	return api.NewHandover{
		ToAgencyID: policeID, Kind: "coordination", Urgency: "khan",
		Message:  "Đề nghị Công an tỉnh phối hợp xác minh nguồn tấn công.",
		Document: &api.Document{Number: "12", Symbol: "ƯCSC", IssuedOn: set("2026-03-02"), Subject: "Đề nghị phối hợp", SignerName: "Lê Văn C", SignerPosition: "Đội trưởng"},
	}
}

func level(n int) *int { return &n }

// answerExamples are answers, by operationId.
func answerExamples() map[string]any {
	return map[string]any{
		"getIncident": api.Incident{
			ID: caseID, Code: "SL-2026-000001", Version: 3, Status: "triaged", Title: "Cổng dịch vụ công không truy cập được",
			Description: set("Từ 08:10 lưu lượng tăng bất thường, cổng không phản hồi."), Category: set("availability.ddos"), CategoryVN: set("DOS"),
			Severity: set("high"), Natures: []string{"cybercrime"}, Classification: &api.Classification{Facts: map[string]bool{"service_disrupted": true}},
			TLP: "amber", Report: &api.Report{Channel: "phone", ReporterName: "Nguyễn Văn A", ReporterPhone: "0212 3000 000"},
			ReportingAgencyID: teamID, LeadAgencyID: teamID,
			System:     &api.System{Name: "Cổng dịch vụ công tỉnh", Level: level(3), PublicAddresses: []string{"203.0.113.10"}, Domains: []string{"dichvucong.example.vn"}},
			DetectedAt: "2026-03-02T01:15:00.000000Z", DetectedPrecision: "minute", ReportedAt: "2026-03-02T01:20:11.482913Z",
			TriagedAt: set("2026-03-02T01:31:40.120034Z"), CreatedAt: "2026-03-02T01:20:11.482913Z", UpdatedAt: "2026-03-02T01:31:40.120034Z",
			Withheld: []string{"assignee_id", "lessons", "named_user_ids"},
		},
		"getHandover": api.Handover{
			ID: askID, IncidentID: caseID, Version: 1, Kind: "coordination", Status: "requested", FromAgencyID: teamID, ToAgencyID: policeID,
			Channel: "api", Urgency: "khan", Message: set("Đề nghị Công an tỉnh phối hợp xác minh nguồn tấn công."),
			AcknowledgeBy: set("2026-03-02T05:40:00.000000Z"), RequestedAt: "2026-03-02T01:40:00.000000Z", RequestedBy: personID,
			CreatedAt: "2026-03-02T01:40:00.000000Z", UpdatedAt: "2026-03-02T01:40:00.000000Z",
		},
	}
}

// problemExamples are problems, by status.
func problemExamples() map[int]any {
	const trace = "4bf92f3577b34da6a3ce929d0e0e4736"
	return map[int]any{
		409: api.Problem{
			Type: "/problems/conflict", Title: "Trạng thái chưa cho phép", Status: 409, Detail: "Chưa thực hiện được thao tác «Kết thúc hồ sơ».",
			Instance: "/api/v1/incidents/" + caseID + "/close", TraceID: trace, Reasons: []api.Reason{{
				Code: "obligation_pending", Basis: "QĐ 3063/QĐ-UBND Sơn La Điều 6 khoản 1 điểm e",
				Message: "Nghĩa vụ chưa thực hiện: Thông báo ngay cho Công an tỉnh vi phạm có liên quan đến an ninh thông tin.",
			}},
		},
		422: api.Problem{
			Type: "/problems/invalid", Title: "Dữ liệu chưa đúng", Status: 422, Detail: "Dữ liệu gửi lên chưa đúng; xem từng mục trong errors.",
			Instance: "/api/v1/incidents", TraceID: trace,
			Errors: []api.FieldError{{Pointer: "/detected_at", Code: "missing_offset", Message: "Thời điểm phải kèm múi giờ, ví dụ 2026-03-01T08:30:00+07:00."}},
		},
	}
}
