package casework

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/store"
)

// NewRedaction is what is asked to be taken away.
type NewRedaction struct {
	ObjectKind string
	ObjectID   string // empty for the case itself, and for an event
	Seq        int64  // of the event; 0 otherwise
	Fields     []string
	Why        incident.RedactionWhy
	Reason     string
	Document   incident.Document
}

// RedactionView is a redaction with the names its readers know, and, while it is open and the
// reader may decide it, what it hides.
type RedactionView struct {
	incident.Redaction
	AskedBy, DecidedBy string
	Content            []string // nil for who does not decide
}

func (in NewRedaction) check() error {
	var c incident.Checker
	incident.CheckRedaction(&c, in.ObjectKind, in.Fields, in.Why, in.Reason, in.Document)
	switch {
	case in.ObjectKind == incident.RedactedEvent && in.Seq < 1:
		c.Add("/seq", "required", "Nêu số thứ tự (seq) của sự kiện trong dòng thời gian.", "Name the event by its seq in the timeline.")
	case in.ObjectKind != incident.RedactedEvent && in.Seq != 0:
		c.Add("/seq", "not_here", "Chỉ dùng cho sự kiện (event).", "Only for an event.")
	}
	own := in.ObjectKind == "incident" || in.ObjectKind == incident.RedactedEvent
	switch {
	case own && in.ObjectID != "":
		c.Add("/object_id", "not_here", "Không dùng cho hồ sơ và sự kiện.", "Not for the case itself nor for an event.")
	case !own && in.ObjectID == "":
		c.Add("/object_id", "required", "Bắt buộc nhập.", "Required.")
	}
	return c.Err()
}

// AskRedaction asks for a content to be taken away, and hides it at once from everyone: it
// leaves rows, search, payloads and kept answers, and stands apart until a second person
// decides.
func (s *Service) AskRedaction(ctx context.Context, c Call, incidentID string, in NewRedaction) (RedactionView, error) {
	if err := in.check(); err != nil {
		return RedactionView{}, err
	}
	r := incident.Redaction{
		ID: newID(), IncidentID: incidentID, Status: incident.RedactionOpen, ObjectKind: in.ObjectKind, ObjectID: strings.ToLower(in.ObjectID), Fields: in.Fields,
		Why: in.Why, Reason: in.Reason, Document: in.Document, AskedByID: c.By.UserID, AskedAt: c.At,
	}
	if in.ObjectKind == "incident" || in.ObjectKind == incident.RedactedEvent {
		r.ObjectID = incidentID // of an event, until it is found by its number
	}
	_, err := s.change(ctx, c, target{id: incidentID, action: policy.AskRedaction}, func(tx *store.Tx, cs *incident.Case, _ policy.Object) ([]incident.Fact, error) {
		cases, err := lockMerged(tx, c.By, &r)
		if err != nil {
			return nil, err
		}
		if err := tx.CreateRedaction(&r); err != nil {
			return nil, err
		}
		taken, err := tx.HideContent(&r, in.Seq, cases)
		if err != nil {
			return nil, err
		}
		for pointer, words := range map[string]string{"/reason": in.Reason, "/document/subject": in.Document.Subject} {
			if repeats(words, taken.Texts) {
				return nil, incident.Repeats(pointer)
			}
		}
		if err := s.reload(tx, c, cs, taken); err != nil {
			return nil, err
		}
		return []incident.Fact{r.Asked(taken.Events)}, tx.SaveRedaction(&r)
	})
	if err != nil {
		return RedactionView{}, err
	}
	return s.redactionView(s.store.Read(ctx), c.By, r)
}

// ConfirmRedaction is the second person's yes: the content is gone for good.
func (s *Service) ConfirmRedaction(ctx context.Context, c Call, incidentID, id, note string) (RedactionView, error) {
	return s.decideRedaction(ctx, c, incidentID, id, note, func(tx *store.Tx, r *incident.Redaction, cases []string) (store.Taken, []incident.Fact, error) {
		if err := r.Confirm(note, byOf(c.By), c.At); err != nil {
			return store.Taken{}, nil, err
		}
		taken, err := tx.EraseContent(r, cases)
		return taken, []incident.Fact{r.Confirmed(taken.Events)}, err
	})
}

// RefuseRedaction is the second person's no: the content stands again where it stood, unless
// somebody has written there since.
func (s *Service) RefuseRedaction(ctx context.Context, c Call, incidentID, id, note string) (RedactionView, error) {
	return s.decideRedaction(ctx, c, incidentID, id, note, func(tx *store.Tx, r *incident.Redaction, cases []string) (store.Taken, []incident.Fact, error) {
		facts, err := r.Refuse(note, byOf(c.By), c.At)
		if err != nil {
			return store.Taken{}, nil, err
		}
		taken, err := tx.RestoreContent(r, cases)
		return taken, facts, err
	})
}

func (s *Service) decideRedaction(ctx context.Context, c Call, incidentID, id, note string,
	decide func(tx *store.Tx, r *incident.Redaction, cases []string) (store.Taken, []incident.Fact, error)) (RedactionView, error) {
	if err := texts(text{"/note", note, true}); err != nil {
		return RedactionView{}, err
	}
	var r *incident.Redaction
	t := target{id: incidentID, action: policy.DecideRedaction, object: func(tx *store.Tx, _ *policy.Object) error {
		if !policy.Allows(c.By, policy.ReadRedactions, policy.Object{}) {
			return fault.Absent()
		}
		_, err := tx.Redaction(incidentID, id)
		return err
	}}
	_, err := s.change(ctx, c, t, func(tx *store.Tx, cs *incident.Case, _ policy.Object) ([]incident.Fact, error) {
		var err error
		if r, err = tx.Redaction(incidentID, id); err != nil {
			return nil, err
		}
		hidden, err := tx.HiddenTexts(r.ID)
		if err != nil {
			return nil, err
		}
		if repeats(note, hidden) {
			return nil, incident.Repeats("/note")
		}
		cases, err := lockMerged(tx, c.By, r)
		if err != nil {
			return nil, err
		}
		later, err := tx.LaterRedaction(r, cases)
		if err != nil {
			return nil, err
		}
		if later && r.Status == incident.RedactionOpen {
			text := fault.Text{
				VI: "Có yêu cầu xóa lập sau trong hồ sơ này đang chờ; hãy quyết định yêu cầu lập sau trước.",
				EN: "A later redaction of this case is open; decide that one first.",
			}
			return nil, fault.New(fault.Conflict, text.VI, text.EN).Because(fault.Reason{Code: "later_open", Text: text})
		}
		rows, events, answers := r.InRows, r.InEvents, r.InAnswers
		taken, facts, err := decide(tx, r, cases)
		if err != nil {
			return nil, err
		}
		r.InRows, r.InEvents, r.InAnswers = rows, events, answers // as they were found
		if err := s.reload(tx, c, cs, taken); err != nil {
			return nil, err
		}
		return facts, tx.SaveRedaction(r)
	})
	if err != nil {
		return RedactionView{}, err
	}
	return s.redactionView(s.store.Read(ctx), c.By, *r)
}

// lockMerged locks the cases that merges tie together with the case, and names them: what was
// written in one of them may have gone along to another. The case itself is locked already, so
// that two of these may meet; the database then ends one of them, which is told to try again.
func lockMerged(tx *store.Tx, by policy.Actor, r *incident.Redaction) ([]string, error) {
	ends := []string{r.IncidentID}
	if r.ObjectKind == "link" { // both of its cases tell of it, and whoever sees but one does not see it
		l, err := tx.Link(r.IncidentID, r.ObjectID, by.Sight())
		if err != nil {
			return nil, err
		}
		ends = append(ends, l.OtherID)
	}
	cases, err := tx.MergedWith(ends...)
	if err != nil {
		return nil, err
	}
	for _, other := range cases {
		if other == r.IncidentID {
			continue
		}
		if _, err := tx.LockCase(other); err != nil {
			return nil, err
		}
	}
	return cases, nil
}

// reload reads the case again after its rows were changed beneath it, and makes it and the
// other cases that were changed found by what stands there now.
func (s *Service) reload(tx *store.Tx, c Call, cs *incident.Case, taken store.Taken) error {
	inc, err := tx.LockCase(cs.ID)
	if err != nil {
		return err
	}
	fresh, err := load(tx, inc)
	if err != nil {
		return err
	}
	*cs.Incident = *inc
	fresh.Incident = cs.Incident
	*cs = *fresh
	cs.UpdatedAt = c.At
	for i := range cs.Handovers {
		if h := &cs.Handovers[i]; taken.Has("handovers", h.ID) {
			h.Version, h.UpdatedAt = h.Version+1, c.At
		}
	}
	for i := range cs.Reports {
		if r := &cs.Reports[i]; taken.Has("national_reports", r.ID) {
			r.Version, r.UpdatedAt = r.Version+1, c.At
		}
	}
	for _, id := range taken.Cases {
		if id == cs.ID {
			continue
		}
		other, err := tx.LockCase(id)
		if err != nil {
			return err
		}
		whole, err := load(tx, other)
		if err != nil {
			return err
		}
		if err := tx.FoundAnew(whole); err != nil {
			return err
		}
	}
	return nil
}

// repeats reports whether the words repeat one of the texts.
func repeats(words string, list []string) bool {
	return slices.ContainsFunc(list, func(s string) bool {
		return strings.TrimSpace(words) == strings.TrimSpace(s) || utf8.RuneCountInString(s) >= 8 && strings.Contains(words, s)
	})
}

// Redactions reads the redactions of a case; statuses nil: all.
func (s *Service) Redactions(ctx context.Context, by policy.Actor, incidentID string, statuses []string, after *store.Position, limit int) (Page[RedactionView], error) {
	page := Page[RedactionView]{Items: []RedactionView{}}
	tx := s.store.Read(ctx)
	if err := mayReadRedactions(tx, by, incidentID); err != nil {
		return page, err
	}
	list, err := tx.Redactions(incidentID, statuses, after, limit)
	if err != nil {
		return page, err
	}
	list, page.Next = cut(list, limit, func(r incident.Redaction) store.Position { return store.Position{At: r.AskedAt, ID: r.ID} })
	for _, r := range list {
		v, err := s.redactionView(tx, by, r)
		if err != nil {
			return page, err
		}
		v.Content = nil
		page.Items = append(page.Items, v)
	}
	return page, nil
}

// Redaction reads one redaction.
func (s *Service) Redaction(ctx context.Context, by policy.Actor, incidentID, id string) (RedactionView, error) {
	tx := s.store.Read(ctx)
	if err := mayReadRedactions(tx, by, incidentID); fault.Forbidden.In(err) {
		return RedactionView{}, fault.Absent()
	} else if err != nil {
		return RedactionView{}, err
	}
	r, err := tx.Redaction(incidentID, id)
	if err != nil {
		return RedactionView{}, err
	}
	return s.redactionView(tx, by, *r)
}

func mayReadRedactions(tx *store.Tx, by policy.Actor, incidentID string) error {
	inc, err := tx.Incident(incidentID, by.Sight())
	if err != nil {
		return err
	}
	return policy.Check(by, policy.ReadRedactions, policy.Object{Incident: inc})
}

// redactionView shows what is hidden to those alone who may decide, and only while it is open.
func (s *Service) redactionView(tx *store.Tx, by policy.Actor, r incident.Redaction) (RedactionView, error) {
	names := namesOf(tx)
	v := RedactionView{Redaction: r, AskedBy: names.person(r.AskedByID)}
	if r.DecidedByID != nil {
		v.DecidedBy = names.person(*r.DecidedByID)
	}
	err := names.err
	if err == nil && r.Status == incident.RedactionOpen && policy.Allows(by, policy.DecideRedaction, policy.Object{}) {
		v.Content, err = tx.HiddenTexts(r.ID)
	}
	return v, err
}

// Unreached is what a redaction cannot reach: the duty of whoever operates the desk.
func Unreached() []fault.Reason {
	return []fault.Reason{
		{Code: "backups", Text: fault.Text{
			VI: "Bản sao lưu tạo trước quyết định này vẫn còn nội dung: người vận hành phải hủy hoặc tạo lại, và không phục hồi từ các bản đó.",
			EN: "Backups made before this decision still hold the content: the operator must destroy or replace them, and not restore from them."}},
		{Code: "database_files", Text: fault.Text{
			VI: "Tệp nhật ký ghi trước (WAL), bản sao chép và vùng trống của PostgreSQL còn dấu vết cho tới khi VACUUM và xoay vòng; SQLite ghi đè trang, tệp -wal được dọn khi khởi động lại.",
			EN: "Write-ahead logs, replicas and free space of PostgreSQL keep traces until VACUUM and rotation; SQLite overwrites its pages, and its -wal file is cleared by a restart."}},
		{Code: "outside", Text: fault.Text{
			VI: "Nội dung đã được người khác xem, tải về, xuất tệp hoặc sao chép ra ngoài không thu hồi được tại đây; thư điện tử và thông điệp của hệ thống không mang nội dung hồ sơ.",
			EN: "What was read, exported or copied elsewhere before cannot be called back from here; mails and messages of the system carry no content of cases."}},
	}
}
