package casework

import (
	"maps"
	"time"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/store"
)

// correction is a patch that was read and found well formed.
type correction struct {
	api.IncidentPatch
	detected, occurred, found *time.Time
}

// readPatch checks what the patch alone can show to be wrong.
func readPatch(p api.IncidentPatch, now time.Time) (correction, error) {
	var c incident.Checker
	ch := correction{IncidentPatch: p}
	text := func(pointer string, v api.Patch[string], limit int) {
		if v.Given {
			c.Text(pointer, v.Value, true, limit)
		}
	}
	text("/title", p.Title, incident.MaxTitle)
	text("/description", p.Description, incident.MaxText)
	c.Text("/reason", p.Reason, false, incident.MaxText)
	oneOf(&c, "/category", p.Category, incident.Categories)
	oneOf(&c, "/severity", p.Severity, strs(incident.Severities))
	oneOf(&c, "/tlp", p.TLP, strs(incident.TLPs))
	oneOf(&c, "/detected_precision", p.DetectedPrecision, strs(incident.Precisions))
	if !p.CategoryVN.Null {
		oneOf(&c, "/category_vn", p.CategoryVN, incident.CategoriesVN)
	}
	if p.Natures.Given {
		c.Natures("/natures", naturesOf(p.Natures.Value))
	}
	c.FactsOf("/facts", mergedFacts(nil, p.Facts))
	c.System("/system", mergedSystem(incident.System{Name: "-"}, p.System.Value))
	c.Report("/report", mergedReport(incident.Report{}, p.Report))
	for _, f := range []struct {
		pointer string
		null    bool
	}{
		{"/title", p.Title.Null}, {"/description", p.Description.Null}, {"/category", p.Category.Null},
		{"/severity", p.Severity.Null}, {"/tlp", p.TLP.Null}, {"/system", p.System.Null},
		{"/detected_at", p.DetectedAt.Null}, {"/detected_precision", p.DetectedPrecision.Null},
		{"/confidential", p.Confidential.Null}, {"/restricted", p.Restricted.Null},
	} {
		if f.null {
			c.Add(f.pointer, "not_null", "Không được để trống.", "Cannot be null.")
		}
	}
	ch.detected = instant(&c, "/detected_at", p.DetectedAt, now)
	ch.occurred = instant(&c, "/occurred_at", p.OccurredAt, now)
	ch.found = instant(&c, "/violation_found_at", p.ViolationFoundAt, now)
	if p.DetectedAt.Given && p.Reason == "" {
		c.Add("/reason", "required", "Sửa thời điểm phát hiện phải ghi lý do.", "A correction of detected_at needs a reason.")
	}
	if p.ViolationFoundAt.Given && p.Reason == "" {
		c.Add("/reason", "required", "Sửa thời điểm phát hiện vi phạm phải ghi lý do.", "A correction of violation_found_at needs a reason.")
	}
	return ch, c.Err()
}

func oneOf(c *incident.Checker, pointer string, v api.Patch[string], list []string) {
	if v.Given && !v.Null {
		incident.OneOf(c, pointer, v.Value, list)
	}
}

func strs[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, x := range list {
		out[i] = string(x)
	}
	return out
}

func instant(c *incident.Checker, pointer string, v api.Patch[string], now time.Time) *time.Time {
	if !v.Given || v.Null {
		return nil
	}
	t, err := time.Parse(time.RFC3339Nano, v.Value)
	if err != nil {
		c.Add(pointer, "not_a_time", "Thời điểm theo RFC 3339, có múi giờ.", "A time of RFC 3339, with its offset.")
		return nil
	}
	t = t.UTC().Truncate(time.Microsecond)
	c.DetectedAt(pointer, t, now)
	return &t
}

func naturesOf(list []string) []incident.Nature {
	out := make([]incident.Nature, len(list))
	for i, n := range list {
		out[i] = incident.Nature(n)
	}
	return out
}

// mergedSystem is the system with the patch merged in (RFC 7396): null clears a member.
func mergedSystem(was incident.System, p api.SystemPatch) incident.System {
	if p.ID.Given {
		was.ID = optional(p.ID)
	}
	set(p.Name, &was.Name)
	if p.Level.Given {
		was.Level = optional(p.Level)
	}
	set(p.PriorityListed, &was.PriorityListed)
	set(p.PublicAddresses, &was.PublicAddresses)
	set(p.Domains, &was.Domains)
	return was
}

func mergedReport(was incident.Report, p api.Patch[api.ReportPatch]) incident.Report {
	if p.Null {
		return incident.Report{Channel: was.Channel}
	}
	v := p.Value
	if v.Channel.Given && !v.Channel.Null {
		was.Channel = incident.Channel(v.Channel.Value)
	}
	set(v.ReporterName, &was.ReporterName)
	set(v.ReporterPhone, &was.ReporterPhone)
	set(v.ReporterEmail, &was.ReporterEmail)
	set(v.Reference, &was.Reference)
	return was
}

func mergedFacts(was incident.Facts, p api.Patch[map[string]api.Patch[bool]]) incident.Facts {
	out := incident.Facts{}
	if p.Null {
		return out
	}
	maps.Copy(out, was)
	for name, v := range p.Value {
		if delete(out, name); !v.Null {
			out[name] = v.Value
		}
	}
	return out
}

// apply writes the correction into the case.
func (ch correction) apply(tx *store.Tx, inc *incident.Incident, at time.Time) error {
	p := ch.IncidentPatch
	var wrong incident.Checker
	for _, f := range []struct {
		pointer string
		v       api.Patch[string]
		field   **string
	}{
		{"/owner_agency_id", p.OwnerAgencyID, &inc.OwnerAgencyID},
		{"/operator_agency_id", p.OperatorAgencyID, &inc.OperatorAgencyID},
	} {
		if f.v.Given {
			*f.field = optional(f.v)
			if err := checkAgency(tx, &wrong, f.pointer, *f.field, at); err != nil {
				return err
			}
		}
	}
	if p.AssigneeID.Given {
		inc.AssigneeID = optional(p.AssigneeID)
		if err := checkAssignee(tx, &wrong, inc.AssigneeID, at); err != nil {
			return err
		}
	}
	if err := wrong.Err(); err != nil {
		return err
	}
	set(p.Title, &inc.Title)
	set(p.Description, &inc.Description)
	set(p.Confidential, &inc.Confidential)
	set(p.Restricted, &inc.Restricted)
	if p.Category.Given {
		inc.Category = optional(p.Category)
	}
	if p.CategoryVN.Given {
		inc.CategoryVN = optional(p.CategoryVN)
	}
	if p.Severity.Given {
		v := incident.Severity(p.Severity.Value)
		inc.Severity = &v
	}
	if p.TLP.Given {
		inc.TLP = incident.TLP(p.TLP.Value)
	}
	if p.Natures.Given {
		inc.Natures = incident.SortNatures(naturesOf(p.Natures.Value))
	}
	if p.Facts.Given {
		inc.Facts = mergedFacts(inc.Facts, p.Facts)
	}
	if p.System.Given {
		inc.System = mergedSystem(inc.System, p.System.Value)
		wrong.System("/system", inc.System)
	}
	if p.Report.Given {
		inc.Report = mergedReport(inc.Report, p.Report)
	}
	if err := wrong.Err(); err != nil {
		return err
	}
	if ch.detected != nil {
		inc.DetectedAt = *ch.detected
	}
	if p.DetectedPrecision.Given {
		inc.DetectedPrecision = incident.Precision(p.DetectedPrecision.Value)
	}
	if p.OccurredAt.Given {
		inc.OccurredAt = ch.occurred
	}
	if p.ViolationFoundAt.Given {
		inc.ViolationFoundAt = ch.found
	}
	inc.AssumeFound(at)
	return nil
}

func set[T any](p api.Patch[T], field *T) {
	if p.Given {
		*field = p.Value
	}
}

func optional[T any](p api.Patch[T]) *T {
	if p.Null {
		return nil
	}
	v := p.Value
	return &v
}
