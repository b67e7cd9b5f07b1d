// Package policy owns who may do and see what: the actor, the table of actions, and the
// table of the parts of a case. What is not listed is denied.
package policy

import "github.com/ungcuu/ungcuu/internal/incident"

// Role is what a person may be in the agency they act for.
type Role string

// The roles.
const (
	Officer     Role = "officer"
	Lead        Role = "lead"
	Liaison     Role = "liaison"
	Reporter    Role = "reporter"
	Leader      Role = "leader"
	Auditor     Role = "auditor"
	AgencyAdmin Role = "agency_admin"
	Admin       Role = "admin"
)

// Actor is who asks: one person or one system, acting for exactly one agency, with the roles in
// force now.
type Actor struct {
	UserID      string
	Username    string
	FullName    string
	AgencyID    string
	AgencyCode  string
	AgencyName  string
	AgencyRoles []incident.AgencyRole
	Roles       []Role
	MustChange  bool // must change the password before anything else
	MustEnrol   bool // must have a second factor before anything else

	System bool     // a machine: its roles bound it as they do a person, and its verbs besides
	Verbs  []Action // of a system; what is not listed is denied
}

// Fits reports whether people of the agency may hold the role on the day: officers and leads
// are of the team, leaders of the leadership's agency, and liaisons and reporters not of the
// team: its agency takes part in nearly every case, and they would read all of them.
func Fits(role Role, a *incident.Agency, day string) bool {
	switch role {
	case Officer, Lead:
		return a.HasRole(incident.RoleTeam, day)
	case Leader:
		return a.HasRole(incident.RoleLeadership, day)
	case Liaison, Reporter:
		return !a.HasRole(incident.RoleTeam, day)
	}
	return true
}

// Has reports whether the actor holds one of the roles.
func (a Actor) Has(roles ...Role) bool {
	for _, have := range a.Roles {
		for _, want := range roles {
			if have == want {
				return true
			}
		}
	}
	return false
}

// InTeam reports whether the actor works at the team's desk.
func (a Actor) InTeam() bool { return a.Has(Officer, Lead) }

// Sight is which cases an actor sees, in a form that the store turns into SQL.
// The zero value sees nothing.
type Sight struct {
	All          bool   // every case, restricted or not (auditors)
	Unrestricted bool   // every case that is not restricted (the team, leaders)
	NotRed       bool   // of these, none whose label keeps it for named recipients, unless AgencyID takes part (leaders)
	AgencyID     string // cases in which this agency takes part; empty: none
	UserID       string // restricted cases in which this person is named
}

// Sight returns which cases the actor sees. A restricted case is for named people, whatever
// the agency (SL 3.4); an agency sees a case while it takes part in it. Who administers sees no
// case, named or not.
func (a Actor) Sight() Sight {
	if !a.Has(Officer, Lead, Liaison, Reporter, Leader, Auditor) {
		return Sight{}
	}
	s := Sight{UserID: a.UserID}
	switch {
	case a.Has(Auditor):
		s.All = true
	case a.InTeam():
		s.Unrestricted = true
	case a.Has(Leader):
		s.Unrestricted, s.NotRed = true, true
	}
	if a.Has(Officer, Lead, Liaison, Reporter, Leader) {
		s.AgencyID = a.AgencyID
	}
	return s
}
