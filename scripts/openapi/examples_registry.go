package main

import "github.com/ungcuu/ungcuu/api"

const deskID = "01990c1e-0003-7000-8000-000000000001"

// registryExamples are bodies of requests about agencies, people, systems and files, by operationId.
func registryExamples() map[string]any {
	const decision = "Quyết định số 45/QĐ-UBND ngày 20/11/2026"
	return map[string]any{
		"refresh":             api.Refresh{RefreshToken: "refresh-token-da-nhan"},
		"logout":              api.Logout{RefreshToken: "refresh-token-da-nhan"},
		"changePassword":      api.ChangePassword{OldPassword: "mat-khau-cua-toi", NewPassword: "bon-tu-kho-doan-nhu-nhau"},
		"enrolSecondFactor":   api.EnrolFactor{Password: "mat-khau-cua-toi"},
		"confirmSecondFactor": api.ConfirmFactor{Code: "492817"},
		"disableSecondFactor": api.ProveFactor{Password: "mat-khau-cua-toi", Code: "492817"},
		"renewRecoveryCodes":  api.ProveFactor{Password: "mat-khau-cua-toi", Code: "492817"},
		"clientToken":         api.OAuthRequest{GrantType: "client_credentials", Scope: "read report", ClientID: deskID, ClientSecret: "khoa-da-nhan-khi-tao"},

		"changeAgency":   api.AgencyPatch{Name: api.Set("Trung tâm Chuyển đổi số tỉnh Sơn La"), On: "2026-12-01", Basis: decision},
		"endAgency":      api.EndOn{On: "2026-12-31", Basis: decision},
		"giveAgencyRole": api.GiveRole{Role: "operator", From: "2026-12-01", Basis: decision},
		"endAgencyRole":  api.EndRole{Role: "operator", On: "2026-12-31", Basis: decision},
		"giveSeat":       api.GiveSeat{SeatID: policeID, From: "2025-03-01", Basis: "Chuyển nhiệm vụ an toàn thông tin mạng sang Công an tỉnh"},
		"endSeat":        api.EndOn{On: "2025-03-01", Basis: "Chuyển nhiệm vụ an toàn thông tin mạng sang Công an tỉnh"},

		"changeContact": api.ContactPatch{Phone: api.Set("0212 3000 111"), Email: api.Clear[string]()},
		"endContact":    api.EndContact{On: "2026-12-31", Reason: "Thay số điện thoại trực ban."},
		"addShift": api.NewShift{
			AgencyID: teamID, UserID: personID, From: "2026-12-01T07:00:00+07:00", To: "2026-12-02T07:00:00+07:00",
		},

		"changeUser":       api.UserPatch{Phone: api.Set("0912 000 111"), HomeAgencyID: api.Set(policeID)},
		"enableUser":       api.EnableUser{Reason: "Trở lại công tác sau thời gian nghỉ thai sản."},
		"endGrant":         api.EndGrant{On: "2026-12-31", Reason: "Chuyển công tác."},
		"recordUserReview": api.RecordReview{Note: "Rà soát sáu tháng cuối năm 2026: quyền đúng với nhiệm vụ được giao."},
		"bindIdentity":     api.NewIdentity{Issuer: "https://sso.example.vn", Subject: "lo.van.hung", Basis: "Phiếu đề nghị số 7 ngày 01/12/2026"},
		"endIdentity":      api.EndIdentity{Reason: "Đổi tài khoản đăng nhập một lần."},

		"changeSystem":    api.SystemAccountPatch{Purpose: api.Set("Giám sát an toàn thông tin, trực 24/7"), Addresses: api.Set([]string{"203.0.113.0/24"})},
		"disableSystem":   api.DisableSystem{Reason: "Nghi lộ khóa, chờ kiểm tra.", Document: "18/QĐ-CAT ngày 02/12/2026"},
		"enableSystem":    api.EnableSystem{Reason: "Đã kiểm tra và thay khóa."},
		"grantSystemRole": api.NewGrant{Role: "reporter", From: "2026-12-01", Basis: "Quyết định số 12/QĐ-CAT"},
		"endSystemGrant":  api.EndGrant{On: "2026-12-31", Reason: "Ngừng kết nối."},
		"revokeKey":       api.RevokeAPIKey{Reason: "Máy chủ cũ đã ngừng hoạt động."},

		"proposeImportMapping": api.ProposeMapping{Headers: []string{"Số", "Ngày phát hiện", "Đơn vị", "Tên sự cố", "Nội dung", "Mức độ", "Hệ thống"}},
		"putImportMapping": api.ImportMapping{
			Source: "Sổ tiếp nhận sự cố năm 2024", DateFormats: []string{"dd/MM/yyyy HH:mm", "dd/MM/yyyy"},
			Columns: []api.ImportColumn{
				{Header: "Số", Field: "reference"}, {Header: "Ngày phát hiện", Field: "detected_at"}, {Header: "Đơn vị", Field: "reporting_agency"},
				{Header: "Tên sự cố", Field: "title"}, {Header: "Nội dung", Field: "description"}, {Header: "Hệ thống", Field: "system_name"},
				{Header: "Mức độ", Field: "severity", Values: []api.ImportValue{{From: "Nặng", To: "high"}, {From: "Nhẹ", To: "low"}}, Optional: true},
			},
		},
	}
}

// fileExamples are bodies that are files, by operationId and media type.
func fileExamples() map[string]map[string]string {
	return map[string]map[string]string{"startImport": {"text/csv": "Tiêu đề,Mô tả,Thời điểm phát hiện,Hệ thống bị ảnh hưởng,Mức độ,Loại sự cố,Đơn vị báo cáo,Số tham chiếu,Nguồn\r\n" +
		"title,description,detected_at,system_name,severity,category_vn,reporting_agency,reference,source\r\n" +
		"Trang tin bị thay đổi giao diện,Trang chủ hiện nội dung lạ; đã khôi phục từ bản sao lưu.,2024-05-13T07:40:00+07:00," +
		"Trang thông tin điện tử huyện,medium,DEFACE,UBND huyện Mường La,13,Sổ tiếp nhận sự cố năm 2024\r\n"}}
}
