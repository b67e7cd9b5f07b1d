package directory

import (
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/regulation"
)

const (
	soQD3063 = "QĐ 3063/QĐ-UBND ngày 27/11/2017 của UBND tỉnh Sơn La"
	from3063 = "2017-11-27"
	// transfer is the day on which network information security went from the information
	// and communications departments to the police.
	transfer      = "2025-03-01"
	transferBasis = "Chuyển nhiệm vụ an toàn thông tin mạng từ Bộ TT&TT sang Bộ Công an, 01/03/2025"
)

func role(r incident.AgencyRole, from, basis string) regulation.Role {
	return regulation.Role{Role: string(r), From: from, Basis: basis}
}

// SonLa are the nodes that QĐ 3063/QĐ-UBND names, with what became of them. The team is a
// node of its own, hosted by its seat; the police liaison desk is another.
func SonLa() regulation.Profile {
	return regulation.Profile{
		Slug: "son-la", Prefix: "SL", Name: "tỉnh Sơn La",
		Agencies: []regulation.Node{
			{
				Code: "ubnd", Name: "Ủy ban nhân dân tỉnh Sơn La", NameEN: "People's Committee of Son La",
				Roles:   []regulation.Role{role(incident.RoleLeadership, "", soQD3063), role(incident.RoleOwner, "", "NĐ 331/2026/NĐ-CP Điều 34 khoản 4")},
				Contact: "Trực lãnh đạo UBND",
			},
			{
				Code: "a05", Name: "Cục An ninh mạng và phòng, chống tội phạm sử dụng công nghệ cao, Bộ Công an", NameEN: "Department A05, Ministry of Public Security",
				Roles: []regulation.Role{role(incident.RoleDataProtection, "2026-01-01", "Luật 91/2025/QH15 Điều 23")},
			},
			{
				Code: "vncert", Name: "Trung tâm Ứng cứu khẩn cấp không gian mạng Việt Nam (VNCERT/CC)", NameEN: "VNCERT/CC", Parent: "a05",
				Roles:   []regulation.Role{role(incident.RoleNationalCoordinator, "2017-03-16", "QĐ 05/2017/QĐ-TTg Điều 7 khoản 3; "+soQD3063+" Điều 6 khoản 1 điểm d")},
				Contact: "Trực điều phối quốc gia",
			},
			{Code: "cat", Name: "Công an tỉnh Sơn La", NameEN: "Son La provincial police", Parent: "ubnd"},
			{
				Code: "cat-dau-moi", Name: "Đầu mối phối hợp, Công an tỉnh Sơn La", NameEN: "Liaison desk, Son La provincial police", Parent: "cat",
				Roles:   []regulation.Role{role(incident.RolePolice, from3063, soQD3063+" Điều 6 khoản 2 điểm a")},
				Contact: "Trực ban đầu mối Công an tỉnh",
			},
			{
				Code: "bchqs", Name: "Bộ Chỉ huy Quân sự tỉnh Sơn La", NameEN: "Son La military command", Parent: "ubnd",
				Roles:   []regulation.Role{role(incident.RoleMilitary, from3063, soQD3063+" Điều 6 khoản 3")},
				Contact: "Trực ban tác chiến mạng",
			},
			{Code: "skhcn", Name: "Sở Khoa học và Công nghệ tỉnh Sơn La", NameEN: "Son La department of science and technology", Parent: "ubnd"},
			{
				Code: "stttt", Name: "Sở Thông tin và Truyền thông tỉnh Sơn La", NameEN: "Son La department of information and communications", Parent: "ubnd", To: transfer,
				Successors: []regulation.Heir{
					{Code: "cat", On: transfer, Matter: "an toàn thông tin mạng, thường trực Đội ứng cứu sự cố", Basis: transferBasis},
					{Code: "skhcn", On: transfer, Matter: "các nhiệm vụ còn lại", Basis: "Hợp nhất Sở TT&TT vào Sở KH&CN"},
				},
			},
			{
				Code: "doi-ucsc", Name: "Đội ứng cứu sự cố mạng, máy tính tỉnh Sơn La", NameEN: "Son La computer incident response team",
				Roles: []regulation.Role{role(incident.RoleTeam, from3063, soQD3063+" Điều 6 khoản 1 điểm a")},
				Seats: []regulation.Seat{
					{Code: "stttt", To: transfer, Basis: soQD3063 + " Điều 6 khoản 1 điểm a"},
					{Code: "cat", From: transfer, Basis: transferBasis},
				},
				Contact: "Trực Đội ứng cứu sự cố",
			},
			{
				Code: "tthdl", Name: "Trung tâm Tích hợp dữ liệu tỉnh Sơn La", NameEN: "Son La data integration centre", Parent: "ubnd", Demo: true,
				Roles:   []regulation.Role{role(incident.RoleOperator, "", soQD3063+" Điều 5 khoản 1 điểm c")},
				Contact: "Trực kỹ thuật Trung tâm",
			},
			{
				Code: "syt", Name: "Sở Y tế tỉnh Sơn La", NameEN: "Son La department of health", Parent: "ubnd", Demo: true,
				Roles:   []regulation.Role{role(incident.RoleOwner, "", ""), role(incident.RoleOperator, "", "")},
				Contact: "Bộ phận CNTT Sở Y tế",
			},
			{
				Code: "vnpt", Name: "VNPT Sơn La", NameEN: "VNPT Son La", Demo: true,
				Roles:   []regulation.Role{role(incident.RoleProvider, "", "")},
				Contact: "Trung tâm điều hành VNPT",
			},
			{Code: "thanh-tra", Name: "Thanh tra tỉnh Sơn La", NameEN: "Son La inspectorate", Parent: "ubnd", Demo: true},
		},
		Demo: []regulation.Person{
			{Username: "admin", Name: "Quản trị hệ thống", Agency: "doi-ucsc", Role: string(policy.Admin)},
			{Username: "lead", Name: "Lò Văn Hùng", Agency: "doi-ucsc", Home: "cat", Role: string(policy.Lead)},
			{Username: "lead2", Name: "Cầm Thị Hoa", Agency: "doi-ucsc", Home: "skhcn", Role: string(policy.Lead)},
			{Username: "officer", Name: "Nguyễn Minh Tuấn", Agency: "doi-ucsc", Home: "cat", Role: string(policy.Officer)},
			{Username: "police", Name: "Hoàng Đức Anh", Agency: "cat-dau-moi", Role: string(policy.Liaison)},
			{Username: "military", Name: "Quàng Văn Thắng", Agency: "bchqs", Role: string(policy.Liaison)},
			{Username: "reporter", Name: "Đinh Thị Lan", Agency: "tthdl", Role: string(policy.Reporter)},
			{Username: "other", Name: "Vì Văn Sơn", Agency: "syt", Role: string(policy.Reporter)},
			{Username: "auditor", Name: "Trần Thu Hà", Agency: "thanh-tra", Role: string(policy.Auditor)},
			{Username: "leader", Name: "Phạm Quốc Khánh", Agency: "ubnd", Role: string(policy.Leader)},
		},
	}
}
