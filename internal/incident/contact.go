package incident

import (
	"slices"
	"time"

	"github.com/ungcuu/ungcuu/internal/fault"
)

// ContactKind says whose name a contact carries.
type ContactKind string

// The kinds of contact. A desk (địa chỉ tiếp nhận sự cố) is published, a person's name and
// number are personal data.
const (
	ContactDesk   ContactKind = "desk"
	ContactPerson ContactKind = "person"
)

// ContactKinds lists them.
var ContactKinds = []ContactKind{ContactDesk, ContactPerson}

// Contact is a person or desk of an agency; Duty marks the đầu mối that takes calls 24/7.
type Contact struct {
	ID            string
	Version       int64
	AgencyID      string
	Kind          ContactKind
	Name          string
	Position      string
	Phone         string
	Email         string
	Duty          bool
	Valid         Span `gorm:"embedded;embeddedPrefix:valid_"`
	ConfirmedAt   *time.Time
	ConfirmedByID *string
}

// TableName is the table of the contacts.
func (Contact) TableName() string { return "contacts" }

// contactCheck is how long a contact counts as checked. The law punishes late updates of the
// focal point (NĐ 330/2026/NĐ-CP Điều 21) but names no period; half a year is ours, after the
// six-monthly reports of the network's members (TT 20/2017/TT-BTTTT Điều 6).
const contactCheck = 182 * 24 * time.Hour

const contactBasis = "NĐ 330/2026/NĐ-CP Điều 21"

// The reasons why a contact, or the lack of one, is listed as stale.
var (
	staleUnconfirmed = fault.Reason{Code: "not_confirmed", Basis: contactBasis, Text: fault.Text{
		VI: "Đã quá 182 ngày (mốc nội bộ) chưa được kiểm tra.", EN: "Not checked for 182 days (our own period)."}}
	staleUnreachable = fault.Reason{Code: "no_phone_or_email", Basis: contactBasis, Text: fault.Text{
		VI: "Không có số điện thoại hoặc không có thư điện tử.", EN: "It has no phone or no e-mail address."}}
	staleAgency = fault.Reason{Code: "agency_ended", Basis: contactBasis, Text: fault.Text{
		VI: "Cơ quan đã kết thúc hoạt động.", EN: "The agency has ended."}}
	staleNoDuty = fault.Reason{Code: "no_duty_contact", Basis: contactBasis, Text: fault.Text{
		VI: "Cơ quan đang tham gia hồ sơ mở nhưng không có đầu mối trực.", EN: "The agency takes part in open cases and has no duty contact."}}
)

// Stale says why a contact in force cannot be relied on at now, on the civil date day; nothing
// when it can.
func (c Contact) Stale(a Agency, now time.Time, day string) []fault.Reason {
	out := []fault.Reason{}
	if c.ConfirmedAt == nil || now.Sub(*c.ConfirmedAt) > contactCheck {
		out = append(out, staleUnconfirmed)
	}
	if c.Phone == "" || c.Email == "" {
		out = append(out, staleUnreachable)
	}
	if a.Valid.To != "" && a.Valid.To <= day {
		out = append(out, staleAgency)
	}
	return out
}

// WithoutDuty is why an agency is listed that takes part in open cases and that nobody of
// contacts answers for.
func WithoutDuty(contacts []Contact, day string) []fault.Reason {
	if slices.ContainsFunc(contacts, func(c Contact) bool {
		return c.Duty && c.Valid.Holds(day) && (c.Phone != "" || c.Email != "")
	}) {
		return nil
	}
	return []fault.Reason{staleNoDuty}
}

// Shift is one turn of a duty roster: a contact or a person with an account, from a moment
// (inclusive) to a moment (exclusive).
type Shift struct {
	ID          string
	AgencyID    string
	ContactID   *string
	UserID      *string
	StartsAt    time.Time
	EndsAt      time.Time
	CreatedByID string
	CreatedAt   time.Time
	CancelledAt *time.Time
}

// TableName is the table of the duty roster.
func (Shift) TableName() string { return "duty_shifts" }
