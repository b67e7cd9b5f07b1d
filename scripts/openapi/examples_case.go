package main

import "github.com/ungcuu/ungcuu/api"

const (
	otherCaseID  = "01990c1e-9c44-7a10-8f21-6b0d5e4c3a29"
	otherPerson  = "01990c1e-0002-7000-8000-000000000002"
	networkID    = "01990c1e-0001-7000-8000-000000000003"
	noteID       = "01990c2a-3f08-7b61-9e12-7d5f4b3a2c10"
	scannerMade  = "Địa chỉ của bộ giám sát nội bộ, không phải dấu hiệu tấn công."
	attackSource = "203.0.113.77"
)

// caseExamples are bodies of requests about one attack on one morning, by operationId.
func caseExamples() map[string]any {
	return map[string]any{
		"respond":    api.Respond{Note: "Tổ trực lọc lưu lượng tại tường lửa biên và giữ nguyên nhật ký."},
		"standDown":  api.StandDown{Reason: "Nhà mạng đã chặn được nguồn tấn công; Đội tự xử lý phần còn lại."},
		"reject":     api.Reject{Reason: "false_positive", Note: "Cổng tạm dừng theo lịch bảo trì đã thông báo, không có sự cố."},
		"reopen":     api.Reopen{Reason: "Cổng lại mất kết nối lúc 14:05 với cùng dấu hiệu tấn công."},
		"merge":      api.Merge{IntoID: otherCaseID, Reason: "Cùng một đợt tấn công vào Cổng dịch vụ công, hai đơn vị cùng báo cáo."},
		"withdraw":   api.WithdrawReport{Reason: "Báo cáo nhầm: cổng tạm dừng để bảo trì theo lịch."},
		"addLink":    api.NewLink{ToID: otherCaseID, Kind: "related", Note: "Cùng dải địa chỉ nguồn tấn công."},
		"removeLink": api.RemoveLink{Reason: "Liên kết nhầm hồ sơ."},
		"notifyNational": api.NotifyNational{
			Reason: "Lưu lượng tấn công từ ngoài tỉnh vượt khả năng lọc của Đội và của nhà mạng; cần điều phối ngăn chặn từ nguồn.",
		},

		"acknowledgeHandover": api.Acknowledge{Note: "Trực ban đã nhận, chuyển bộ phận chuyên môn xử lý."},
		"declineHandover":     api.Decline{Reason: "Hệ thống do đơn vị khác quản lý; đề nghị gửi Bộ Chỉ huy Quân sự tỉnh."},
		"completeHandover":    api.Complete{Outcome: "Đã xác minh nguồn tấn công và gửi kết quả bằng văn bản."},
		"withdrawHandover":    api.Withdraw{Reason: "Gửi nhầm nơi nhận."},
		"releaseHandover":     api.Release{Reason: "Dịch vụ đã ổn định, không cần lực lượng hỗ trợ nữa."},
		"contestHandover":     api.Contest{Reason: "Trực ban không tiếp nhận cuộc gọi nào lúc 09:05 ngày 02/3/2026; đề nghị kiểm tra lại."},

		"fulfilObligation":     toldPolice(),
		"fulfilCaseObligation": toldPolice(),
		"waiveObligation":      excused(),
		"waiveCaseObligation":  excused(),
		"reopenObligation":     mistaken(),
		"reopenCaseObligation": mistaken(),

		"fileNationalReport": api.NewNationalReport{Kind: "initial", Fields: map[string]any{
			"state": "not_handled", "detection": []string{"intrusion_detection"}, "security_provider": "VNPT Sơn La",
		}},
		"changeNationalReport": api.NationalReportPatch{Fields: api.Set(map[string]api.Patch[any]{
			"detection_detail":  api.Set[any]("Hệ thống giám sát báo lưu lượng tăng gấp 40 lần lúc 08:12."),
			"security_provider": api.Clear[any](),
		})},
		"sendNationalReport": api.SendReport{
			Channel: "document", At: set("2026-03-02T10:05:00+07:00"), Note: "Văn thư gửi qua trục liên thông văn bản.",
			Document: paper("15", "BC-ĐƯCSC", "Báo cáo ban đầu sự cố tại Cổng dịch vụ công tỉnh"),
		},
		"acknowledgeNationalReport": api.AcknowledgeReport{
			OfficerName: "Phạm Văn D", Reference: "231", At: set("2026-03-02T10:40:00+07:00"), Channel: "phone",
		},
		"withdrawNationalReport": api.WithdrawNationalReport{Reason: "Lập nhầm loại báo cáo."},

		"addNote": api.NewNote{Text: "Đơn vị vận hành đã chuyển tên miền sang máy chủ dự phòng lúc 09:10.", Audience: "participants", TLP: "amber"},
		"addTask": api.NewTask{
			Title: "Chặn dải địa chỉ nguồn tại tường lửa biên", Description: "Giữ nhật ký trước và sau khi chặn.", Audience: "participants", AssigneeID: set(otherPerson),
		},
		"changeTask":     api.TaskPatch{Status: api.Set("cancelled"), Reason: "Nhà mạng đã chặn, không cần làm nữa."},
		"applyChecklist": api.ApplyChecklist{Type: "DOS"},
		"addObservable": api.NewObservable{
			Type: "ip", Value: attackSource, Audience: "participants", TLP: "amber", Note: "Nguồn gửi nhiều yêu cầu nhất.", IsIOC: true,
			FirstSeen: set("2026-03-02T08:10:00+07:00"), LastSeen: set("2026-03-02T08:55:00+07:00"),
		},
		"addObservables": api.NewObservables{Observables: []api.NewObservable{
			{Type: "ip", Value: attackSource, Audience: "participants", IsIOC: true},
			{Type: "domain", Value: "dieu-khien[.]example", Audience: "team", Note: "Máy chủ điều khiển, theo nhà mạng.", IsIOC: true},
		}},
		"retractObservable": api.Retract{Reason: scannerMade},
		"sendMessage":       api.NewMessage{Text: "Đề nghị gửi nhật ký tường lửa từ 08:00 đến 09:00 ngày 02/3/2026."},
		"inviteParticipant": api.NewInvitation{AgencyID: networkID, Reason: "Quản lý đường truyền của Cổng dịch vụ công.", Consents: []api.NewConsent{
			{AgencyID: policeID, ByName: "Trần Văn B", ByPosition: "Trực ban", At: "2026-03-02T09:30:00+07:00", Channel: "phone"},
		}},
		"endParticipant": api.EndInvitation{Reason: "Đã chặn xong lưu lượng tấn công."},
		"askRedaction": api.NewRedaction{
			ObjectKind: "note", ObjectID: noteID, Fields: []string{"text"}, Why: "personal_data", Reason: "Ghi chú dán nhầm danh sách số căn cước của công dân.",
			Document: paper("16", "ĐN-ĐƯCSC", "Đề nghị xóa dữ liệu cá nhân nhập nhầm"),
		},
		"confirmRedaction": api.DecideRedaction{Note: "Đã đối chiếu văn bản đề nghị, đồng ý xóa."},
		"refuseRedaction":  api.DecideRedaction{Note: "Nội dung còn cần cho việc xác minh, không xóa."},
	}
}

// toldPolice is a duty that was done on paper.
func toldPolice() api.Fulfil {
	return api.Fulfil{
		At: "2026-03-02T09:20:00+07:00", Channel: "document", Note: "Trực ban Công an tỉnh ký nhận lúc 09:20.",
		Document: paper("14", "TB-ĐƯCSC", "Thông báo vi phạm có liên quan đến an ninh thông tin tại Cổng dịch vụ công tỉnh"),
	}
}

func excused() api.Waive {
	return api.Waive{Reason: "Nội dung này đã được báo cáo ở hồ sơ SL-2026-000007 của cùng sự việc."}
}

func mistaken() api.ReopenObligation {
	return api.ReopenObligation{Reason: "Ghi nhận nhầm nghĩa vụ; văn bản số 12/TB-ĐƯCSC thuộc hồ sơ SL-2026-000007."}
}

// paper is a document of the team's of that day.
func paper(number, symbol, subject string) *api.Document {
	return &api.Document{
		Number: number, Symbol: symbol, IssuedOn: set("2026-03-02"), Subject: subject, SignerName: "Lê Văn C", SignerPosition: "Đội trưởng",
	}
}
