package incident

import "time"

// Observable is a technical trace of a case: an address, a hash, a name. It is never changed,
// only retracted. Times are UTC.
type Observable struct {
	ID            string
	IncidentID    string
	Type          ObservableType
	Value         string // normalised; what is compared
	Given         string // as it was written
	Note          string
	IsIOC         bool `gorm:"column:is_ioc"` // a sign of attack, not only something seen
	Audience      Audience
	TLP           TLP  `gorm:"column:tlp"`
	Confidential  bool // its giver's wish (SL 3.4): for the team and the giver's own agency
	FirstSeen     *time.Time
	LastSeen      *time.Time
	AuthorID      string
	AgencyID      string
	CreatedAt     time.Time
	RetractedAt   *time.Time
	RetractedByID *string
	RetractReason string
}

// TableName is the table of the observables.
func (Observable) TableName() string { return "observables" }

// ObservableType says what a value is, and so how it is checked and written.
type ObservableType string

// The types.
const (
	ObservableIP       ObservableType = "ip"
	ObservableIPRange  ObservableType = "ip_range"
	ObservableDomain   ObservableType = "domain"
	ObservableURL      ObservableType = "url"
	ObservableEmail    ObservableType = "email"
	ObservableMD5      ObservableType = "md5"
	ObservableSHA1     ObservableType = "sha1"
	ObservableSHA256   ObservableType = "sha256"
	ObservableSHA512   ObservableType = "sha512"
	ObservableFilename ObservableType = "filename"
	ObservableAccount  ObservableType = "account"
	ObservableMAC      ObservableType = "mac"
	ObservableASN      ObservableType = "asn"
	ObservableOther    ObservableType = "other"
)
