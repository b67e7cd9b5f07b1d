// Package regulation owns the legal rules as dated data: which duties the facts of a case
// call for, owed by whom, told to whom, by when, on which clause. It is pure.
package regulation

import (
	"slices"
	"time"
)

// Zone is the time zone of every civil date in the rules.
var Zone = time.FixedZone("Asia/Ho_Chi_Minh", 7*60*60)

// Province is a profile: its codes and the rules in force there.
type Province struct {
	Slug   string // son-la, as in subjects
	Prefix string // SL, as in codes of cases
	Name   string
	rules  []Rule
}

// Provinces are the profiles that the program knows.
var Provinces = []Province{
	{Slug: "son-la", Prefix: "SL", Name: "tỉnh Sơn La", rules: []Rule{policeNotice("SL-6.1.e", "QĐ 3063/QĐ-UBND Sơn La Điều 6 khoản 1 điểm e", "2017-11-27")}},
}

// Find returns the profile with the slug.
func Find(slug string) (Province, bool) {
	for _, p := range Provinces {
		if p.Slug == slug {
			return p, true
		}
	}
	return Province{}, false
}

// Facts is what rules look at.
type Facts struct {
	Natures        []string
	PriorityListed bool
}

// Rule is one dated legal rule.
type Rule struct {
	ID            string
	Basis         string // instrument and clause
	From, To      string // civil dates; the rule holds from From until before To
	Title         string
	When          func(Facts) bool
	OwedByRole    string
	ToRole        string
	Immediate     bool
	Target        time.Duration // an internal target of an immediate duty; not the law
	BlocksClosure bool
}

// Obligation is one duty that a rule calls for.
type Obligation struct {
	Rule, Basis, Title string
	OwedByRole, ToRole string
	Immediate          bool
	DueAt, TargetAt    *time.Time
	BlocksClosure      bool
}

// securityNatures are the natures that make an incident a violation touching an ninh thông tin.
var securityNatures = []string{
	"security_violation", "national_security", "cybercrime", "cyber_espionage", "cyber_terrorism", "information_conflict",
}

// policeNotice: "Đối với những vi phạm có liên quan đến an ninh thông tin phải thông báo ngay
// cho Công an tỉnh" (SL 6.1.e; BG 7.1.e). The text says "ngay" and no figure: due when
// learned; the hour is an internal target.
func policeNotice(id, basis, from string) Rule {
	return Rule{
		ID: id, Basis: basis, From: from,
		Title: "Thông báo ngay cho Công an tỉnh vi phạm có liên quan đến an ninh thông tin",
		When: func(f Facts) bool {
			return slices.ContainsFunc(f.Natures, func(n string) bool { return slices.Contains(securityNatures, n) })
		},
		OwedByRole: "team", ToRole: "police", Immediate: true, Target: time.Hour, BlocksClosure: true,
	}
}

// Due returns the duties that the facts call for, of the rules in force when the debtor
// learned of them.
func (p Province) Due(f Facts, learned time.Time) []Obligation {
	day := learned.In(Zone).Format(time.DateOnly)
	var out []Obligation
	for _, r := range p.rules {
		if day < r.From || r.To != "" && day >= r.To || !r.When(f) {
			continue
		}
		o := Obligation{
			Rule: r.ID, Basis: r.Basis, Title: r.Title, OwedByRole: r.OwedByRole, ToRole: r.ToRole,
			Immediate: r.Immediate, BlocksClosure: r.BlocksClosure,
		}
		if r.Immediate {
			due, target := learned, learned.Add(r.Target)
			o.DueAt, o.TargetAt = &due, &target
		}
		out = append(out, o)
	}
	return out
}
