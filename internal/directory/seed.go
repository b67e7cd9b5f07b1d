package directory

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"fmt"
	"strings"
	"time"

	"github.com/ungcuu/ungcuu/internal/authn"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/store"
)

// DemoPassword is the password of every user of the demo.
const DemoPassword = "ungcuu-demo-2026"

const (
	soQD3063 = "QĐ 3063/QĐ-UBND ngày 27/11/2017 của UBND tỉnh Sơn La"
	from3063 = "2017-11-27"
	// transfer is the day on which network information security went from the information
	// and communications departments to the police.
	transfer      = "2025-03-01"
	transferBasis = "Chuyển nhiệm vụ an toàn thông tin mạng từ Bộ TT&TT sang Bộ Công an, 01/03/2025"
)

type node struct {
	code, name, nameEN string
	parent             string
	from, to           string
	roles              []incident.AgencyRoleSpan
	seats              []seat
	successors         []successor
	demo               bool
	contact            string // demo: the duty contact
}

type (
	seat      struct{ code, from, to, basis string }
	successor struct{ code, on, matter, basis string }
)

func role(r incident.AgencyRole, from, basis string) incident.AgencyRoleSpan {
	return incident.AgencyRoleSpan{Role: r, Valid: incident.Span{From: from}, Basis: basis}
}

// sonLa are the nodes that QĐ 3063/QĐ-UBND names, with what became of them. The team is a
// node of its own, hosted by its seat; the police liaison desk is another.
var sonLa = []node{
	{
		code: "ubnd", name: "Ủy ban nhân dân tỉnh Sơn La", nameEN: "People's Committee of Son La",
		roles:   []incident.AgencyRoleSpan{role(incident.RoleLeadership, "", soQD3063), role(incident.RoleOwner, "", "NĐ 331/2026/NĐ-CP Điều 34 khoản 4")},
		contact: "Trực lãnh đạo UBND",
	},
	{
		code: "a05", name: "Cục An ninh mạng và phòng, chống tội phạm sử dụng công nghệ cao, Bộ Công an", nameEN: "Department A05, Ministry of Public Security",
		roles: []incident.AgencyRoleSpan{role(incident.RoleDataProtection, "2026-01-01", "Luật 91/2025/QH15 Điều 23")},
	},
	{
		code: "vncert", name: "Trung tâm Ứng cứu khẩn cấp không gian mạng Việt Nam (VNCERT/CC)", nameEN: "VNCERT/CC", parent: "a05",
		roles:   []incident.AgencyRoleSpan{role(incident.RoleNationalCoordinator, "2017-03-16", "QĐ 05/2017/QĐ-TTg Điều 7 khoản 3; "+soQD3063+" Điều 6 khoản 1 điểm d")},
		contact: "Trực điều phối quốc gia",
	},
	{code: "cat", name: "Công an tỉnh Sơn La", nameEN: "Son La provincial police", parent: "ubnd"},
	{
		code: "cat-dau-moi", name: "Đầu mối phối hợp, Công an tỉnh Sơn La", nameEN: "Liaison desk, Son La provincial police", parent: "cat",
		roles:   []incident.AgencyRoleSpan{role(incident.RolePolice, from3063, soQD3063+" Điều 6 khoản 2 điểm a")},
		contact: "Trực ban đầu mối Công an tỉnh",
	},
	{
		code: "bchqs", name: "Bộ Chỉ huy Quân sự tỉnh Sơn La", nameEN: "Son La military command", parent: "ubnd",
		roles:   []incident.AgencyRoleSpan{role(incident.RoleMilitary, from3063, soQD3063+" Điều 6 khoản 3")},
		contact: "Trực ban tác chiến mạng",
	},
	{code: "skhcn", name: "Sở Khoa học và Công nghệ tỉnh Sơn La", nameEN: "Son La department of science and technology", parent: "ubnd"},
	{
		code: "stttt", name: "Sở Thông tin và Truyền thông tỉnh Sơn La", nameEN: "Son La department of information and communications", parent: "ubnd", to: transfer,
		successors: []successor{
			{"cat", transfer, "an toàn thông tin mạng, thường trực Đội ứng cứu sự cố", transferBasis},
			{"skhcn", transfer, "các nhiệm vụ còn lại", "Hợp nhất Sở TT&TT vào Sở KH&CN"},
		},
	},
	{
		code: "doi-ucsc", name: "Đội ứng cứu sự cố mạng, máy tính tỉnh Sơn La", nameEN: "Son La computer incident response team",
		roles: []incident.AgencyRoleSpan{role(incident.RoleTeam, from3063, soQD3063+" Điều 6 khoản 1 điểm a")},
		seats: []seat{
			{"stttt", "", transfer, soQD3063 + " Điều 6 khoản 1 điểm a"},
			{"cat", transfer, "", transferBasis},
		},
		contact: "Trực Đội ứng cứu sự cố",
	},
	{
		code: "tthdl", name: "Trung tâm Tích hợp dữ liệu tỉnh Sơn La", nameEN: "Son La data integration centre", parent: "ubnd", demo: true,
		roles:   []incident.AgencyRoleSpan{role(incident.RoleOperator, "", soQD3063+" Điều 5 khoản 1 điểm c")},
		contact: "Trực kỹ thuật Trung tâm",
	},
	{
		code: "syt", name: "Sở Y tế tỉnh Sơn La", nameEN: "Son La department of health", parent: "ubnd", demo: true,
		roles:   []incident.AgencyRoleSpan{role(incident.RoleOwner, "", ""), role(incident.RoleOperator, "", "")},
		contact: "Bộ phận CNTT Sở Y tế",
	},
	{
		code: "vnpt", name: "VNPT Sơn La", nameEN: "VNPT Son La", demo: true,
		roles:   []incident.AgencyRoleSpan{role(incident.RoleProvider, "", "")},
		contact: "Trung tâm điều hành VNPT",
	},
	{code: "thanh-tra", name: "Thanh tra tỉnh Sơn La", nameEN: "Son La inspectorate", parent: "ubnd", demo: true},
}

type person struct {
	username, name, agency, home string
	role                         policy.Role
}

// demoPeople is one user per part.
var demoPeople = []person{
	{"admin", "Quản trị hệ thống", "doi-ucsc", "", policy.Admin},
	{"lead", "Lò Văn Hùng", "doi-ucsc", "cat", policy.Lead},
	{"lead2", "Cầm Thị Hoa", "doi-ucsc", "skhcn", policy.Lead},
	{"officer", "Nguyễn Minh Tuấn", "doi-ucsc", "cat", policy.Officer},
	{"police", "Hoàng Đức Anh", "cat-dau-moi", "", policy.Liaison},
	{"military", "Quàng Văn Thắng", "bchqs", "", policy.Liaison},
	{"reporter", "Đinh Thị Lan", "tthdl", "", policy.Reporter},
	{"other", "Vì Văn Sơn", "syt", "", policy.Reporter},
	{"auditor", "Trần Thu Hà", "thanh-tra", "", policy.Auditor},
	{"leader", "Phạm Quốc Khánh", "ubnd", "", policy.Leader},
}

// The marks: the registry was filled, and it was filled by the demo.
const (
	filledMark = "filled"
	demoMark   = "demo"
)

// Seed fills an empty registry: the province's agencies, and either the demo's users or one
// administrator, whose random password it returns to be printed once. On a filled registry
// it changes nothing; of several processes that start at once, one fills it. A registry made
// by the demo and a real one are never mixed.
func Seed(ctx context.Context, st *store.Store, demo bool, now time.Time) (adminPassword string, err error) {
	err = st.Write(ctx, func(_ context.Context, tx *store.Tx) error {
		fresh, err := tx.SetMark(filledMark)
		if err != nil {
			return err
		}
		if !fresh {
			return sameKind(tx, demo)
		}
		ids, err := seedAgencies(tx, demo, now)
		if err != nil {
			return err
		}
		if demo {
			if _, err := tx.SetMark(demoMark); err != nil {
				return err
			}
			return seedDemoPeople(tx, ids, now)
		}
		adminPassword = newPassword()
		hash, err := authn.HashPassword(adminPassword)
		if err != nil {
			return err
		}
		return seedPerson(tx, person{"admin", "Quản trị hệ thống", "doi-ucsc", "", policy.Admin}, ids, hash, true, now)
	})
	return adminPassword, err
}

func sameKind(tx *store.Tx, demo bool) error {
	made, err := tx.Mark(demoMark)
	if err != nil || made == demo {
		return err
	}
	if demo {
		return fmt.Errorf("this data belongs to a real desk; --demo needs a data folder of its own")
	}
	return fmt.Errorf("this data was made by --demo, whose passwords are public; use another data folder")
}

func seedAgencies(tx *store.Tx, demo bool, now time.Time) (map[string]string, error) {
	ids := map[string]string{}
	for _, n := range sonLa {
		ids[n.code] = newID()
	}
	for _, n := range sonLa {
		if n.demo && !demo {
			continue
		}
		a := incident.Agency{
			ID: ids[n.code], Code: n.code, Name: n.name, NameEN: n.nameEN,
			Valid: incident.Span{From: n.from, To: n.to}, Roles: n.roles, CreatedAt: now,
		}
		if n.parent != "" {
			p := ids[n.parent]
			a.ParentID = &p
		}
		for _, x := range n.seats {
			a.Seats = append(a.Seats, incident.AgencySeat{SeatID: ids[x.code], Valid: incident.Span{From: x.from, To: x.to}, Basis: x.basis})
		}
		for _, x := range n.successors {
			a.Successors = append(a.Successors, incident.AgencySuccessor{SuccessorID: ids[x.code], On: x.on, Matter: x.matter, Basis: x.basis})
		}
		a.Roles = append([]incident.AgencyRoleSpan{}, a.Roles...)
		if err := tx.CreateAgency(&a); err != nil {
			return nil, err
		}
		if demo && n.contact != "" {
			c := incident.Contact{
				ID: newID(), AgencyID: a.ID, Name: n.contact, Position: "Đầu mối 24/7",
				Phone: "0212 000 000", Email: "truc." + n.code + "@sonla.example", Duty: true, ConfirmedAt: &now,
			}
			if err := tx.CreateContact(&c); err != nil {
				return nil, err
			}
		}
	}
	return ids, nil
}

func seedDemoPeople(tx *store.Tx, ids map[string]string, now time.Time) error {
	hash, err := authn.HashPassword(DemoPassword) // once: it is public, and hashing is slow
	if err != nil {
		return err
	}
	for _, p := range demoPeople {
		if err := seedPerson(tx, p, ids, hash, false, now); err != nil {
			return err
		}
	}
	return nil
}

func seedPerson(tx *store.Tx, p person, ids map[string]string, hash string, mustChange bool, now time.Time) error {
	u := store.User{
		ID: newID(), Username: p.username, FullName: p.name, AgencyID: ids[p.agency],
		PasswordHash: hash, MustChangePassword: mustChange, CreatedAt: now,
	}
	if p.home != "" {
		home := ids[p.home]
		u.HomeAgencyID = &home
	}
	u.Grants = []store.Grant{{
		ID: newID(), UserID: u.ID, AgencyID: u.AgencyID, Role: p.role, Basis: "Khởi tạo hệ thống",
		GrantedAt: now, Confirmed: store.GrantBySeed, ConfirmedAt: &now,
	}}
	return tx.CreateUser(&u)
}

// newPassword is 120 random bits in letters that are told apart on paper.
func newPassword() string {
	b := make([]byte, 15)
	_, _ = rand.Read(b) // never fails: crypto/rand aborts the program instead
	s := strings.ToLower(base32.StdEncoding.EncodeToString(b))
	return s[:6] + "-" + s[6:12] + "-" + s[12:18] + "-" + s[18:24]
}
