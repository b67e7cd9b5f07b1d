package casework

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/store"
)

// NewHandover is what is asked of another agency.
type NewHandover struct {
	ToAgencyID         string
	FromAgencyID       *string // for a team lead who enters a request received on paper
	Kind               incident.HandoverKind
	Message            string
	Channel            incident.Channel
	Urgency            incident.Urgency
	Document           incident.Document
	RequestedResources string
	DueAt              *time.Time
	TransfersLead      bool
}

// HandoverView is a handover as one reader sees it.
type HandoverView struct {
	*incident.Handover
	WithoutText bool
}

func pointer(base string, i int) string { return base + "/" + strconv.Itoa(i) }

func (in NewHandover) check(c *incident.Checker, base string) {
	if in.ToAgencyID == "" {
		c.Add(base+"/to_agency_id", "required", "Bắt buộc nhập.", "Required.")
	}
	c.Ask(base, incident.Ask{
		Kind: in.Kind, Message: in.Message, Channel: in.Channel, Urgency: in.Urgency,
		Document: in.Document, RequestedResources: in.RequestedResources,
	})
}

// resolve looks the addressee up in the registry of the day.
func resolve(tx *store.Tx, wrong *incident.Checker, base string, in NewHandover, from string, at time.Time) (incident.Ask, error) {
	a := incident.Ask{
		FromAgencyID: from, ToAgencyID: in.ToAgencyID, Kind: in.Kind, Message: in.Message, Channel: in.Channel,
		Urgency: in.Urgency, Document: in.Document, RequestedResources: in.RequestedResources,
		DueAt: in.DueAt, TransfersLead: in.TransfersLead,
	}
	if err := checkAgency(tx, wrong, base+"/to_agency_id", &in.ToAgencyID, at); err != nil || wrong.Err() != nil {
		return a, err
	}
	to, err := tx.Agency(in.ToAgencyID)
	if err != nil {
		return a, err
	}
	a.ToForce, a.ToLeadership = force(*to, at), to.HasRole(incident.RoleLeadership, day(at))
	return a, nil
}

func handoverSight(by policy.Actor) store.HandoverSight {
	s := store.HandoverSight{Case: by.Sight(), Whole: by.InTeam() || by.Has(policy.Auditor, policy.Leader)}
	s.AgencyID = s.Case.AgencyID
	return s
}

func handoverView(by policy.Actor, h *incident.Handover) HandoverView {
	own := h.FromAgencyID == by.AgencyID || h.ToAgencyID == by.AgencyID
	return HandoverView{Handover: h, WithoutText: !own && !by.InTeam() && !by.Has(policy.Auditor)}
}

// AskHandover asks another agency, or enters a request that came on paper.
func (s *Service) AskHandover(ctx context.Context, c Call, incidentID string, in NewHandover) (HandoverView, error) {
	var check incident.Checker
	in.check(&check, "")
	if err := check.Err(); err != nil {
		return HandoverView{}, err
	}
	from, action := c.By.AgencyID, policy.AskHandover
	onPaper := in.FromAgencyID != nil && *in.FromAgencyID != c.By.AgencyID
	if onPaper {
		from, action = *in.FromAgencyID, policy.EnterPaperRequest
	}
	t := target{id: incidentID, action: action, object: func(_ *store.Tx, o *policy.Object) error {
		o.Ask = &incident.Ask{ToAgencyID: in.ToAgencyID}
		return nil
	}}
	var made *incident.Handover
	_, err := s.change(ctx, c, t, func(tx *store.Tx, cs *incident.Case, _ policy.Object) ([]incident.Fact, error) {
		var wrong incident.Checker
		if onPaper {
			if err := checkAgency(tx, &wrong, "/from_agency_id", in.FromAgencyID, c.At); err != nil {
				return nil, err
			}
		}
		ask, err := resolve(tx, &wrong, "", in, from, c.At)
		if err != nil {
			return nil, err
		}
		if err := wrong.Err(); err != nil {
			return nil, err
		}
		ask.OnPaper = onPaper
		h, facts, err := cs.Ask(ask, byOf(c.By), c.At, newID())
		made = h
		return facts, err
	})
	if err != nil {
		return HandoverView{}, err
	}
	return handoverView(c.By, made), nil
}

// Handover reads one handover.
func (s *Service) Handover(ctx context.Context, by policy.Actor, incidentID, id string) (HandoverView, error) {
	h, err := s.store.Read(ctx).Handover(incidentID, id, handoverSight(by))
	if err != nil {
		return HandoverView{}, err
	}
	return handoverView(by, h), nil
}

// HandoverFilter is a question for handovers. Zero values ask nothing.
type HandoverFilter struct {
	IncidentID   string
	Status, Kind []string
	Direction    string // in, out
	DueBefore    *time.Time
	After        *store.Position
	Limit        int
}

// Handovers is the inbox and outbox of the caller's agency; for those who see whole cases, of
// all of them.
func (s *Service) Handovers(ctx context.Context, by policy.Actor, f HandoverFilter) (Page[HandoverView], error) {
	list, err := s.store.Read(ctx).Handovers(store.HandoverQuery{
		Sight: handoverSight(by), IncidentID: f.IncidentID, Status: f.Status, Kind: f.Kind, Direction: f.Direction,
		DueBefore: f.DueBefore, After: f.After, Ascending: f.IncidentID != "", Limit: f.Limit,
	})
	return pageOf(list, f.Limit,
		func(h incident.Handover) store.Position { return store.Position{At: h.RequestedAt, ID: h.ID} },
		func(h incident.Handover) HandoverView { return handoverView(by, &h) }), err
}

// CaseHandovers reads the handovers of the one case f names; not found when neither it nor a
// handover of it is in sight.
func (s *Service) CaseHandovers(ctx context.Context, by policy.Actor, f HandoverFilter) (Page[HandoverView], error) {
	page, err := s.Handovers(ctx, by, f)
	if err != nil || len(page.Items) > 0 {
		return page, err
	}
	tx := s.store.Read(ctx)
	_, unseen := tx.Incident(f.IncidentID, by.Sight())
	if !fault.NotFound.In(unseen) {
		return page, unseen
	}
	own, err := tx.Handovers(store.HandoverQuery{Sight: handoverSight(by), IncidentID: f.IncidentID, Limit: 1})
	if err == nil && len(own) == 0 {
		err = unseen
	}
	return page, err
}

// step takes one step of a handover. Sight is asked of the handover, not of the case.
func (s *Service) step(ctx context.Context, c Call, incidentID, id string, act policy.Action,
	rule func(cs *incident.Case, h *incident.Handover, g incident.Given) ([]incident.Fact, error)) (HandoverView, error) {
	t := target{
		id: incidentID, action: act, child: id,
		object: func(tx *store.Tx, o *policy.Object) (err error) {
			o.Handover, err = tx.Handover(incidentID, id, handoverSight(c.By))
			return err
		},
		version: func(o policy.Object) int64 { return o.Handover.Version },
	}
	var out *incident.Handover
	_, err := s.change(ctx, c, t, func(_ *store.Tx, cs *incident.Case, _ policy.Object) ([]incident.Fact, error) {
		i := slices.IndexFunc(cs.Handovers, func(h incident.Handover) bool { return h.ID == id })
		out = &cs.Handovers[i]
		return rule(cs, out, incident.Given{By: byOf(c.By), At: c.At})
	})
	if err != nil {
		return HandoverView{}, err
	}
	return handoverView(c.By, out), nil
}

// Acknowledge confirms receipt on behalf of the addressee.
func (s *Service) Acknowledge(ctx context.Context, c Call, incidentID, id, note string) (HandoverView, error) {
	if err := texts(text{"/note", note, false}); err != nil {
		return HandoverView{}, err
	}
	return s.step(ctx, c, incidentID, id, policy.AnswerHandover, func(_ *incident.Case, h *incident.Handover, g incident.Given) ([]incident.Fact, error) {
		return h.Acknowledge(note, g)
	})
}

// Accept agrees wholly or partly.
func (s *Service) Accept(ctx context.Context, c Call, incidentID, id string, a incident.Answer) (HandoverView, error) {
	if err := texts(text{"/reason", a.Reason, false}, text{"/resources", a.Resources, false}, text{"/liaison_contact", a.LiaisonContact, false}); err != nil {
		return HandoverView{}, err
	}
	return s.step(ctx, c, incidentID, id, policy.AnswerHandover, func(cs *incident.Case, h *incident.Handover, g incident.Given) ([]incident.Fact, error) {
		return cs.Accept(h, a, g)
	})
}

// Decline refuses with a reason.
func (s *Service) Decline(ctx context.Context, c Call, incidentID, id, reason string) (HandoverView, error) {
	return s.reasoned(ctx, c, incidentID, id, policy.AnswerHandover, "/reason", reason, func(_ *incident.Case, h *incident.Handover, g incident.Given) ([]incident.Fact, error) {
		return h.Decline(reason, g)
	})
}

// Complete ends what was accepted.
func (s *Service) Complete(ctx context.Context, c Call, incidentID, id, outcome string) (HandoverView, error) {
	return s.reasoned(ctx, c, incidentID, id, policy.AnswerHandover, "/outcome", outcome, func(cs *incident.Case, h *incident.Handover, g incident.Given) ([]incident.Fact, error) {
		return cs.Complete(h, outcome, g)
	})
}

// Withdraw takes an unanswered handover back.
func (s *Service) Withdraw(ctx context.Context, c Call, incidentID, id, reason string) (HandoverView, error) {
	return s.reasoned(ctx, c, incidentID, id, policy.EndOwnRequest, "/reason", reason, func(_ *incident.Case, h *incident.Handover, g incident.Given) ([]incident.Fact, error) {
		return h.Withdraw(reason, g)
	})
}

// Release frees the addressee from what it accepted.
func (s *Service) Release(ctx context.Context, c Call, incidentID, id, reason string) (HandoverView, error) {
	return s.reasoned(ctx, c, incidentID, id, policy.EndOwnRequest, "/reason", reason, func(cs *incident.Case, h *incident.Handover, g incident.Given) ([]incident.Fact, error) {
		return cs.Release(h, reason, g)
	})
}

// Contest is the addressee's objection to an answer that was recorded in its name.
func (s *Service) Contest(ctx context.Context, c Call, incidentID, id, reason string) (HandoverView, error) {
	return s.reasoned(ctx, c, incidentID, id, policy.Contest, "/reason", reason, func(_ *incident.Case, h *incident.Handover, g incident.Given) ([]incident.Fact, error) {
		return h.Contest(reason, g.At)
	})
}

func (s *Service) reasoned(ctx context.Context, c Call, incidentID, id string, act policy.Action, pointer, words string,
	rule func(*incident.Case, *incident.Handover, incident.Given) ([]incident.Fact, error)) (HandoverView, error) {
	if err := texts(text{pointer, words, true}); err != nil {
		return HandoverView{}, err
	}
	return s.step(ctx, c, incidentID, id, act, rule)
}

// RecordStep is a step that a partner without a client took by letter, phone, fax or in person.
type RecordStep struct {
	Step            string
	OfficerName     string
	OfficerPosition string
	At              time.Time
	Channel         incident.Channel
	Document        *incident.Document
	Partly          bool
	Reason          string
	Resources       string
	LiaisonContact  string
	Outcome         string
}

func (in RecordStep) check() error {
	var c incident.Checker
	incident.OneOf(&c, "/step", in.Step, incident.RecordableSteps)
	c.Text("/officer_name", in.OfficerName, true, incident.MaxShort)
	c.Text("/officer_position", in.OfficerPosition, false, incident.MaxShort)
	incident.OneOf(&c, "/channel", in.Channel, incident.Channels)
	if in.Channel == incident.ChannelAPI {
		c.Add("/channel", "not_outside", "Câu trả lời qua API do chính bên nhận gửi, không ghi nhận thay.", "An answer through the API is the partner's own.")
	}
	if in.Document != nil {
		c.Document("/document", *in.Document)
	}
	needsReason := in.Step == "decline" || in.Step == "withdraw" || in.Step == "release"
	c.Text("/reason", in.Reason, needsReason, incident.MaxText)
	c.Text("/outcome", in.Outcome, in.Step == "complete", incident.MaxText)
	c.Text("/resources", in.Resources, false, incident.MaxText)
	c.Text("/liaison_contact", in.LiaisonContact, false, incident.MaxText)
	return c.Err()
}

// Record enters a partner's step. It is shown as recorded and the partner may contest it. The
// team never records a step of its own side: that it takes itself.
func (s *Service) Record(ctx context.Context, c Call, incidentID, id string, in RecordStep) (HandoverView, error) {
	if err := in.check(); err != nil {
		return HandoverView{}, err
	}
	return s.step(ctx, c, incidentID, id, policy.Record, func(cs *incident.Case, h *incident.Handover, g incident.Given) ([]incident.Fact, error) {
		actor := h.ToAgencyID
		if in.Step == "withdraw" || in.Step == "release" {
			actor = h.FromAgencyID
		}
		if actor == c.By.AgencyID {
			return nil, fault.New(fault.Conflict, "Bước này thuộc về chính đội; hãy thực hiện trực tiếp.",
				"This step is the team's own; take it directly.").Because(fault.Reason{Code: "own_step",
				Text: fault.Text{VI: "Chỉ ghi nhận thay cho cơ quan khác.", EN: "Only another agency's step is recorded."}})
		}
		g.Record = &incident.Record{
			Step: in.Step, OfficerName: in.OfficerName, OfficerPosition: in.OfficerPosition,
			At: in.At, Channel: in.Channel, Document: in.Document, RecordedByID: c.By.UserID,
		}
		switch in.Step {
		case "acknowledge":
			return h.Acknowledge("", g)
		case "accept":
			return cs.Accept(h, incident.Answer{Partly: in.Partly, Reason: in.Reason, Resources: in.Resources, LiaisonContact: in.LiaisonContact}, g)
		case "decline":
			return h.Decline(in.Reason, g)
		case "complete":
			return cs.Complete(h, in.Outcome, g)
		case "withdraw":
			return h.Withdraw(in.Reason, g)
		default:
			return cs.Release(h, in.Reason, g)
		}
	})
}
