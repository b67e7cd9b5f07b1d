package incident

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ungcuu/ungcuu/internal/fault"
)

// province is a few cases and the clock, as random hands move them.
type province struct {
	*rapid.T
	cases []*Case
	at    time.Time
	made  map[string]bool // ids of all handovers, duties and reports there ever were
}

func (p *province) id() string {
	id := fmt.Sprintf("x%d", len(p.made))
	p.made[id] = true
	return id
}

func (p *province) any(label string) *Case { return rapid.SampledFrom(p.cases).Draw(p.T, label) }

// act makes one random move; most are refused, which must change nothing.
func (p *province) act() {
	p.at = p.at.Add(time.Minute)
	c := p.any("case")
	switch rapid.SampledFrom([]string{"merge", "merge", "reopen", "reopen", "move", "ask", "ask", "step", "step", "duty", "duty", "correct"}).Draw(p.T, "act") {
	case "merge":
		p.merge(c, p.any("into"))
	case "reopen":
		_, _ = c.Reopen("why", someone, p.at)
	case "move":
		move := rapid.SampledFrom([]MoveName{MoveTriage, MoveRespond, MoveNotifyNational, MoveStandDown, MoveResolve, MoveReject, MoveWithdraw}).Draw(p.T, "move")
		if move == MoveNotifyNational {
			if _, err := c.NotifyNational("why", Agency{ID: "vncert"}, someone, p.at, "new"); err == nil {
				c.Reports[len(c.Reports)-1].ID = p.id()
			}
			return
		}
		_, _ = make1(move, c)
	case "ask":
		a := ask(rapid.SampledFrom([]string{"police", "military", "provider"}).Draw(p.T, "to"), rapid.SampledFrom([]HandoverKind{Notice, Coordination, Investigation}).Draw(p.T, "kind"))
		a.FromAgencyID = c.LeadAgencyID
		a.TransfersLead = a.Kind != Notice && rapid.Bool().Draw(p.T, "lead")
		if h, _, err := c.Ask(a, someone, p.at, "new"); err == nil {
			h.ID = p.id()
		}
	case "step":
		if len(c.Handovers) > 0 {
			p.step(c, &c.Handovers[rapid.IntRange(0, len(c.Handovers)-1).Draw(p.T, "handover")])
		}
	case "duty":
		p.duty(c)
	default:
		c.TLP, c.Restricted, c.Confidential = rapid.SampledFrom(TLPs).Draw(p.T, "tlp"), rapid.Bool().Draw(p.T, "restricted"), rapid.Bool().Draw(p.T, "confidential")
	}
}

func (p *province) step(c *Case, h *Handover) {
	g := Given{By: By{UserID: "p", AgencyID: h.ToAgencyID, Name: "p"}, At: p.at}
	switch rapid.IntRange(0, 4).Draw(p.T, "step") {
	case 0:
		_, _ = h.Acknowledge("", g)
	case 1:
		_, _ = c.Accept(h, Answer{}, g)
	case 2:
		_, _ = h.Decline("no", g)
	case 3:
		_, _ = c.Complete(h, "done", g)
	default:
		_, _ = c.Release(h, "why", g)
	}
}

func (p *province) duty(c *Case) {
	rule := rapid.SampledFrom([]string{"r1", "r2"}).Draw(p.T, "rule")
	i := slices.IndexFunc(c.Duties, func(d Duty) bool { return d.Rule == rule })
	if i < 0 {
		if c.Status.Open() {
			due := p.at.Add(time.Duration(rapid.IntRange(0, 100).Draw(p.T, "due")) * time.Hour)
			c.Duties = append(c.Duties, Duty{ID: p.id(), IncidentID: &c.ID, Rule: rule, Status: DutyPending, StartedAt: p.at, DueAt: &due, BlocksClosure: rapid.Bool().Draw(p.T, "blocks")})
		}
		return
	}
	switch d := &c.Duties[i]; rapid.IntRange(0, 2).Draw(p.T, "on duty") {
	case 0:
		_, _ = d.Waive("why", someone, p.at)
	case 1:
		_, _ = d.Fulfil(Fulfil{At: p.at}, someone, p.at)
	default:
		if d.Status == DutyPending && d.CarriedFromID == nil {
			d.Lapse(rapid.SampledFrom([]By{someone, another}).Draw(p.T, "corrector"), p.at)
		}
	}
}

// merge merges c into the other, and asks what the domain promises of it.
func (p *province) merge(c, into *Case) {
	source, target := copyOf(c), copyOf(into)
	m, err := c.Merge(into, Merge{Reason: "why", People: []string{"b", "a"}, TargetPeople: []string{"b"}}, someone, p.at)
	allowed := c.ID != into.ID && source.Exercise == target.Exercise &&
		slices.Contains(mergeable, source.Status) && slices.Contains(mergeable, target.Status)
	require.Equal(p, allowed, err == nil, "%v", err)
	if err != nil {
		require.Equal(p, source, copyOf(c), "a refused merge changes nothing")
		require.Equal(p, target, copyOf(into))
		return
	}
	require.Equal(p, Merged, c.Status)
	require.Equal(p, into.ID, *c.MergedIntoID)
	require.Equal(p, target.Status, into.Status)
	require.Equal(p, target.LeadAgencyID, into.LeadAgencyID, "the target keeps its lead")
	require.GreaterOrEqual(p, slices.Index(TLPs, into.TLP), max(slices.Index(TLPs, source.TLP), slices.Index(TLPs, target.TLP)))
	require.Equal(p, source.Restricted || target.Restricted, into.Restricted)
	require.Equal(p, source.Confidential || target.Confidential, into.Confidential)
	if into.Restricted {
		require.Equal(p, []string{"a", "b"}, m.Named)
	} else {
		require.Nil(p, m.Named)
	}
	p.dutiesJoined(source, target, into)
	bumps := 0
	for _, f := range m.TargetFacts {
		if f.Bumps {
			bumps++
		}
		require.NotContains(p, f.Thin, "merge_reason")
	}
	require.Equal(p, 1, bumps)
}

// dutiesJoined asks of every rule that the stronger claim of the two cases holds in the target.
func (p *province) dutiesJoined(source, target Case, into *Case) {
	of := func(list []Duty, rule string) *Duty {
		i := slices.IndexFunc(list, func(d Duty) bool { return d.Rule == rule })
		if i < 0 {
			return nil
		}
		return &list[i]
	}
	for _, rule := range []string{"r1", "r2"} {
		a, b, now := of(source.Duties, rule), of(target.Duties, rule), of(into.Duties, rule)
		is := func(s DutyStatus) bool { return a != nil && a.Status == s || b != nil && b.Status == s }
		switch {
		case is(DutyFulfilled):
			require.Equal(p, DutyFulfilled, now.Status)
		case is(DutyPending):
			require.Equal(p, DutyPending, now.Status, "nobody is freed by a merge")
			for _, d := range []*Duty{a, b} {
				if d != nil && d.Status == DutyPending {
					require.False(p, now.DueAt.After(*d.DueAt), "the earlier due time")
				}
			}
		case b == nil && a != nil && a.freedByFacts():
			require.True(p, now.freedByFacts())
			require.Equal(p, a.DecidedByID, now.DecidedByID, "a merge hides nobody who freed the case of a duty")
		}
	}
}

func copyOf(c *Case) Case {
	inc := *c.Incident
	inc.Natures = slices.Clone(c.Natures)
	return Case{Incident: &inc, Handovers: slices.Clone(c.Handovers), Duties: slices.Clone(c.Duties), Reports: slices.Clone(c.Reports)}
}

// check asks what must hold at every moment.
func (p *province) check() {
	found := map[string]string{}
	lies := func(c *Case, id, in string) {
		require.Equal(p, c.ID, in, "a child knows its case")
		require.Empty(p, found[id], "%s lies in two cases", id)
		found[id] = c.ID
	}
	for _, c := range p.cases {
		rules := map[string]bool{}
		ledBy := []string{"team"}
		for _, h := range c.Handovers {
			lies(c, h.ID, h.IncidentID)
			require.False(p, c.Status == Merged && h.Running(), "what runs goes on in the target")
			if h.LeadMoved {
				ledBy = append(ledBy, h.ToAgencyID)
			}
		}
		require.Contains(p, ledBy, c.LeadAgencyID, "who leads was given the lead by a handover of this case")
		for _, d := range c.Duties {
			lies(c, d.ID, *d.IncidentID)
			require.False(p, rules[d.Rule], "a duty twice")
			rules[d.Rule] = true
			require.False(p, c.Status == Merged && d.Status == DutyPending, "nothing is owed in a merged case")
		}
		for _, r := range c.Reports {
			lies(c, r.ID, r.IncidentID)
			require.False(p, c.Status == Merged && r.Status == ReportCreated)
		}
		require.Equal(p, c.Status == Merged, c.MergedIntoID != nil)
	}
	require.Len(p, found, len(p.made), "nothing is lost, nothing is new")
}

func TestMergesAndReopeningsLoseNothingAndDoubleNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := &province{T: t, at: t0, made: map[string]bool{}}
		for i := range 4 {
			c := caseIn(Reported)
			c.ID, c.TriagedAt, c.TLP, c.Exercise = fmt.Sprintf("case%d", i), nil, TLPAmber, i == 3
			p.cases = append(p.cases, c)
		}
		for range rapid.IntRange(1, 60).Draw(t, "acts") {
			p.act()
			p.check()
		}
	})
}

func TestAMergeTellsTheBrokerNoRestrictedCase(t *testing.T) {
	for _, x := range []struct{ source, target, named bool }{{false, false, true}, {true, false, true}, {true, true, true}, {false, true, false}} {
		c, into := caseIn(Triaged), caseIn(Responding)
		into.ID, c.Restricted, into.Restricted = "target", x.source, x.target
		m, err := c.Merge(into, Merge{Reason: "why"}, someone, t0)
		require.NoError(t, err)
		_, named := m.Facts[0].Thin["other_incident_id"]
		require.Equal(t, x.named && (x.source || !x.target), named)
	}
}

func TestTheLeadReturnsBeforeACaseIsMerged(t *testing.T) {
	c, into := caseIn(Responding), caseIn(Responding)
	into.ID = "target"
	for _, step := range [][2]string{{"team", "police"}, {"police", "provider"}} {
		a := ask(step[1], Coordination)
		a.FromAgencyID, a.TransfersLead = step[0], true
		h, _, err := c.Ask(a, someone, t0, "to "+step[1])
		require.NoError(t, err)
		g := Given{By: By{AgencyID: step[1]}, At: t0}
		_, err = h.Acknowledge("", g)
		require.NoError(t, err)
		_, err = c.Accept(h, Answer{}, g)
		require.NoError(t, err)
	}
	require.Equal(t, "provider", c.LeadAgencyID)
	_, err := c.Merge(into, Merge{Reason: "why"}, someone, t0)
	require.NoError(t, err)
	require.Equal(t, "team", c.LeadAgencyID, "reopened, it is led by who led first")
	require.Equal(t, "team", into.LeadAgencyID)
	require.Len(t, into.Handovers, 2)
	require.False(t, into.Handovers[0].LeadMoved || into.Handovers[1].LeadMoved, "their end moves no lead of the target")
}

func TestWhoWritesIntoAMergedCaseIsToldWhereTheWorkGoesOn(t *testing.T) {
	c := &Case{Incident: &Incident{Status: Merged}}
	_, err := c.AddNote(Note{Text: "thêm thông tin"})
	f, ok := fault.As(err)
	require.True(t, ok)
	require.Contains(t, f.Text.VI, "gộp vào hồ sơ khác")
	require.Equal(t, "not_open", f.Reasons[0].Code)
	_, err = (&Case{Incident: &Incident{Status: Closed}}).AddNote(Note{Text: "thêm thông tin"})
	require.ErrorContains(t, err, "nothing can be added")
}
