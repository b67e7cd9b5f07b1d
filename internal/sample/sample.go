// Package sample owns made-up cases of a province, as its agencies would write them: for tests
// and measurements. The same seed always makes the same cases.
package sample

import (
	"encoding/binary"
	"fmt"
	"iter"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/ungcuu/ungcuu/internal/incident"
)

// Party is an agency and the person who writes for it.
type Party struct{ AgencyID, UserID string }

// Cast is who takes part. Reporters report in turn, the first ones most.
type Cast struct {
	Team, Police, Military, National, Leadership Party
	Reporters                                    []Party
	Named                                        []string // users named in restricted cases
}

// Case is a case with its children and the people named in it.
type Case struct {
	incident.Case
	Notes []incident.Note
	Named []string
}

// First is when the first case is reported; the others follow evenly over five years.
var First = time.Date(2021, 11, 1, 1, 0, 0, 0, time.UTC)

const span = 5 * 365 * 24 * time.Hour

// Cases makes n cases, the oldest first.
func Cases(seed uint64, n int, cast Cast) iter.Seq[Case] {
	return func(yield func(Case) bool) {
		numbers := map[int]int{}
		for i := range n {
			at := First.Add(span / time.Duration(n) * time.Duration(i)).Truncate(time.Microsecond)
			numbers[at.Year()]++
			//nolint:gosec // the same seed must make the same cases; nothing here is secret
			w := &writer{Rand: rand.New(rand.NewPCG(seed, uint64(i))), at: at, cast: cast}
			if !yield(w.one(fmt.Sprintf("SL-%d-%06d", at.Year(), numbers[at.Year()]))) {
				return
			}
		}
	}
}

type writer struct {
	*rand.Rand
	at   time.Time
	cast Cast
}

// id is a UUIDv7 of the writer's time.
func (w *writer) id() string {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:], uint64(w.at.UnixMilli())<<16|0x7000|w.Uint64()&0xfff)
	binary.BigEndian.PutUint64(b[8:], w.Uint64()>>2|1<<63)
	return uuid.UUID(b).String()
}

func (w *writer) chance(percent int) bool { return w.IntN(100) < percent }

func (w *writer) of(list []string) string { return list[w.IntN(len(list))] }

func (w *writer) later(most time.Duration) time.Time {
	return w.at.Add(time.Duration(w.Int64N(int64(most)))).Truncate(time.Microsecond)
}

// fill writes a sentence: {x} becomes a word of that list, {#} a number, and so on.
func (w *writer) fill(sentence string) string {
	var b strings.Builder
	for {
		before, rest, more := strings.Cut(sentence, "{")
		b.WriteString(before)
		if !more {
			return b.String()
		}
		name, after, _ := strings.Cut(rest, "}")
		b.WriteString(w.word(name))
		sentence = after
	}
}

func (w *writer) word(name string) string {
	switch name {
	case "#":
		return fmt.Sprint(2 + w.IntN(998))
	case "ip":
		return fmt.Sprintf("%d.%d.%d.%d", 27+w.IntN(190), w.IntN(256), w.IntN(256), 1+w.IntN(254))
	case "host":
		return w.of(hosts) + "." + w.of(zones) + ".gov.vn"
	case "hash":
		return fmt.Sprintf("%016x%016x", w.Uint64(), w.Uint64())
	case "person":
		return w.of(families) + " " + w.of(middles) + " " + w.of(givens)
	case "date":
		return fmt.Sprintf("%02d/%02d/%d", 1+w.IntN(28), 1+w.IntN(12), w.at.Year())
	case "phone":
		return fmt.Sprintf("09%d %03d %03d", 10+w.IntN(90), w.IntN(1000), w.IntN(1000))
	}
	return w.fill(w.of(lists[name]))
}

func (w *writer) sentences(list []string, least, most int) string {
	var out []string
	for range least + w.IntN(most-least+1) {
		out = append(out, w.fill(w.of(list)))
	}
	return strings.Join(out, " ")
}

func (w *writer) one(code string) Case {
	// Of few agencies come many reports.
	reporter := w.cast.Reporters[min(w.IntN(len(w.cast.Reporters)), w.IntN(len(w.cast.Reporters)))]
	system := w.word("system")
	inc := &incident.Incident{
		ID: w.id(), Code: code, Version: 1, Status: incident.Reported,
		Title: w.fill(w.of(titles)) + " " + system, Description: w.sentences(descriptions, 2, 7),
		TLP: incident.TLPs[w.IntN(len(incident.TLPs))], Confidential: w.chance(5), Restricted: w.chance(1), Exercise: w.chance(2),
		System:            incident.System{Name: system, Domains: []string{w.word("host")}, PublicAddresses: []string{w.word("ip")}},
		Facts:             incident.Facts{},
		ReportingAgencyID: reporter.AgencyID, ReportedByID: reporter.UserID, LeadAgencyID: w.cast.Team.AgencyID,
		DetectedAt: w.at.Add(-time.Hour), DetectedPrecision: incident.PrecisionMinute,
		ReportedAt: w.at, CreatedAt: w.at, UpdatedAt: w.later(30 * 24 * time.Hour),
		ChainHash: strings.Repeat("0", 64),
	}
	name := w.word("person")
	inc.Report = incident.Report{
		Channel: incident.Channels[w.IntN(len(incident.Channels))], ReporterName: name, ReporterPhone: w.word("phone"),
		ReporterEmail: strings.ReplaceAll(strings.ToLower(w.of(givens)), " ", "") + fmt.Sprint(w.IntN(100)) + "@" + w.of(zones) + ".gov.vn",
		Reference:     fmt.Sprintf("%d/BC-%s", 1+w.IntN(900), w.of(signs)),
	}
	c := Case{Case: incident.Case{Incident: inc}}
	if w.chance(90) {
		triaged, severity := w.later(time.Hour), incident.Severities[w.IntN(4)]
		category := incident.Categories[w.IntN(len(incident.Categories))]
		inc.Status, inc.TriagedAt, inc.Severity, inc.Category = incident.Triaged, &triaged, &severity, &category
		if w.chance(20) {
			owner := w.cast.Reporters[w.IntN(len(w.cast.Reporters))].AgencyID
			inc.OwnerAgencyID = &owner
		}
		if w.chance(40) {
			inc.Natures = []incident.Nature{incident.Natures[w.IntN(len(incident.Natures))]}
		}
	}
	if inc.TriagedAt != nil && w.chance(85) {
		closed := w.later(20 * 24 * time.Hour)
		inc.Status, inc.ResolvedAt, inc.ClosedAt = incident.Closed, &closed, &closed
		inc.Resolution = incident.Resolution{
			Reason: incident.ResolutionReasons[w.IntN(len(incident.ResolutionReasons))], Handled: incident.HandledBy[0],
			Summary: w.sentences(actions, 1, 3), Prevention: w.sentences(lessons, 1, 2),
		}
		inc.Lessons = w.sentences(lessons, 1, 3)
	}
	if w.chance(25) {
		c.Handovers = append(c.Handovers, w.handover(c.Incident, w.cast.Team, w.cast.Police))
	}
	if w.chance(8) {
		c.Handovers = append(c.Handovers, w.handover(c.Incident, w.cast.Team, w.cast.Military))
	}
	if w.chance(2) {
		h := w.handover(c.Incident, w.cast.Leadership, w.cast.Team)
		h.Kind = incident.Direction
		c.Handovers = append(c.Handovers, h)
	}
	if w.chance(2) {
		c.Reports = append(c.Reports, incident.NationalReport{
			ID: w.id(), IncidentID: inc.ID, Version: 1, Kind: incident.HelpRequest, Status: incident.ReportSent,
			ToAgencyID: w.cast.National.AgencyID, Reason: w.sentences(asks, 1, 2), CreatedByID: w.cast.Team.UserID,
			CreatedAt: w.at, Document: w.document(), UpdatedAt: w.at,
		})
	}
	writers := []Party{w.cast.Team, w.cast.Team, w.cast.Team, reporter, w.cast.Police}
	for range w.IntN(6) {
		by := writers[w.IntN(len(writers))]
		n := incident.Note{
			ID: w.id(), IncidentID: inc.ID, Audience: incident.AudienceParticipants, TLP: incident.TLPs[w.IntN(len(incident.TLPs))],
			Text: w.sentences(notes, 1, 3), AuthorID: by.UserID, AgencyID: by.AgencyID, CreatedAt: w.later(10 * 24 * time.Hour),
		}
		if by == w.cast.Team && w.chance(50) {
			n.Audience = incident.AudienceTeam
		}
		c.Notes = append(c.Notes, n)
	}
	if inc.Restricted {
		c.Named = w.cast.Named
	}
	return c
}

func (w *writer) document() incident.Document {
	return incident.Document{
		Number: fmt.Sprint(1 + w.IntN(3000)), Symbol: "CV-" + w.of(signs), IssuedOn: w.at.Format(time.DateOnly),
		Subject: "V/v " + w.fill(w.of(subjects)), SignerName: w.word("person"), SignerPosition: "Phó Giám đốc",
	}
}

func (w *writer) handover(inc *incident.Incident, from, to Party) incident.Handover {
	h := incident.Handover{
		ID: w.id(), IncidentID: inc.ID, Version: 1, Kind: incident.Coordination, Status: incident.Requested,
		FromAgencyID: from.AgencyID, ToAgencyID: to.AgencyID, Channel: incident.ChannelDocument, Urgency: incident.Normal,
		Document: w.document(), Message: w.sentences(asks, 1, 3), RequestedResources: w.word("resource"),
		RequestedAt: w.at, RequestedByID: from.UserID, CreatedAt: w.at, UpdatedAt: w.at,
	}
	answered := w.later(5 * 24 * time.Hour)
	switch w.IntN(4) {
	case 1:
		h.Status, h.AcknowledgedAt, h.AnsweredAt = incident.Accepted, &answered, &answered
		h.Answer = incident.Answer{Reason: w.fill(w.of(answers)), Resources: w.word("resource"), LiaisonContact: w.word("person") + ", " + w.word("phone")}
	case 2:
		h.Status, h.AcknowledgedAt, h.AnsweredAt, h.CompletedAt, h.EndedAt = incident.Completed, &answered, &answered, &answered, &answered
		h.Answer, h.Outcome = incident.Answer{Reason: w.fill(w.of(answers))}, w.sentences(actions, 1, 2)
	case 3:
		h.Status, h.AnsweredAt, h.EndedAt = incident.Declined, &answered, &answered
		h.Answer.Reason = w.fill(w.of(answers))
	}
	return h
}
