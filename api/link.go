package api

// NewLink ties the case to another.
type NewLink struct {
	ToID string `json:"to_id" validate:"required" format:"uuid"`
	Kind string `json:"kind" validate:"required" enum:"new_link_kind"` // read from this case to the other
	Note string `json:"note,omitempty"`
}

// Link ties two cases. It is shown only to who sees both.
type Link struct {
	ID            string     `json:"id" format:"uuid"`
	IncidentID    string     `json:"incident_id" format:"uuid"` // the case that holds the link
	ToID          string     `json:"to_id" format:"uuid"`
	Kind          string     `json:"kind" enum:"link_kind"`      // read from incident_id to to_id
	Direction     string     `json:"direction" enum:"direction"` // out: from the case that was asked; in: to it
	Other         LinkedCase `json:"other"`
	Note          *string    `json:"note"` // of the desk; null for others
	AgencyID      string     `json:"agency_id" format:"uuid"`
	CreatedBy     string     `json:"created_by" format:"uuid"`
	CreatedAt     string     `json:"created_at" format:"date-time"`
	RemovedAt     *string    `json:"removed_at" format:"date-time"`
	RemovalReason *string    `json:"removal_reason"`
}

// LinkedCase is the other case of a link.
type LinkedCase struct {
	ID     string `json:"id" format:"uuid"`
	Code   string `json:"code"`
	Title  string `json:"title"`
	Status string `json:"status" enum:"status"`
}

// LinkList is a page of links.
type LinkList struct {
	Items []Link `json:"items"`
	Paged
}

// RemoveLink takes a link away.
type RemoveLink struct {
	Reason string `json:"reason" validate:"required"`
}
