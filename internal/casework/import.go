package casework

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/audit"
	"github.com/ungcuu/ungcuu/internal/exchange"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/record"
	"github.com/ungcuu/ungcuu/internal/regulation"
	"github.com/ungcuu/ungcuu/internal/store"
)

// maxImportErrors bounds how many refusals an import lists.
const maxImportErrors = 200

// importBatch is how many rows are looked up, and written, at once.
const importBatch = 400

// ImportFile is a file of old records to bring in.
type ImportFile struct {
	ID     string
	By     policy.Actor
	At     time.Time
	Format string
	Name   string
	Reader exchange.Reader
	DryRun bool
	// SkipRefused writes what is accepted although other rows are refused.
	SkipRefused bool
	Dir         string                              // for what is held between checking and writing
	Tell        func(ImportCounts)                  // is told how far it has come; may be nil
	Written     func(*store.Tx, ImportCounts) error // runs in the transaction of the records; may be nil
}

// ImportCounts is how far an import has come.
type ImportCounts struct {
	Read, Accepted, Refused, AlreadyThere, Written int
	Errors                                         []exchange.Problem
	Capped                                         bool
	Broken                                         bool // the file as a whole cannot be trusted
}

func (n *ImportCounts) note(list ...exchange.Problem) {
	for _, p := range list {
		if len(n.Errors) == maxImportErrors {
			n.Capped = true
			return
		}
		n.Errors = append(n.Errors, p)
	}
}

// heldRow is an accepted row between checking and writing.
type heldRow struct {
	Sheet   string
	Line    int
	Key     string
	Content string
	Record  api.HistoricIncident
}

// Import brings history in. The whole file is read and checked first, and every refusal told;
// then all of it is written in one transaction, or nothing is. Only with SkipRefused are rows
// left out whose values a report would be refused for; a file that its own form shows to be
// broken is refused whole all the same.
func (s *Service) Import(ctx context.Context, f ImportFile) (ImportCounts, error) {
	var n ImportCounts
	if err := policy.Check(f.By, policy.Import, policy.Object{}); err != nil {
		return n, err
	}
	held, err := os.CreateTemp(f.Dir, "held-")
	if err != nil {
		return n, err
	}
	defer func() { _ = held.Close() }()
	// Without a name it is gone with the process.
	if err := os.Remove(held.Name()); err != nil {
		return n, err
	}
	years := map[int]int{}
	if err := s.checkImport(ctx, f, held, &n, years); err != nil {
		return n, err
	}
	if n.Broken || f.DryRun || n.Refused > 0 && !f.SkipRefused {
		return n, nil
	}
	if _, err := held.Seek(0, io.SeekStart); err != nil {
		return n, err
	}
	if err := s.writeImport(ctx, f, held, &n, years); err != nil {
		n.Written = 0
		return n, err
	}
	return n, nil
}

// checkImport reads and judges every row, and holds what is accepted.
func (s *Service) checkImport(ctx context.Context, f ImportFile, held io.Writer, n *ImportCounts, years map[int]int) error {
	reg, err := s.registry(ctx)
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(held, 256<<10)
	enc := json.NewEncoder(out)
	seen := map[[16]byte]int{}
	batch := make([]heldRow, 0, importBatch)
	rows := make([]*exchange.Row, 0, importBatch)
	flush := func() error {
		defer func() { batch, rows = batch[:0], rows[:0] }()
		fresh, err := s.fresh(ctx, f.By, reg, batch, rows, n)
		if err != nil {
			return err
		}
		for _, h := range fresh {
			sum := shortHash(h.Key)
			if line, twice := seen[sum]; twice {
				n.Refused++
				n.note(exchange.Problem{Sheet: h.Sheet, Line: h.Line, Code: "repeated", Text: fault.Text{
					VI: "Cùng mã nguồn với dòng " + strconv.Itoa(line) + " của tệp.", EN: "The same key as line " + strconv.Itoa(line) + " of the file."}})
				continue
			}
			seen[sum] = h.Line
			n.Accepted++
			years[yearOf(&h.Record)]++
			if err := enc.Encode(h); err != nil {
				return err
			}
		}
		if f.Tell != nil {
			f.Tell(*n)
		}
		return nil
	}
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		row, err := f.Reader.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		var p *exchange.Problem
		if errors.As(err, &p) {
			n.Broken = true
			n.note(*p)
			break
		}
		if err != nil {
			return err
		}
		n.Read++
		if row.Record.ContainsStateSecret {
			s.log.WarnContext(ctx, "state secret refused", "user_id", f.By.UserID, "agency_id", f.By.AgencyID)
			n.Refused++
			n.note(row.At("/contains_state_secret", "state_secret", fault.Text{
				VI: "Hệ thống này không được tiếp nhận bí mật nhà nước. Không nội dung nào của dòng này được lưu lại.",
				EN: "This system must not hold state secrets. Nothing of this row has been kept."}))
			continue
		}
		if len(row.Wrong) > 0 {
			n.Broken = true
			n.Refused++
			n.note(row.Wrong...)
			continue
		}
		settle(&row.Record, reg)
		if wrong := checkRecord(row, f.At); len(wrong) > 0 {
			if slices.ContainsFunc(wrong, func(p exchange.Problem) bool { return incident.IsSecrecy(p.Code) }) {
				s.log.WarnContext(ctx, "state secret refused", "user_id", f.By.UserID, "agency_id", f.By.AgencyID)
			}
			n.Refused++
			n.note(wrong...)
			continue
		}
		content := contentHash(&row.Record)
		rows = append(rows, row)
		batch = append(batch, heldRow{Sheet: row.Sheet, Line: row.Line, Key: keyOf(&row.Record, content), Content: content, Record: row.Record})
		if len(batch) == importBatch {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if err := flush(); err != nil {
		return err
	}
	return out.Flush()
}

func shortHash(s string) [16]byte {
	sum := sha256.Sum256([]byte(s))
	return [16]byte(sum[:16])
}

// settle gives a record the form it is compared and kept in: defaults of a report, agencies
// by their codes.
func settle(h *api.HistoricIncident, reg *registry) {
	orElse := func(s *string, v string) {
		if *s == "" {
			*s = v
		}
	}
	orElse(&h.Status, string(incident.Closed))
	orElse(&h.DetectedPrecision, string(incident.PrecisionMinute))
	orElse(&h.TLP, string(incident.TLPAmber))
	if h.Report == nil {
		h.Report = &api.Report{}
	}
	orElse(&h.Report.Channel, string(incident.ChannelAPI))
	for _, x := range []struct {
		id   **string
		name *string
	}{{&h.OwnerAgencyID, &h.OwnerAgency}, {&h.OperatorAgencyID, &h.OperatorAgency}} {
		if *x.id != nil && *x.name == "" {
			*x.name, *x.id = **x.id, nil
		}
	}
	for _, name := range []*string{&h.ReportingAgency, &h.OwnerAgency, &h.OperatorAgency} {
		if a := reg.named(*name); a != nil {
			*name = a.Code
		}
	}
}

// checkRecord is what the rules of a report, and of a past, refuse.
func checkRecord(row *exchange.Row, now time.Time) []exchange.Problem {
	h := &row.Record
	var all incident.Checker
	if err := newReportOf(h).check(now); err != nil {
		if h.DetectedAt == "" {
			all.Add("/detected_at", "required", "Bắt buộc nhập thời điểm phát hiện; hệ thống không tự suy đoán.", "The time of detection is required; it is not guessed.")
		}
		for _, x := range faultFields(err) {
			if h.DetectedAt != "" || x.Pointer != "/detected_at" {
				all.Add(x.Pointer, x.Code, x.Text.VI, x.Text.EN)
			}
		}
	}
	pastOf(h).Check(&all, now)
	all.Text("/source", h.Source, false, incident.MaxShort)
	all.Text("/code", h.Code, false, 40)
	all.Text("/id", h.ID, false, 40)
	for pointer, s := range map[string]string{"/reporting_agency": h.ReportingAgency, "/owner_agency": h.OwnerAgency, "/operator_agency": h.OperatorAgency} {
		all.Text(pointer, s, false, incident.MaxShort)
	}
	var out []exchange.Problem
	for _, x := range faultFields(all.Err()) {
		out = append(out, row.At(x.Pointer, x.Code, x.Text))
	}
	return out
}

func faultFields(err error) []fault.Field {
	if f, ok := fault.As(err); ok {
		return f.Fields
	}
	return nil
}

func newReportOf(h *api.HistoricIncident) NewReport {
	in := NewReport{
		Title: h.Title, Description: h.Description, DetectedAt: momentOr(h.DetectedAt), DetectedPrecision: incident.Precision(h.DetectedPrecision),
		OccurredAt: momentAt(h.OccurredAt), TLP: incident.TLP(h.TLP), Confidential: h.Confidential, Exercise: h.Exercise,
		System: incident.System{
			ID: h.System.ID, Name: h.System.Name, Level: h.System.Level, PriorityListed: h.System.PriorityListed,
			PublicAddresses: h.System.PublicAddresses, Domains: h.System.Domains,
		},
	}
	for _, n := range h.Natures {
		in.Natures = append(in.Natures, incident.Nature(n))
	}
	if r := h.Report; r != nil {
		in.Report = incident.Report{
			Channel: incident.Channel(r.Channel), ReporterName: r.ReporterName, ReporterPhone: r.ReporterPhone,
			ReporterEmail: r.ReporterEmail, Reference: r.Reference,
		}
	}
	return in
}

func pastOf(h *api.HistoricIncident) incident.Past {
	p := incident.Past{
		Status: incident.Status(h.Status), Category: h.Category, CategoryVN: h.CategoryVN, Lessons: h.Lessons,
		ReportedAt: momentAt(h.ReportedAt), TriagedAt: momentAt(h.TriagedAt), ResolvedAt: momentAt(h.ResolvedAt), ClosedAt: momentAt(h.ClosedAt),
	}
	if h.Severity != nil {
		v := incident.Severity(*h.Severity)
		p.Severity = &v
	}
	if r := h.Resolution; r != nil {
		p.Resolution = incident.Resolution{Reason: r.Reason, Summary: r.Summary, Prevention: r.Prevention, Handled: r.Handled, EstimatedDamage: r.EstimatedDamage}
	}
	return p
}

// momentOr is a time whose form the reader has checked.
func momentOr(s string) time.Time {
	t, _ := time.Parse(time.RFC3339Nano, s)
	return t.UTC().Truncate(time.Microsecond)
}

func momentAt(s *string) *time.Time {
	if s == nil || *s == "" {
		return nil
	}
	t := momentOr(*s)
	return &t
}

// yearOf is the year in which a record was reported, which its code carries.
func yearOf(h *api.HistoricIncident) int {
	at := momentOr(h.DetectedAt)
	if t := momentAt(h.ReportedAt); t != nil {
		at = *t
	}
	return at.In(regulation.Zone).Year()
}

// keyOf is what a record is known by: the id or code of the desk that exported it, the
// reference in its list, or else what it says.
func keyOf(h *api.HistoricIncident, content string) string {
	switch {
	case h.ID != "":
		return "id:" + h.ID
	case h.Report != nil && h.Report.Reference != "":
		return "ref:" + h.Source + "\n" + h.Report.Reference
	case h.Code != "":
		return "code:" + h.Code
	}
	return "content:" + content
}

func contentHash(h *api.HistoricIncident) string {
	sum := sha256.Sum256([]byte(strings.Join(exchange.Content(h), "\x00")))
	return hex.EncodeToString(sum[:])
}

// fresh takes out of a batch what is there already, and refuses what is there with another
// content.
func (s *Service) fresh(ctx context.Context, by policy.Actor, reg *registry, batch []heldRow, rows []*exchange.Row, n *ImportCounts) ([]heldRow, error) {
	if len(batch) == 0 {
		return nil, nil
	}
	tx := s.store.Read(ctx)
	var keys, caseIDs, codes []string
	for _, h := range batch {
		keys = append(keys, h.Key)
		if h.Record.ID != "" {
			caseIDs = append(caseIDs, h.Record.ID)
		}
		if h.Record.Code != "" {
			codes = append(codes, h.Record.Code)
		}
	}
	there, err := tx.ImportRows(keys)
	if err != nil {
		return nil, err
	}
	own, err := tx.CasesNamed(caseIDs, codes)
	if err != nil {
		return nil, err
	}
	byName := map[string]*incident.Incident{}
	for i := range own {
		byName[own[i].ID], byName[own[i].Code] = &own[i], &own[i]
	}
	seen, err := mayCompare(tx, by, own)
	if err != nil {
		return nil, err
	}
	out := make([]heldRow, 0, len(batch))
	for i, h := range batch {
		inc := byName[h.Record.ID]
		if h.Record.ID == "" {
			inc = byName[h.Record.Code]
		}
		was, imported := there[h.Key]
		switch {
		case inc != nil:
			known := recordOf(inc, allParts, reg)
			settle(known, reg)
			h.Record.Source = ""
			if differ := exchange.Differences(known, &h.Record); len(differ) > 0 {
				n.Refused++
				if !seen[inc.ID] {
					n.note(rows[i].At("", "differs", fault.Text{
						VI: "Hồ sơ này đã có với nội dung khác.", EN: "This case is there with other content."}))
					continue
				}
				n.note(rows[i].At("", "differs", fault.Text{
					VI: "Hồ sơ " + inc.Code + " đã có với nội dung khác ở: " + strings.Join(differ, ", ") + ".",
					EN: "The case " + inc.Code + " is there with other content in: " + strings.Join(differ, ", ") + "."}))
				continue
			}
			n.AlreadyThere++
		case imported && was.Content == h.Content:
			n.AlreadyThere++
		case imported:
			p, err := s.differing(tx, was, rows[i], reg)
			if err != nil {
				return nil, err
			}
			n.Refused++
			n.note(p)
		case h.Record.Restricted:
			n.Refused++
			n.note(rows[i].At("/restricted", "restricted", fault.Text{
				VI: "Hồ sơ hạn chế chỉ dành cho người được nêu tên; không nhập được qua tệp.", EN: "A restricted case is for named people; it cannot come in by a file."}))
		case len(h.Record.Withheld) > 0:
			n.Refused++
			n.note(rows[i].At("/withheld", "withheld", fault.Text{
				VI: "Bản ghi được xuất bởi người không được xem toàn bộ, thiếu: " + strings.Join(h.Record.Withheld, ", ") + ".",
				EN: "The record was exported by someone who could not see all of it; it lacks: " + strings.Join(h.Record.Withheld, ", ") + "."}))
		default:
			out = append(out, h)
		}
	}
	return out, nil
}

// mayCompare are the cases of which the importer may be told in what a record differs: old
// records, and what they see whole. Importing opens no sight.
func mayCompare(tx *store.Tx, by policy.Actor, cases []incident.Incident) (map[string]bool, error) {
	seen := map[string]bool{}
	if by.InTeam() || by.Has(policy.Auditor) {
		ids := make([]string, len(cases))
		for i := range cases {
			ids[i] = cases[i].ID
		}
		var err error
		if seen, err = tx.Visible(ids, by.Sight()); err != nil {
			return nil, err
		}
	}
	for i := range cases {
		seen[cases[i].ID] = seen[cases[i].ID] || cases[i].Imported
	}
	return seen, nil
}

// differing says in what a row differs from the case that its key became.
func (s *Service) differing(tx *store.Tx, was store.ImportRow, row *exchange.Row, reg *registry) (exchange.Problem, error) {
	inc, err := tx.Case(was.IncidentID)
	if err != nil {
		return exchange.Problem{}, err
	}
	known := recordOf(inc, allParts, reg)
	settle(known, reg)
	h := row.Record
	h.Source = ""
	if h.ReportedAt == nil {
		h.ReportedAt = known.ReportedAt
	}
	differ := strings.Join(exchange.Differences(known, &h), ", ")
	return row.At("", "differs", fault.Text{
		VI: "Đã nhập trước đây thành hồ sơ " + inc.Code + " với nội dung khác ở: " + differ + ".",
		EN: "It was imported before as " + inc.Code + ", with other content in: " + differ + "."}), nil
}

// writeImport writes what was accepted, in one transaction. The records are made and sealed
// beside it, so that the transaction, which keeps every other writer of SQLite waiting, does
// nothing but insert.
func (s *Service) writeImport(ctx context.Context, f ImportFile, held io.Reader, n *ImportCounts, years map[int]int) error {
	reg, err := s.registry(ctx)
	if err != nil {
		return err
	}
	// Numbers first and by themselves, so that nobody who reports waits for the records.
	next := map[int]int64{}
	var teamID string
	err = s.store.Write(ctx, func(_ context.Context, tx *store.Tx) error {
		team, err := agencyOf(tx, incident.RoleTeam, f.At)
		if err != nil {
			return err
		}
		teamID = team.ID
		for year, count := range years {
			first, err := tx.ReserveCodes("incident-"+strconv.Itoa(year), count)
			if err != nil {
				return err
			}
			next[year] = first
		}
		return nil
	})
	if err != nil {
		return err
	}
	making, stop := context.WithCancel(ctx)
	ready := make(chan madeBatch, 2)
	go func() {
		defer close(ready)
		dec := json.NewDecoder(bufio.NewReaderSize(held, 256<<10))
		for left := n.Accepted; left > 0; {
			b := s.makeBatch(f, reg, teamID, dec, min(left, importBatch), next)
			left -= importBatch
			select {
			case ready <- b:
			case <-making.Done():
				return
			}
			if b.err != nil {
				return
			}
		}
	}()
	defer func() {
		stop()
		for range ready { // the file is not to be closed under it
			continue
		}
	}()
	return s.store.Write(ctx, func(_ context.Context, tx *store.Tx) error {
		for b := range ready {
			if b.err != nil {
				return b.err
			}
			if err := tx.CreateIncidents(&b.cases); err != nil {
				return err
			}
			if err := tx.AppendEvents(b.events); err != nil {
				return err
			}
			n.Written += b.cases.Len()
			if f.Tell != nil {
				f.Tell(*n)
			}
		}
		if n.Written != n.Accepted { // the making was stopped
			return errors.Join(errors.New("casework: not every accepted record was made"), ctx.Err())
		}
		if f.Written != nil {
			return f.Written(tx, *n)
		}
		return nil
	})
}

// madeBatch is some records as they will be written, or why they could not be made.
type madeBatch struct {
	cases  store.NewCases
	events []store.Event
	err    error
}

// makeBatch makes cases of the next count records, each with the one sealed event of its
// past. An imported case owes nothing.
func (s *Service) makeBatch(f ImportFile, reg *registry, teamID string, dec *json.Decoder, count int, next map[int]int64) (b madeBatch) {
	c := Call{By: f.By, At: f.At}
	for range count {
		var held heldRow
		if b.err = dec.Decode(&held); b.err != nil {
			return b
		}
		h := &held.Record
		year := yearOf(h)
		inc := s.historic(h, c, reg, teamID, s.code(year, next[year]))
		next[year]++
		sealed, err := s.recorder.Seal(record.OfCase(inc), byOf(c.By), c.At, []incident.Fact{inc.ImportedFact(incident.Origin{
			ImportID: f.ID, Format: f.Format, File: f.Name, Line: held.Line, Source: h.Source, ID: h.ID, Code: h.Code,
		})})
		if err != nil {
			b.err = err
			return b
		}
		b.events = append(b.events, sealed...)
		b.cases.Add(&incident.Case{Incident: inc}, store.ImportRow{Key: held.Key, IncidentID: inc.ID, Content: held.Content, ImportID: f.ID})
	}
	return b
}

// code is the code of a case: province, year of report, number.
func (s *Service) code(year int, number int64) string {
	n := strconv.FormatInt(number, 10)
	return s.province.Prefix + "-" + strconv.Itoa(year) + "-" + strings.Repeat("0", max(0, 6-len(n))) + n
}

// historic is the case of a record. An agency that the registry does not know is named in
// the description: the team's stands for it, because a name opens no sight, and to import
// opens none either.
func (s *Service) historic(h *api.HistoricIncident, c Call, reg *registry, teamID, code string) *incident.Incident {
	in := newReportOf(h)
	inc := &incident.Incident{
		ID: newID(), Code: code, Version: 1, Title: in.Title, Description: in.Description, Natures: incident.SortNatures(in.Natures), TLP: in.TLP,
		Confidential: in.Confidential, Exercise: in.Exercise, Report: in.Report, System: in.System, Facts: incident.Facts{},
		ReportingAgencyID: teamID, ReportedByID: c.By.UserID, LeadAgencyID: teamID,
		DetectedAt: in.DetectedAt, DetectedPrecision: in.DetectedPrecision, OccurredAt: in.OccurredAt,
		ReportedAt: in.DetectedAt, CreatedAt: c.At, UpdatedAt: c.At, ChainHash: audit.Genesis,
	}
	inc.Import(pastOf(h))
	unknown := func(what, name string) {
		inc.Description += "\n\n" + what + " (theo dữ liệu nhập): " + name
	}
	if a := reg.named(h.ReportingAgency); a != nil {
		inc.ReportingAgencyID = a.ID
	} else if h.ReportingAgency != "" {
		unknown("Đơn vị báo cáo", h.ReportingAgency)
	}
	for _, x := range []struct {
		name, what string
		into       **string
	}{{h.OwnerAgency, "Cơ quan chủ quản", &inc.OwnerAgencyID}, {h.OperatorAgency, "Đơn vị vận hành", &inc.OperatorAgencyID}} {
		if a := reg.named(x.name); a != nil {
			id := a.ID
			*x.into = &id
		} else if x.name != "" {
			unknown(x.what, x.name)
		}
	}
	return inc
}

// registry finds agencies by what files call them.
type registry struct {
	byName map[string]*incident.Agency
	code   map[string]string // by id
}

func (s *Service) registry(ctx context.Context) (*registry, error) {
	list, err := s.store.Read(ctx).Agencies()
	if err != nil {
		return nil, err
	}
	r := &registry{byName: map[string]*incident.Agency{}, code: map[string]string{}}
	for i := range list {
		a := &list[i]
		r.code[a.ID] = a.Code
		for _, name := range []string{a.NameEN, a.Name, a.Code, a.ID} {
			if name = strings.Join(store.Fold(name), " "); name != "" {
				r.byName[name] = a
			}
		}
	}
	return r, nil
}

func (r *registry) named(name string) *incident.Agency {
	return r.byName[strings.Join(store.Fold(name), " ")]
}
