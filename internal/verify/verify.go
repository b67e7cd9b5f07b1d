// Package verify owns the answer to one question: is the record whole? It reads the database
// and the ledger's file beside it, changes nothing, and names everything that does not fit.
package verify

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/audit"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/outbox"
	"github.com/ungcuu/ungcuu/internal/store"
)

// late is how long after its publication an event must stand in the ledger. The ledger's own
// waiting takes two minutes at most; the rest is for a program that was stopped in between.
const late = time.Hour

// Report is how much was looked at.
type Report struct {
	Chains      int64          `json:"chains"`
	Events      int64          `json:"events"`
	Redacted    int64          `json:"redacted"` // events whose payload was taken away
	LedgerLines int64          `json:"ledger_lines"`
	ToLedger    int64          `json:"not_yet_in_ledger"`
	Findings    int64          `json:"findings_total"`
	ByKind      map[Kind]int64 `json:"findings_by_kind"`
}

// Config says what to look at.
type Config struct {
	Store    *store.Store
	Ledger   string             // path of the ledger's file
	Found    func(f Finding)    // called with each finding, as soon as it is found
	Progress func(events int64) // called now and then; may be nil
}

// progressEvery is after how many events Progress is called.
const progressEvery = 10_000

// Run looks at everything, on one view of the database; others may write meanwhile. An error
// means that it could not be looked at, and says nothing about the record.
func Run(ctx context.Context, cfg Config) (Report, error) {
	c := &check{cfg: cfg, report: Report{ByKind: map[Kind]int64{}}, owners: map[string]*owner{}, bare: map[string]Finding{}, named: map[string]bool{},
		duties: map[string][]toldDuty{}, left: map[string][]leaving{}, broken: map[string]bool{}}
	// The ledger is read before the view is taken: what it knows must then be in the database.
	if err := c.load(cfg.Ledger); err != nil {
		return c.report, err
	}
	c.report.LedgerLines = c.out.lines
	err := cfg.Store.Snapshot(ctx, func(v *store.Snapshot) error {
		c.at = v.At
		if err := v.ChainOwners(ctx, c.owner); err != nil {
			return err
		}
		for _, f := range c.early {
			c.tell(f)
		}
		if err := v.Record(ctx, c.event); err != nil {
			return err
		}
		c.endChain()
		if err := v.Duties(ctx, c.row); err != nil {
			return err
		}
		c.gone()
		if err := v.Strays(ctx, c.stray); err != nil {
			return err
		}
		return c.law(ctx, v)
	})
	if err != nil {
		return c.report, err
	}
	c.end()
	if cfg.Progress != nil && c.report.Events%progressEvery != 0 {
		cfg.Progress(c.report.Events)
	}
	return c.report, nil
}

type owner struct {
	store.ChainOwner
	seen bool
}

// check is one run.
type check struct {
	cfg    Config
	report Report
	at     time.Time // of the view of the database; zero before it is taken
	early  []Finding // of the ledger by itself: the codes of the cases come later
	out    outside
	owners map[string]*owner
	bare   map[string]Finding // events without a payload, by id, that no redaction has named yet
	named  map[string]bool    // events that a redaction names
	chain  *chain
	duties map[string][]toldDuty // by id, in each chain that tells of it
	left   map[string][]leaving  // duties that a merge has moved, by id
	broken map[string]bool       // chains that do not tell what was recorded
	unkept bool                  // an event was published, but there is no ledger at all
	books  []replaced            // the changes of the book of rules that the record tells
	silent bool                  // one of them does not tell which
}

// chain is the one that is being read.
type chain struct {
	id     string
	owner  *owner
	sealed []sealed
	seq    int64  // of the last event
	hash   string // and its seal
	status string // of the case, by its events
	dark   bool   // the status was told by a payload that is gone
}

func (c *check) find(f Finding, t fault.Text) {
	f.VI, f.EN = t.VI, t.EN
	if c.at.IsZero() {
		c.early = append(c.early, f)
		return
	}
	c.tell(f)
}

func (c *check) tell(f Finding) {
	if o := c.owners[f.Chain]; o != nil {
		f.Code = o.Code
	}
	c.report.Findings++
	c.report.ByKind[f.Kind]++
	c.cfg.Found(f)
}

func (c *check) owner(o store.ChainOwner) error {
	c.owners[o.ID] = &owner{ChainOwner: o}
	return nil
}

func (c *check) event(e *store.Recorded) error {
	if c.chain == nil || c.chain.id != e.ChainID {
		c.endChain()
		c.beginChain(e.ChainID)
	}
	c.report.Events++
	if c.cfg.Progress != nil && c.report.Events%progressEvery == 0 {
		c.cfg.Progress(c.report.Events)
	}
	c.link(e)
	c.payload(e)
	c.message(e)
	c.witnessed(e)
	c.chain.seq, c.chain.hash = e.Seq, e.Hash
	return nil
}

func (c *check) beginChain(id string) {
	c.report.Chains++
	c.chain = &chain{id: id, owner: c.owners[id], hash: audit.Genesis}
	if c.chain.owner == nil {
		c.find(Finding{Kind: NoOwner, Chain: id}, say("chuỗi không thuộc hồ sơ nào", "the chain belongs to nothing"))
	} else {
		c.chain.owner.seen = true
	}
	if key, err := uuid.Parse(id); err == nil {
		c.chain.sealed = c.out.chains[key]
		delete(c.out.chains, key)
	}
}

// link checks the place, the link and the seal of an event.
func (c *check) link(e *store.Recorded) {
	at := Finding{Chain: e.ChainID, Seq: e.Seq}
	switch {
	case e.Seq != c.chain.seq+1:
		c.broken[e.ChainID] = true
		at.Kind = Gap
		c.find(at, say("thiếu sự kiện từ số %d đến số %d", "events %d to %d are missing", c.chain.seq+1, e.Seq-1))
	case e.PrevHash != c.chain.hash:
		at.Kind = Unlinked
		c.find(at, say("không nối với niêm phong của sự kiện trước", "it does not link to the seal of the event before it"))
	}
	at.Kind = Altered
	switch want, err := audit.Seal(Entry(e.Event)); {
	case err != nil:
		c.find(at, say("không kiểm được niêm phong: phiên bản %d không có", "its seal cannot be checked: there is no version %d", e.SealVersion))
	case want != e.Hash:
		c.find(at, say("nội dung sự kiện khác với lúc niêm phong", "the event is not what was sealed"))
	}
}

// Entry is what the seal of an event covers.
func Entry(e store.Event) audit.Entry {
	return audit.Entry{
		SealVersion: e.SealVersion, ID: e.ID, ChainID: e.ChainID, Seq: e.Seq, Type: e.Type,
		ObjectKind: e.ObjectKind, ObjectID: e.ObjectID, ActorID: e.ActorID, AgencyID: e.AgencyID,
		At: e.At, PayloadHash: e.PayloadHash, PrevHash: e.PrevHash,
	}
}

func (c *check) payload(e *store.Recorded) {
	ofCase := e.ObjectKind == "incident" && e.ObjectID == e.ChainID
	ofDuty := e.ObjectKind == "obligation"
	if e.Redacted {
		c.silent = c.silent || e.Type == rulesReplaced
		if ofDuty {
			c.duty(e, false)
		}
		c.report.Redacted++
		c.bare[e.ID] = Finding{Kind: NoPayload, Chain: e.ChainID, Seq: e.Seq}
		first := e.Type == "incident.reported" || e.Type == "incident.imported"
		if ofCase && (first || slices.ContainsFunc(incident.Moves, func(m incident.Move) bool { return m.Fact == e.Type })) {
			c.chain.dark = true
		}
		return
	}
	if audit.PayloadHash(e.Salt, []byte(e.Body)) != e.PayloadHash {
		c.find(Finding{Kind: AlteredPayload, Chain: e.ChainID, Seq: e.Seq}, say(
			"dữ liệu kèm theo khác với lúc niêm phong", "the payload is not what was sealed"))
		c.broken[e.ChainID] = true
		c.silent = c.silent || e.Type == rulesReplaced
		return
	}
	if ofDuty {
		c.duty(e, true)
	}
	if e.Type == rulesReplaced {
		c.replaced(e)
	}
	if slices.Contains(incident.RedactionFacts, e.Type) {
		c.redaction(e)
	}
	if !ofCase {
		return
	}
	var said struct{ To any }
	if json.Unmarshal([]byte(e.Body), &said) != nil {
		return
	}
	if to, ok := said.To.(string); ok && isStatus(to) {
		c.chain.status, c.chain.dark = to, false
	}
}

// redaction notes which payloads the redaction has taken away.
func (c *check) redaction(e *store.Recorded) {
	var said map[string]json.RawMessage
	var ids []string
	if json.Unmarshal([]byte(e.Body), &said) != nil || said[incident.RedactedEvents] == nil || json.Unmarshal(said[incident.RedactedEvents], &ids) != nil {
		return
	}
	for _, id := range ids {
		c.named[id] = true
	}
}

func isStatus(s string) bool {
	for _, known := range incident.Statuses {
		if string(known.Status) == s {
			return true
		}
	}
	return false
}

// message checks that the event stands in the outbox, or was pruned from it by rule, and
// that what goes out tells the same event.
func (c *check) message(e *store.Recorded) {
	at := Finding{Chain: e.ChainID, Seq: e.Seq}
	if !e.Waits {
		if c.at.Sub(e.At) < outbox.Keep {
			at.Kind = NoMessage
			c.find(at, say("sự kiện không có trong hàng gửi đi", "the event has no row in the outbox"))
		}
		return
	}
	var m api.Event
	bad := json.Unmarshal([]byte(e.Message), &m)
	if bad != nil || e.OutboxChain != e.ChainID || e.OutboxSeq != e.Seq || m.ID != e.ID || m.Subject != e.ChainID ||
		m.Type != e.Type || m.Sequence != strconv.FormatInt(e.Seq, 10) || m.Seal != e.Hash || m.PrevSeal != e.PrevHash {
		at.Kind = AlteredMessage
		c.find(at, say("bản tin gửi đi không đúng với sự kiện", "the message in the outbox does not tell this event"))
	}
}

// witnessed compares the event with its line in the ledger.
func (c *check) witnessed(e *store.Recorded) {
	published := !e.Waits || e.PublishedAt != nil && c.at.Sub(*e.PublishedAt) > late
	if !c.out.there {
		c.report.ToLedger++
		c.unkept = c.unkept || published
		return
	}
	at := Finding{Chain: e.ChainID, Seq: e.Seq}
	list := c.chain.sealed
	i, known := find(list, e.Seq)
	if !known {
		c.report.ToLedger++
		switch at.Kind = LedgerMissing; {
		case i < len(list):
			c.find(at, say("không có trong sổ niêm phong, dù sổ đã ghi sự kiện sau đó", "it is not in the ledger, which knows a later event of the chain"))
		case published:
			c.find(at, say("đã phát đi từ lâu mà không có trong sổ niêm phong (nếu hệ thống đang dừng: chạy lại rồi kiểm tra lại)",
				"it was published long ago and is not in the ledger (if the desk stands still: start it and verify again)"))
		}
		return
	}
	s := &list[i]
	s.seen = true
	at.Line = s.line
	switch {
	case hexOf(s.hash) != e.Hash:
		at.Kind = LedgerSeal
		c.find(at, say("cơ sở dữ liệu có niêm phong khác với sổ: sự kiện đã bị thay", "the database has another seal than the ledger: the event was replaced"))
	case s.rest != rest(e.ID, e.At.UTC().Format(audit.TimeLayout), e.PrevHash):
		at.Kind = LedgerLine
		c.find(at, say("dòng của sổ không khớp với sự kiện", "the line does not say what its event says"))
	}
}

// endChain checks the head of the chain and what hangs on it.
func (c *check) endChain() {
	ch := c.chain
	if ch == nil {
		return
	}
	c.chain = nil
	c.surplus(ch.id, ch.sealed)
	o := ch.owner
	if o == nil {
		return
	}
	at := Finding{Kind: Head, Chain: ch.id, Seq: ch.seq}
	if o.Seq != ch.seq || o.Hash != ch.hash {
		c.find(at, say("đầu chuỗi ghi trong hồ sơ là số %d, sự kiện cuối là số %d, hoặc niêm phong không khớp",
			"the owner names event %d as the last, the last one is %d, or their seals differ", o.Seq, ch.seq))
	}
	if o.Status == "" {
		return
	}
	at.Kind = Disagrees
	if ch.status != o.Status && !ch.dark {
		c.find(at, say("trạng thái hồ sơ là «%s», theo các sự kiện là «%s»", "the case is %q, by its events it is %q", o.Status, ch.status))
	}
	if o.Version < 1 || o.Version > ch.seq {
		c.find(at, say("hồ sơ ở phiên bản %d mà chỉ có %d sự kiện", "the case has version %d and only %d events", o.Version, ch.seq))
	}
}

// surplus tells the lines of the ledger whose events did not come.
func (c *check) surplus(chain string, lines []sealed) {
	for _, s := range lines {
		if !s.seen {
			c.find(Finding{Kind: LedgerExtra, Chain: chain, Seq: s.seq, Line: s.line}, say(
				"sổ niêm phong có sự kiện này, cơ sở dữ liệu không có", "the ledger knows this event, the database does not have it"))
		}
	}
}

func (c *check) stray(s store.Stray) error {
	c.find(Finding{Kind: NoEvent}, say("bảng %s có dòng của sự kiện %s không tồn tại", "table %s has a row of the event %s, which does not exist", s.Table, s.EventID))
	return nil
}

// end tells of owners without events and of what the ledger knows beyond the database.
func (c *check) end() {
	for _, o := range c.owners {
		if !o.seen && (o.Seq != 0 || o.Status != "") {
			c.find(Finding{Kind: Head, Chain: o.ID, Seq: o.Seq}, say("hồ sơ không còn sự kiện nào (%d theo đầu chuỗi)",
				"there is no event of it (%d by its head)", o.Seq))
		}
	}
	for id, f := range c.bare {
		if !c.named[id] {
			c.find(f, say("dữ liệu kèm theo đã mất mà không có quyết định xóa nào ghi lại", "its payload is gone, and no redaction names it"))
		}
	}
	for key, lines := range c.out.chains { // those whose chains did not come
		c.surplus(key.String(), lines)
	}
	if c.unkept {
		c.find(Finding{Kind: NoLedger}, say("không có tệp sổ niêm phong %s", "there is no ledger file %s", c.cfg.Ledger))
	}
}
