package incident

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"
	"time"
)

// DuplicateWindow is how far two reports of one event may lie apart to be suggested to each
// other. An agency has five days to report (QĐ 05/2017/QĐ-TTg Điều 11 khoản 1 điểm a), so that
// two of them, hit by the same, may report ten days apart; with weekends that is two weeks.
const DuplicateWindow = 14 * 24 * time.Hour

// MaxDuplicates is how many cases are suggested at most.
const MaxDuplicates = 20

// Likeness is a way in which two cases are alike.
type Likeness string

// The ways, the heaviest first.
const (
	SameSystem   Likeness = "same_system"
	SameAddress  Likeness = "same_address"
	SameDomain   Likeness = "same_domain"
	SameType     Likeness = "same_type"
	SameReporter Likeness = "same_reporter"
)

// Likenesses lists the ways, the heaviest first. Each weighs more than all behind it.
var Likenesses = []Likeness{SameSystem, SameAddress, SameDomain, SameType, SameReporter}

// MarkKind is what a mark of a system is.
type MarkKind string

// The kinds of marks.
const (
	MarkID      MarkKind = "id"
	MarkName    MarkKind = "name"
	MarkAddress MarkKind = "address"
	MarkDomain  MarkKind = "domain"
)

// Address is the one form of an IP address, whichever way it was written.
func Address(s string) string {
	ip, err := netip.ParseAddr(s)
	if err != nil {
		return strings.ToLower(s)
	}
	return ip.Unmap().String()
}

// Domain is the one form of a domain name; a site and its www are one.
func Domain(s string) string {
	return strings.TrimPrefix(strings.TrimSuffix(strings.ToLower(s), "."), "www.")
}

// Duplicate is a case that may tell of the same event, and why.
type Duplicate struct {
	*Incident
	Reasons []Likeness
}

// Alike says in which ways two cases are alike that share marks; none when they are not about
// one system. types says whether the reader may compare what they were classified as.
func Alike(a, b *Incident, marks []MarkKind, types bool) []Likeness {
	has := func(k MarkKind) bool { return slices.Contains(marks, k) }
	var why []Likeness
	another := a.System.ID != nil && b.System.ID != nil && *a.System.ID != *b.System.ID
	if has(MarkID) || has(MarkName) && !another {
		why = append(why, SameSystem)
	}
	if has(MarkAddress) {
		why = append(why, SameAddress)
	}
	if has(MarkDomain) {
		why = append(why, SameDomain)
	}
	if len(why) == 0 {
		return nil
	}
	if types && sameType(a, b) {
		why = append(why, SameType)
	}
	if a.ReportingAgencyID == b.ReportingAgencyID {
		why = append(why, SameReporter)
	}
	return why
}

// sameType: the national type is the same, or the class of the RSIT value.
func sameType(a, b *Incident) bool {
	if a.CategoryVN != nil && b.CategoryVN != nil && *a.CategoryVN == *b.CategoryVN {
		return true
	}
	if a.Category == nil || b.Category == nil {
		return false
	}
	x, _, _ := strings.Cut(*a.Category, ".")
	y, _, _ := strings.Cut(*b.Category, ".")
	return x == y
}

// RankDuplicates puts the likeliest first, the newest first among equals, and keeps at most
// MaxDuplicates.
func RankDuplicates(list []Duplicate) []Duplicate {
	score := func(d Duplicate) (n int) {
		for i, l := range Likenesses {
			if slices.Contains(d.Reasons, l) {
				n += 1 << (len(Likenesses) - i)
			}
		}
		return n
	}
	slices.SortFunc(list, func(a, b Duplicate) int {
		return cmp.Or(score(b)-score(a), b.ReportedAt.Compare(a.ReportedAt), strings.Compare(a.ID, b.ID))
	})
	return list[:min(len(list), MaxDuplicates)]
}
