package incident

import "strings"

// regulationsOf are the names by which the regulations of the provinces are cited, by the prefix of
// the codes of cases.
var regulationsOf = map[string]string{"SL": "Sơn La", "BG": "Bắc Giang", "TH": "Thanh Hóa", "NT": "Ninh Thuận"}

// BasisIn is what of a list of clauses, joined by "; ", holds in the province with the prefix: the
// national ones and its own, so that nobody is told another province's decision. Without a prefix it
// is the whole list; it may be empty.
func BasisIn(basis, prefix string) string {
	if prefix == "" {
		return basis
	}
	var own []string
	for clause := range strings.SplitSeq(basis, "; ") {
		foreign := false
		for of, name := range regulationsOf {
			foreign = foreign || of != prefix && strings.Contains(clause, name)
		}
		if !foreign {
			own = append(own, clause)
		}
	}
	return strings.Join(own, "; ")
}

// basis is BasisIn for the province of the case.
func (inc *Incident) basis(list string) string {
	prefix, _, _ := strings.Cut(inc.Code, "-")
	return BasisIn(list, prefix)
}
