package casework_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/casework"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/store"
)

// Whatever cases, partners and labels there are: the list of a case, its timeline, the search
// over all cases and that by words, the count and the list of sightings show each reader the
// same pieces, and those are the ones that the part table allows.
func TestListTimelineSearchAndSeenInAgreeOnWhatEachReaderSees(t *testing.T) {
	seeds := []uint64{1, 2, 3}
	if testing.Short() {
		seeds = seeds[:1]
	}
	for _, seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			eachDesk(t, func(d *desk) {
				m := d.random(rand.New(rand.NewPCG(seed, 7)))
				for _, who := range []string{"admin", "lead", "lead2", "officer", "police", "military", "reporter", "other", "auditor", "leader"} {
					m.agree(who)
				}
			})
		})
	}
}

// piece is a task or an observable; word stands nowhere else.
type piece struct {
	id, caseID, value string
	word              string
	audience          incident.Audience
	tlp               incident.TLP
	agency            string
	retracted         bool
}

type muddle struct {
	*desk
	cases              []string
	tasks, observables []piece
	said               map[string]string // word of a message → case
	made               int               // words
}

// random makes cases with partners, invitations, restrictions, tasks and observables.
func (d *desk) random(r *rand.Rand) *muddle {
	d.Helper()
	m := &muddle{desk: d, said: map[string]string{}}
	for range 5 {
		v := d.triaged()
		m.cases = append(m.cases, v.ID)
		workers := []string{"officer", "lead"}
		if r.IntN(2) == 0 { // the police lead, and write material of their own
			h, err := d.AskHandover(d.ctx(), d.call("officer", ""), v.ID, casework.NewHandover{
				ToAgencyID: d.agency(incident.RolePolice), Kind: incident.Coordination, Message: "m", Channel: incident.ChannelAPI, Urgency: incident.Normal, TransfersLead: true,
			})
			require.NoError(d, err)
			_, err = d.Acknowledge(d.ctx(), d.call("police", "*"), v.ID, h.ID, "")
			require.NoError(d, err)
			_, err = d.Accept(d.ctx(), d.call("police", "*"), v.ID, h.ID, incident.Answer{})
			require.NoError(d, err)
			workers = append(workers, "police", "police")
		} else if r.IntN(2) == 0 {
			d.ask(v.ID, d.agency(incident.RoleMilitary), incident.Notice)
		}
		for range 12 {
			who := workers[r.IntN(len(workers))]
			p := piece{
				caseID: v.ID, agency: d.by(who).AgencyID, value: fmt.Sprintf("v%d.vn", r.IntN(4)),
				tlp: incident.TLPs[r.IntN(len(incident.TLPs))], audience: incident.Audiences[r.IntN(2)],
			}
			if who == "police" {
				p.audience = incident.AudienceParticipants
			}
			p.word = m.newWord()
			task, err := d.task(who, v.ID, func(n *casework.NewTask) { n.Audience, n.TLP, n.Title = p.audience, p.tlp, p.word })
			require.NoError(d, err)
			p.id = task.ID
			m.tasks = append(m.tasks, p)
			p.word = m.newWord()
			seen := observable(p.value, p.audience, p.tlp)
			seen.Note = p.word
			o, err := d.AddObservable(d.ctx(), d.call(who, ""), v.ID, seen)
			if fault.Conflict.In(err) {
				continue
			}
			require.NoError(d, err)
			p.id = o.ID
			if r.IntN(6) == 0 {
				_, err := d.RetractObservable(d.ctx(), d.call(who, ""), v.ID, p.id, "nhầm")
				require.NoError(d, err)
				p.retracted = true
			}
			m.observables = append(m.observables, p)
		}
		for _, who := range []string{"reporter", "officer"} {
			word := m.newWord()
			_, err := d.SendMessage(d.ctx(), d.call(who, ""), v.ID, word)
			require.NoError(d, err)
			m.said[word] = v.ID
		}
		members := []string{}
		if len(workers) > 2 {
			members = append(members, d.agency(incident.RolePolice))
		}
		if r.IntN(2) == 0 {
			p, err := d.invite("lead", v.ID, d.by("other").AgencyID, members...)
			require.NoError(d, err)
			if r.IntN(2) == 0 {
				_, err := d.EndInvitation(d.ctx(), d.call("lead", ""), v.ID, p.ID, "xong")
				require.NoError(d, err)
			}
		}
		if r.IntN(3) == 0 {
			patch := api.IncidentPatch{Restricted: api.Set(true)}
			if r.IntN(2) == 0 {
				patch.NamedUserIDs = api.Set([]string{d.by("lead").UserID, d.by("police").UserID, d.by("reporter").UserID})
			}
			_, err := d.Correct(d.ctx(), d.call("lead", "*"), v.ID, patch)
			require.NoError(d, err)
		}
	}
	return m
}

// newWord is a word that stands nowhere yet.
func (m *muddle) newWord() string {
	m.made++
	return "tu" + strconv.Itoa(100000+m.made)
}

// finds asks that the reader finds the case by the word if, and only if, they read it there.
func (m *muddle) finds(who, word, caseID string, reads bool) {
	m.Helper()
	page, err := m.List(m.ctx(), m.by(who), casework.ListQuery{Q: word, Limit: 10, Sort: "-reported_at", Count: true})
	require.NoError(m, err)
	want := []string{}
	if reads {
		want = append(want, caseID)
	}
	got := []string{}
	for _, v := range page.Items {
		got = append(got, v.ID)
	}
	require.Equal(m, want, got, "%s looks for %s", who, word)
	require.Equal(m, len(want), *page.Total, "%s counts %s", who, word)
}

// allowed is the part table for one reader and piece, told anew.
func (m *muddle) allowed(who string, p piece) bool {
	by := m.by(who)
	v, err := m.Get(m.ctx(), by, p.caseID)
	if err != nil {
		require.ErrorIs(m, err, fault.NotFound)
		return false
	}
	if v.Parts.Has(policy.Material) {
		return true
	}
	shared := p.audience == incident.AudienceParticipants && slices.Contains([]incident.TLP{incident.TLPClear, incident.TLPGreen, incident.TLPAmber}, p.tlp)
	return v.Parts.Has(policy.Shared) && (shared || p.agency == by.AgencyID)
}

func (m *muddle) agree(who string) {
	m.Helper()
	by := m.by(who)
	var wantTasks, wantActive []string
	inCase := map[string][]string{} // case → pieces
	cases := map[string][]string{}  // value → cases in which the reader sees it
	for _, p := range m.tasks {
		if m.allowed(who, p) {
			wantTasks = append(wantTasks, p.id)
			inCase[p.caseID] = append(inCase[p.caseID], p.id)
		}
	}
	for _, p := range m.observables {
		if !m.allowed(who, p) {
			_, err := m.Seen(m.ctx(), by, p.caseID, p.id, nil, 10)
			require.ErrorIs(m, err, fault.NotFound, "%s", who)
			continue
		}
		inCase[p.caseID] = append(inCase[p.caseID], p.id)
		if p.retracted {
			continue
		}
		wantActive = append(wantActive, p.id)
		if !slices.Contains(cases[p.value], p.caseID) {
			cases[p.value] = append(cases[p.value], p.caseID)
		}
	}
	for i, p := range slices.Concat(m.tasks, m.observables) {
		if (i+len(who))%4 != 0 { // each reader looks for some
			continue
		}
		m.finds(who, p.word, p.caseID, m.allowed(who, p))
	}
	read := map[string]bool{}
	for _, id := range m.cases {
		page, err := m.Messages(m.ctx(), by, id, nil, 200)
		if err != nil {
			require.ErrorIs(m, err, fault.NotFound)
			continue
		}
		for _, x := range page.Items {
			read[x.Text] = true
		}
	}
	for word, id := range m.said {
		m.finds(who, word, id, read[word])
	}
	var got []string
	for _, x := range m.tasksOf(who, casework.TaskFilter{}) {
		got = append(got, x.ID)
	}
	require.ElementsMatch(m, wantTasks, got, "tasks over all cases, %s", who)
	found, err := m.Observables(m.ctx(), by, casework.ObservableFilter{Limit: 200})
	require.NoError(m, err)
	got = nil
	for _, x := range found.Items {
		got = append(got, x.ID)
	}
	require.ElementsMatch(m, wantActive, got, "observables over all cases, %s", who)
	for _, id := range m.cases {
		m.agreeInCase(who, id, inCase[id], cases)
	}
}

func (m *muddle) agreeInCase(who, id string, want []string, cases map[string][]string) {
	m.Helper()
	by := m.by(who)
	tasks, err := m.CaseTasks(m.ctx(), by, casework.TaskFilter{IncidentID: id, Limit: 200, Now: m.at})
	if err != nil {
		require.ErrorIs(m, err, fault.NotFound)
		require.Empty(m, want)
		return
	}
	var listed, told []string
	for _, x := range tasks.Items {
		listed = append(listed, x.ID)
	}
	for _, x := range m.observablesOf(who, id) {
		listed = append(listed, x.ID)
		others := slices.DeleteFunc(slices.Clone(cases[x.Value]), func(c string) bool { return c == id })
		require.EqualValues(m, len(others), x.SeenIn, "%s counts %s", who, x.Value)
		var seen []string
		var after *store.Position
		for {
			page, err := m.Seen(m.ctx(), by, id, x.ID, after, 1)
			require.NoError(m, err)
			for _, s := range page.Items {
				seen = append(seen, s.IncidentID)
			}
			if after = page.Next; after == nil {
				break
			}
		}
		require.ElementsMatch(m, others, seen, "%s, where %s was seen", who, x.Value)
	}
	require.ElementsMatch(m, want, listed, "the lists of a case, %s", who)
	events, err := m.store.Read(m.ctx()).EventsOf(id, 1, 1000)
	require.NoError(m, err)
	object := map[int64]string{}
	for _, e := range events {
		if e.Type == "task.added" || e.Type == "observable.added" {
			object[e.Seq] = e.ObjectID
		}
	}
	entries, more, err := m.Timeline(m.ctx(), by, id, 0, 1000)
	require.NoError(m, err)
	require.False(m, more)
	for _, e := range entries {
		if o, ok := object[e.Seq]; ok {
			told = append(told, o)
		}
	}
	require.ElementsMatch(m, want, told, "the timeline of a case, %s", who)
}
