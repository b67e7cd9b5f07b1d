package api

// NewMessage speaks to the other side: the team to the agency that reported, or that agency
// to the team.
type NewMessage struct {
	Text string `json:"text" validate:"required"`
}

// Message is one word of the conversation between the reporting agency and the team.
type Message struct {
	ID         string  `json:"id" format:"uuid"`
	IncidentID string  `json:"incident_id" format:"uuid"`
	Direction  string  `json:"direction" enum:"message_direction"`
	Text       string  `json:"text"`
	AuthorID   string  `json:"author_id" format:"uuid"`
	Author     *string `json:"author"`
	AgencyID   string  `json:"agency_id" format:"uuid"`
	Agency     *string `json:"agency"`
	CreatedAt  string  `json:"created_at" format:"date-time"`
}

// MessageList is a page of messages, the oldest first.
type MessageList struct {
	Items []Message `json:"items"`
	Paged
}
