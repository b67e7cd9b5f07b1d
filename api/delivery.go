package api

// Delivery is one message about one event to one recipient. Whoever does not see the case, as
// the administrator does not, gets neither its id nor what was written.
type Delivery struct {
	ID         string  `json:"id" format:"uuid"`
	EventID    string  `json:"event_id" format:"uuid"`
	IncidentID *string `json:"incident_id" format:"uuid"`
	AgencyID   string  `json:"agency_id" format:"uuid"` // the agency that is told
	Recipient  *string `json:"recipient"`               // an e-mail address; null where the agency has none, and of a person who reported for who does not see the case
	Subject    *string `json:"subject"`
	Body       *string `json:"body"`
	Status     string  `json:"status" enum:"delivery_status"` // held: no mail server is set up yet
	Attempts   int     `json:"attempts"`
	NextAt     *string `json:"next_at" format:"date-time"` // when it is tried next
	LastError  *string `json:"last_error"`
	CreatedAt  string  `json:"created_at" format:"date-time"`
	SentAt     *string `json:"sent_at" format:"date-time"`
}

// DeliveryList is a page of deliveries, the newest first.
type DeliveryList struct {
	Items []Delivery `json:"items"`
	Paged
}

// DeliveryFilter narrows a list of deliveries.
type DeliveryFilter struct {
	Status     []string `json:"status" enum:"delivery_status"`
	IncidentID string   `json:"incident_id" format:"uuid"`
	AgencyID   string   `json:"agency_id" format:"uuid"` // the agency that is told
	EventID    string   `json:"event_id" format:"uuid"`
	Paging
}
