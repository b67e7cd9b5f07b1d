package incident

import (
	"time"

	"github.com/ungcuu/ungcuu/internal/fault"
)

// Send is how a national report went out.
type Send struct {
	Channel  Channel
	Document Document
	Note     string
}

// Send marks the report as sent to its addressee.
func (r *NationalReport) Send(in Send, by By, at time.Time) ([]Fact, error) {
	if r.Status != ReportCreated {
		return nil, r.wrongStatus()
	}
	r.Status, r.SentAt, r.SentByID, r.Channel, r.Document = ReportSent, &at, by.UserID, in.Channel, in.Document
	r.Version++
	r.UpdatedAt = at
	return []Fact{r.fact("sent", map[string]any{
		"channel": in.Channel, "document": in.Document.payload(), "note": in.Note, "from": string(ReportCreated),
	})}, nil
}

// Acknowledge keeps who confirmed receipt, when, and the addressee's own reference.
func (r *NationalReport) Acknowledge(officer, reference string, when time.Time, recorded bool, at time.Time) ([]Fact, error) {
	if r.Status != ReportSent {
		return nil, r.wrongStatus()
	}
	if when.After(at) || when.Before(r.SentAt.Add(-24*time.Hour)) {
		return nil, fault.Input(fault.Field{Pointer: "/at", Code: "out_of_range", Text: fault.Text{
			VI: "Thời điểm tiếp nhận phải sau khi gửi và không ở tương lai.",
			EN: "The time of receipt must lie between sending and now.",
		}})
	}
	r.Status, r.AcknowledgedAt, r.AcknowledgedBy, r.Reference, r.Recorded = ReportAcknowledged, &when, officer, reference, recorded
	r.Version++
	r.UpdatedAt = at
	return []Fact{r.fact("acknowledged", map[string]any{
		"acknowledged_by": officer, "reference": reference, "at": stamp(&when), "recorded": recorded, "from": string(ReportSent),
	})}, nil
}

func (r *NationalReport) wrongStatus() error {
	return fault.New(fault.Conflict, "Báo cáo không ở trạng thái cho phép thao tác này.",
		"The national report is "+string(r.Status)+".").Because(fault.Reason{Code: "wrong_status",
		Text: fault.Text{VI: "Trạng thái hiện tại: " + string(r.Status) + ".", EN: "The report is " + string(r.Status) + "."}})
}

func (r *NationalReport) fact(name string, full map[string]any) Fact {
	thin := map[string]any{"kind": string(r.Kind), "to": string(r.Status), "to_agency_id": r.ToAgencyID}
	if from, ok := full["from"]; ok {
		thin["from"] = from
	}
	for k, v := range thin {
		full[k] = v
	}
	return Fact{Type: "national_report." + name, ObjectKind: "national_report", ObjectID: r.ID, Full: full, Thin: thin}
}
