package regulation

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// roleWords are the roles of agencies and the parts of a case as people read them.
var roleWords = map[string]Text{
	"team": {"đội ứng cứu sự cố", "the team"}, "police": {"Công an tỉnh", "the police"}, "military": {"Bộ Chỉ huy Quân sự tỉnh", "the military command"},
	"national_coordinator": {"cơ quan điều phối quốc gia", "the national coordinator"}, "owner": {"chủ quản", "the owner"},
	"operator": {"đơn vị vận hành", "the operator"}, "provider": {"doanh nghiệp cung cấp dịch vụ", "the service provider"},
	"leadership": {"UBND tỉnh", "the People's Committee"}, "reporter": {"bên báo cáo", "who reported"},
	"data_protection_authority": {"cơ quan chuyên trách bảo vệ dữ liệu cá nhân", "the data protection authority"},
	roleSecurityOwner:           {"chủ quản hệ thống thông tin quan trọng về an ninh quốc gia", "the owner of systems critical to national security"},
}

var confidenceWords = map[string]Text{
	"read": {"đã đọc", "read"}, "secondary": {"qua nguồn khác", "secondary"}, "inferred": {"suy luận", "inferred"},
}

// example is one set of facts for which the page compares the provinces. The owner runs its own
// system, and the duty desk got the report at once.
type example struct {
	title Text
	facts Facts // without times
	found bool  // the violation of personal data was found at detection
	fails bool  // the team decided that it cannot be handled
}

// examples are the sets of facts of the page. The levels are 4 where a class needs it.
var examples = []example{
	{title: Text{"Sự cố thông thường", "an ordinary incident"}},
	{
		title: Text{"Sự cố thông thường, hệ thống trong danh sách ưu tiên của tỉnh", "an ordinary incident of a system on the province's priority list"},
		facts: Facts{PriorityListed: true},
	},
	{
		title: Text{"Vi phạm liên quan đến an ninh thông tin (tội phạm mạng), hệ thống trong danh sách ưu tiên", "a violation for the police (cybercrime), priority system"},
		facts: Facts{Natures: []string{"cybercrime"}, PriorityListed: true},
	},
	{
		title: Text{"Sự cố nghiêm trọng: hệ thống cấp độ 4 bị mất quyền điều khiển, chủ quản không đủ khả năng", "a serious incident: level 4, control lost, the owner cannot cope"},
		facts: Facts{Level: 4, Stated: map[string]bool{"control_lost": true, "owner_cannot_cope": true}},
	},
	{
		title: Text{"Lộ dữ liệu cá nhân có thể gây hại", "exposure of personal data that may harm"},
		facts: Facts{Natures: []string{"personal_data"}, Stated: map[string]bool{"personal_data_may_harm": true}}, found: true,
	},
	{
		title: Text{"Đội quyết định không thể xử lý, khắc phục được", "the team decided that it cannot be handled"},
		facts: Facts{}, fails: true,
	},
	{
		title: Text{"Sự cố của doanh nghiệp cung cấp dịch vụ vận hành hệ thống", "an incident of a service provider that runs the system"},
		facts: Facts{OperatorRoles: []string{"provider"}, ReporterRoles: []string{"provider"}},
	},
}

// exampleDays are when the incidents of the page are detected, one under each national pack, when
// the regulation of every province stood.
var exampleDays = []time.Time{
	time.Date(2025, 2, 10, 9, 0, 0, 0, Zone), time.Date(2025, 8, 11, 9, 0, 0, 0, Zone), time.Date(2026, 11, 23, 9, 0, 0, 0, Zone),
}

// ownParts are the parts of an agency that runs its own system.
var ownParts = []string{"owner", "operator"}

// alone reports whether the owner runs the system itself.
func (e example) alone() bool { return e.facts.OperatorRoles == nil }

func (e example) at(t time.Time) Facts {
	f := e.facts
	if e.alone() {
		f.OwnerRoles, f.OperatorRoles, f.ReporterRoles = []string{"owner", "operator"}, []string{"owner", "operator"}, []string{"owner", "operator"}
	}
	f.Detected, f.Reported, f.Learned, f.Resolved = t, t, t, t
	if e.found {
		f.Found = t
	}
	if e.fails {
		f.Decided = t
	}
	return f
}

// pageProvinces are the provinces in the order of the page.
var pageProvinces = []string{"son-la", "bac-giang", "thanh-hoa", "ninh-thuan"}

// Page is the page of the rules, in Markdown: what the provinces make of the same facts, every
// rule with its dates, every clause and what answers it.
func Page() string {
	b := embedded()
	var w strings.Builder
	w.WriteString("# Ai phải làm gì, báo cho ai, khi nào, theo điều nào · Who must do what, tell whom, by when, by which clause\n\n")
	w.WriteString("Trang này sinh ra từ dữ liệu quy định (`make gen`); không phải tư vấn pháp lý. · Generated from the rules as data (`make gen`); not legal advice.\n\n")
	w.WriteString("Độ tin cậy · Confidence: «đã đọc» = điều khoản đã đọc nguyên văn · the clause was read; «qua nguồn khác» = biết qua nguồn khác hoặc bản trích · from another source or an excerpt; «suy luận» = cách hiểu, cần luật sư xác nhận · a reading that a lawyer should confirm.\n\n")
	w.WriteString("«Ngay», «kịp thời» không có con số; mốc trong ngoặc vuông là mốc nội bộ, không phải của luật. · \"At once\" has no figure; the time in square brackets is an internal target, not the law.\n\n")
	b.pageLeads(&w)
	b.pageExamples(&w)
	b.pageRules(&w)
	pageClauses(&w)
	return w.String()
}

func both(t Text) string { return t.VI + " · " + t.EN }

func roleText(role string) string {
	if t, ok := roleWords[role]; ok {
		return both(t)
	}
	return role
}

func cell(s string) string {
	return strings.ReplaceAll(strings.Join(strings.Fields(s), " "), "|", `\|`)
}

func cells(w *strings.Builder, list ...string) {
	for i, c := range list {
		list[i] = cell(c)
	}
	fmt.Fprintf(w, "| %s |\n", strings.Join(list, " | "))
}

func head(w *strings.Builder, list ...string) {
	cells(w, list...)
	fmt.Fprintf(w, "|%s\n", strings.Repeat(" --- |", len(list)))
}

// pageLeads says which agency hosts the team and who plays the other roles, and when.
func (b *Book) pageLeads(w *strings.Builder) {
	w.WriteString("## Ai giữ vai trò nào · Who plays which role\n\n")
	head(w, "tỉnh · province", "vai trò · role", "cơ quan · agency", "từ · from", "đến trước · until before", "căn cứ · basis")
	for _, slug := range pageProvinces {
		p := b.province(slug)
		names := map[string]string{}
		for _, n := range p.Agencies {
			names[n.Code] = n.Name
		}
		for _, n := range p.Agencies {
			for _, s := range n.Seats {
				cells(w, p.Name, "thường trực đội, chủ trì xử lý · hosts the team, which leads", names[s.Code], s.From, s.To, s.Basis)
			}
		}
		for _, n := range p.Agencies {
			if n.Demo {
				continue
			}
			for _, r := range n.Roles {
				cells(w, p.Name, roleText(r.Role), n.Name, cmp.Or(r.From, n.From), cmp.Or(r.To, n.To), r.Basis)
			}
		}
	}
	w.WriteString("\n")
}

// pageExamples compares the provinces on the same facts.
func (b *Book) pageExamples(w *strings.Builder) {
	w.WriteString("## Cùng dữ kiện, bốn tỉnh · The same facts in four provinces\n\n")
	w.WriteString("Phát hiện, báo cáo và biết dữ kiện cùng một lúc; chủ quản tự vận hành hệ thống, trừ ví dụ cuối, nên không có nghĩa vụ giữa đơn vị vận hành và chủ quản. Nghĩa vụ tính từ khi khắc phục xong cũng có trong bảng. · Detected, reported and known at one moment; the owner runs the system, but for the last set, so that operator and owner owe each other nothing. Duties that count from the resolution are shown as well.\n\n")
	for _, at := range exampleDays {
		day := at.Format(time.DateOnly)
		fmt.Fprintf(w, "### Phát hiện lúc %s · Detected at %s\n\n", at.Format("15:04 02/01/2006"), at.Format("2006-01-02 15:04"))
		for _, n := range b.nationals {
			if holds(n.from, n.to, day) {
				fmt.Fprintf(w, "Bộ quy định quốc gia · National pack: `%s`\n\n", n.id)
			}
		}
		for _, e := range examples {
			b.pageExample(w, e, at)
		}
	}
}

func (b *Book) pageExample(w *strings.Builder, e example, at time.Time) {
	type line struct {
		Obligation
		in [4]bool
	}
	var lines []*line
	class := ""
	for i, slug := range pageProvinces {
		out := b.Due(slug, e.at(at))
		class = out.Class
		for _, d := range out.Duties {
			if e.alone() && slices.Contains(ownParts, d.OwedBy) && slices.Contains(ownParts, d.ToRole) {
				continue // nobody reports to himself
			}
			j := slices.IndexFunc(lines, func(l *line) bool { return l.Rule == d.Rule && l.ToRole == d.ToRole })
			if j < 0 {
				j, lines = len(lines), append(lines, &line{Obligation: d})
			}
			lines[j].in[i] = true
		}
	}
	slices.SortStableFunc(lines, func(x, y *line) int {
		return cmp.Or(cmp.Compare(startOrder(x.Start), startOrder(y.Start)), x.due().Compare(y.due()), cmp.Compare(x.Rule, y.Rule))
	})
	fmt.Fprintf(w, "**%s** (%s)\n\n", both(e.title), map[string]string{"serious": "nghiêm trọng · serious", "ordinary": "thông thường · ordinary"}[class])
	head(w, "nghĩa vụ · obligation", "ai · who", "báo cho · tells", "chậm nhất · by", "căn cứ · basis", "SL", "BG", "TH", "NT")
	for _, l := range lines {
		marks := [4]string{}
		for i, in := range l.in {
			if in {
				marks[i] = "✓"
			}
		}
		to := "—"
		if l.ToRole != "" {
			to = roleText(l.ToRole)
		}
		cells(w, l.Title+" (`"+l.Rule+"`)", roleText(l.OwedBy), to, l.by(), l.Basis, marks[0], marks[1], marks[2], marks[3])
	}
	w.WriteString("\n")
}

func startOrder(start string) int {
	if start == StartResolved {
		return 1
	}
	return 0
}

// due is when to sort a duty: what has no time comes last.
func (o *Obligation) due() time.Time {
	if o.DueAt == nil {
		return time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	return *o.DueAt
}

// by is the time of a duty as the page has it.
func (o *Obligation) by() string {
	switch {
	case o.Immediate:
		return fmt.Sprintf("ngay · at once [%gh]", o.TargetAt.Sub(o.StartedAt).Hours())
	case o.DueAt != nil && o.DueAt.Equal(midnight(dayNumber(o.DueAt.In(Zone)))): // the end of the last day
		return "24:00 " + o.DueAt.AddDate(0, 0, -1).In(Zone).Format("02/01/2006")
	case o.DueAt != nil:
		return o.DueAt.In(Zone).Format("15:04 02/01/2006")
	case o.Start == StartResolved:
		return "sau khắc phục, không có con số · after the resolution, no figure"
	}
	return "không có con số · no figure"
}

// pageRules lists every version of every rule, by pack.
func (b *Book) pageRules(w *strings.Builder) {
	w.WriteString("## Mọi quy định · Every rule\n\n")
	type section struct {
		pack  string
		rules []*rule
	}
	var sections []section
	seen := map[string]bool{}
	for _, slug := range pageProvinces {
		for _, r := range b.province(slug).rules {
			if seen[r.ID+" "+r.From] {
				continue
			}
			seen[r.ID+" "+r.From] = true
			i := slices.IndexFunc(sections, func(s section) bool { return s.pack == r.Pack })
			if i < 0 {
				i, sections = len(sections), append(sections, section{pack: r.Pack})
			}
			sections[i].rules = append(sections[i].rules, r)
		}
	}
	order := []string{"national-2017", "national-2025", "national-2026"}
	order = append(order, pageProvinces...)
	slices.SortStableFunc(sections, func(x, y section) int { return slices.Index(order, x.pack) - slices.Index(order, y.pack) })
	for _, s := range sections {
		fmt.Fprintf(w, "### `%s`\n\n", s.pack)
		head(w, "quy định · rule", "từ · from", "đến trước · until before", "nghĩa vụ · obligation", "ai · who", "báo cho · tells", "thời hạn · clock",
			"khi · when", "chặn kết thúc · blocks", "độ tin cậy · confidence", "căn cứ · basis", "ghi chú · note")
		for _, r := range s.rules {
			told := make([]string, len(r.Told))
			for i, t := range r.Told {
				told[i] = roleText(t)
			}
			blocks, when := "", ""
			if r.BlocksClosure {
				blocks = "✓"
			}
			if r.When != "" {
				when = "`" + cell(r.When) + "`"
			}
			clock := both(r.Clock.Words())
			if r.Clock.Unit == UnitImmediate {
				clock += fmt.Sprintf(" [%gh]", orElse(r.Clock.Target.Duration, defaultTarget).Hours())
			}
			cells(w, "`"+r.ID+"`", r.From, r.To, both(r.Title), roleText(r.OwedBy), strings.Join(told, "; "), clock, when, blocks,
				both(confidenceWords[r.Confidence]), r.basis, r.Note)
		}
		w.WriteString("\n")
	}
	w.WriteString("### Phân loại · Classification\n\n")
	head(w, "bộ · pack", "từ · from", "đến trước · until before", "kết luận · makes", "khi · when", "độ tin cậy · confidence", "căn cứ · basis")
	values := map[string]string{
		"serious": "sự cố nghiêm trọng · serious", "ordinary": "sự cố thông thường · ordinary", "dangerous": "tình huống nguy hiểm · dangerous situation",
	}
	for _, n := range b.nationals {
		for _, c := range n.rows {
			cells(w, "`"+n.id+"`", cmp.Or(c.From, n.from), cmp.Or(c.To, n.to), values[c.Value], "`"+cell(c.When)+"`", both(confidenceWords[c.Confidence]), c.Instrument+" "+c.Clause)
		}
	}
	w.WriteString("\n")
}

// pageClauses lists every clause and every deadline with what answers it.
func pageClauses(w *strings.Builder) {
	clauses, deadlines := Clauses()
	answer := func(a Answer) (does, why string) {
		var parts []string
		for _, r := range a.Rules {
			parts = append(parts, "`"+r+"`")
		}
		for _, e := range a.Endpoints {
			parts = append(parts, "`"+e+"`")
		}
		if a.NotSoftware.VI != "" {
			why = both(a.NotSoftware)
		}
		return strings.Join(parts, ", "), why
	}
	w.WriteString("## Điều khoản của các quy chế · The clauses of the regulations\n\n")
	w.WriteString("SL: QĐ 3063/QĐ-UBND Sơn La · BG: QĐ 48/2024/QĐ-UBND Bắc Giang · TH: QĐ 1293/2017/QĐ-UBND Thanh Hóa · NT: văn bản 1612/UBND-VXNV Ninh Thuận. «6.1.e» = Điều 6 khoản 1 điểm e.\n\n")
	head(w, "điều · clause", "ai · who", "việc · what", "quy định, đường dẫn · rules, routes", "vì sao không phải phần mềm · why not software")
	for _, c := range clauses {
		does, why := answer(c.Answer)
		cells(w, c.Province+" "+c.Clause, both(c.Who), both(c.What), does, why)
	}
	w.WriteString("\n## Thời hạn của luật · The deadlines of the law\n\n")
	head(w, "việc · event", "thời hạn · limit", "căn cứ · basis", "quy định, đường dẫn · rules, routes", "vì sao không phải quy định · why no rule")
	for _, d := range deadlines {
		does, why := answer(d.Answer)
		cells(w, both(d.What), both(d.Limit), d.Basis, does, why)
	}
}
