package incident

import (
	"time"

	"github.com/ungcuu/ungcuu/internal/fault"
)

// MessageDirection says who speaks to whom.
type MessageDirection string

// The directions.
const (
	FromAgency MessageDirection = "from_agency" // the reporting agency to the team
	ToAgency   MessageDirection = "to_agency"   // the team to the reporting agency
)

// MessageDirections lists both.
var MessageDirections = []MessageDirection{FromAgency, ToAgency}

// Message is one word of the conversation between the agency that reported a case and the
// team. It is never changed.
type Message struct {
	ID         string
	IncidentID string
	Direction  MessageDirection
	Text       string
	AuthorID   string
	AgencyID   string
	CreatedAt  time.Time
}

// TableName is the table of the messages.
func (Message) TableName() string { return "messages" }

// Send sends a message. Messages work in every open status and move nothing.
func (c *Case) Send(m Message) ([]Fact, error) {
	if !c.Status.Open() {
		return nil, closedForWork(c.Status)
	}
	if m.Direction == ToAgency && m.AgencyID == c.ReportingAgencyID {
		text := fault.Text{VI: "Hồ sơ do chính đội báo cáo, không có đơn vị báo cáo để trao đổi.", EN: "The team reported this case itself; there is no other side."}
		return nil, fault.New(fault.Conflict, text.VI, text.EN).Because(fault.Reason{Code: "no_other_side", Text: text})
	}
	return []Fact{{
		Type: "message.sent", ObjectKind: "message", ObjectID: m.ID,
		Full: map[string]any{"direction": m.Direction, "text": m.Text},
		Thin: map[string]any{"direction": string(m.Direction)},
	}}, nil
}
