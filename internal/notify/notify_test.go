package notify

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/bus"
	"github.com/ungcuu/ungcuu/internal/bus/bustest"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/secret"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/store/storetest"
	"github.com/ungcuu/ungcuu/internal/telemetry/telemetrytest"
)

// What must never stand in a mail.
const (
	secretTitle   = "Hệ thống một cửa bị mã hoá"
	secretMessage = "Mật khẩu quản trị đã lộ"
)

// desk is a province with a case, a mail server and a worker.
type desk struct {
	*Worker
	t    *testing.T
	st   *store.Store
	bus  *bus.Bus
	sink *sink
	said *telemetrytest.Log
	cfg  Config

	team, police, national incident.Agency
	user                   string
	inc                    incident.Incident
	runs                   bool // the worker runs by itself
}

// each runs f on both databases with both kinds of broker.
func each(t *testing.T, f func(d *desk)) {
	for _, broker := range bustest.Kinds() {
		t.Run(broker.Name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, st *store.Store) { f(newDesk(t, st, broker.New(t))) })
		})
	}
}

func newDesk(t *testing.T, st *store.Store, cfg bus.Config) *desk {
	b, err := bus.Open(t.Context(), cfg, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	t.Cleanup(b.Close)
	d := &desk{t: t, st: st, bus: b, sink: newSink(t)}
	d.team = incident.Agency{ID: newID(), Code: "team", Name: "Đội ứng cứu sự cố tỉnh Sơn La", NameEN: "Sơn La Incident Response Team", CreatedAt: clock()}
	d.police = incident.Agency{ID: newID(), Code: "police", Name: "Công an tỉnh Sơn La", NameEN: "Sơn La Provincial Police", CreatedAt: clock()}
	d.national = incident.Agency{ID: newID(), Code: "vncert", Name: "Trung tâm VNCERT/CC", CreatedAt: clock()}
	d.user = newID()
	d.write(func(tx *store.Tx) error {
		for _, a := range []*incident.Agency{&d.team, &d.police, &d.national} {
			if err := tx.CreateAgency(a); err != nil {
				return err
			}
		}
		return tx.CreateUser(&store.User{ID: d.user, Username: "officer", FullName: "Cán bộ", AgencyID: d.team.ID, PasswordHash: "x", CreatedAt: clock()})
	})
	d.contact(d.team, "team@sonla.example", true, incident.Span{})
	d.contact(d.police, "congan@sonla.example", true, incident.Span{})
	d.contact(d.national, "ir@vncert.example", true, incident.Span{})
	d.inc = d.newCase(func(*incident.Incident) {})
	d.cfg = Config{SMTP: d.sink.settings(), Dir: d.t.TempDir(), Clauses: map[incident.HandoverKind]string{
		incident.Coordination: "điểm b khoản 1 Điều 6 Quy chế kèm theo Quyết định 3063/QĐ-UBND",
	}}
	d.start()
	return d
}

// start puts a new worker in the place of the old one, as a new process would.
func (d *desk) start() {
	d.t.Helper()
	d.said = &telemetrytest.Log{}
	w, err := New(d.st, d.bus, d.cfg, d.said.Logger())
	require.NoError(d.t, err)
	w.wait = 100 * time.Millisecond
	d.Worker = w
}

func (d *desk) write(f func(tx *store.Tx) error) {
	d.t.Helper()
	require.NoError(d.t, d.st.Write(d.t.Context(), func(_ context.Context, tx *store.Tx) error { return f(tx) }))
}

func (d *desk) contact(a incident.Agency, email string, duty bool, valid incident.Span) {
	d.t.Helper()
	d.write(func(tx *store.Tx) error {
		return tx.CreateContact(&incident.Contact{ID: newID(), AgencyID: a.ID, Name: "Trực ban", Email: email, Duty: duty, Valid: valid})
	})
}

func (d *desk) newCase(change func(*incident.Incident)) incident.Incident {
	d.t.Helper()
	inc := incident.Incident{
		ID: newID(), Version: 1, Status: "triaged", Title: secretTitle, Description: secretMessage,
		Natures: []incident.Nature{incident.Cybercrime}, TLP: incident.TLPAmberStrict,
		ReportingAgencyID: d.team.ID, ReportedByID: d.user, LeadAgencyID: d.team.ID,
		DetectedAt: clock(), DetectedPrecision: incident.PrecisionMinute, ReportedAt: clock(),
		CreatedAt: clock(), UpdatedAt: clock(),
	}
	d.write(func(tx *store.Tx) error {
		n, err := tx.NextCode("test")
		if err != nil {
			return err
		}
		inc.Code = fmt.Sprintf("SL-2026-%06d", n)
		change(&inc)
		return tx.CreateIncident(&inc)
	})
	return inc
}

func (d *desk) handover(kind incident.HandoverKind, urgency incident.Urgency) incident.Handover {
	d.t.Helper()
	by := time.Date(2026, 11, 22, 20, 5, 0, 0, time.UTC)
	h := incident.Handover{
		ID: newID(), IncidentID: d.inc.ID, Version: 1, Kind: kind, Status: incident.Requested,
		FromAgencyID: d.team.ID, ToAgencyID: d.police.ID, Channel: incident.ChannelAPI, Urgency: urgency,
		Message: secretMessage, AcknowledgeBy: &by, RequestedAt: clock(), RequestedByID: d.user,
		CreatedAt: clock(), UpdatedAt: clock(),
	}
	d.write(func(tx *store.Tx) error { return tx.CreateHandover(&h) })
	return h
}

// event publishes what became of a handover and returns the event's id.
func (d *desk) event(fact string, h incident.Handover, to incident.HandoverStatus) string {
	d.t.Helper()
	id := newID()
	d.publish("handover."+fact, id, api.EventData{
		IncidentID: h.IncidentID, ObjectID: h.ID, To: string(to), Kind: string(h.Kind),
		FromAgencyID: h.FromAgencyID, ToAgencyID: h.ToAgencyID, AgencyID: h.FromAgencyID,
	})
	return id
}

func (d *desk) publish(typ, id string, data api.EventData) {
	d.t.Helper()
	raw, err := json.Marshal(api.Event{SpecVersion: "1.0", ID: id, Type: typ, Subject: data.IncidentID, Sequence: "1", Data: data})
	require.NoError(d.t, err)
	// Another message id each time: the broker's own memory of repeats must not be what helps.
	m := bus.Message{Subject: "ungcuu.son-la." + typ, ID: newID(), Data: raw}
	d.put(m)
}

// put publishes a message. Where no worker runs, one pass takes all that was sent.
func (d *desk) put(m bus.Message) {
	d.t.Helper()
	if d.runs {
		require.NoError(d.t, errors.Join(d.bus.Publish(d.t.Context(), []bus.Message{m})...))
		return
	}
	bustest.Publish(d.t, d.bus, bus.Notify, m)
}

func (d *desk) mustPass() {
	d.t.Helper()
	require.NoError(d.t, d.Pass(d.t.Context()))
}

func (d *desk) deliveries(event string) []store.Delivery {
	d.t.Helper()
	list, err := d.st.Read(d.t.Context()).Deliveries(store.DeliveryQuery{Sight: policy.Sight{All: true}, EventID: event})
	require.NoError(d.t, err)
	slices.SortFunc(list, func(a, b store.Delivery) int {
		return cmp.Or(strings.Compare(a.AgencyID, b.AgencyID), strings.Compare(a.Recipient, b.Recipient))
	})
	return list
}

// due makes a delivery that waits for its next try due now.
func (d *desk) due(x store.Delivery) {
	d.t.Helper()
	now := clock()
	x.NextAt = &now
	require.NoError(d.t, d.st.SaveDelivery(d.t.Context(), &x))
}

func (d *desk) outstanding() int {
	n, err := d.bus.Consumer(bus.Notify).Outstanding(d.t.Context())
	require.NoError(d.t, err)
	return n
}

// settles waits until n messages are delivered and not acknowledged: an ack is on its way to the
// broker when the worker is done.
func (d *desk) settles(n int) {
	d.t.Helper()
	require.Eventually(d.t, func() bool { return d.outstanding() == n }, 60*time.Second, 5*time.Millisecond)
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }

func TestARequestIsToldInVietnameseThenEnglishAndGivesNothingAway(t *testing.T) {
	each(t, func(d *desk) {
		h := d.handover(incident.Coordination, incident.HoaToc)
		id := d.event("requested", h, incident.Requested)
		d.mustPass()
		mails := d.sink.mails()
		require.Len(d.t, mails, 1)
		m := mails[0]
		require.Equal(d.t, "[Ứng Cứu] [HỎA TỐC] Đề nghị phối hợp xử lý sự cố "+d.inc.Code, m.subject)
		require.Equal(d.t, "Đội ứng cứu sự cố Sơn La", m.from)
		require.Equal(d.t, "congan@sonla.example", m.to)
		require.Equal(d.t, "auto-generated", m.header.Get("Auto-Submitted"))
		require.Equal(d.t, `Kính gửi: Công an tỉnh Sơn La

Đội ứng cứu sự cố tỉnh Sơn La gửi đến Quý cơ quan:

- Nội dung: Đề nghị phối hợp
- Mã hồ sơ sự cố: `+d.inc.Code+`
- Mức độ khẩn: Hỏa tốc
- Cơ quan gửi: Đội ứng cứu sự cố tỉnh Sơn La
- Cơ quan nhận: Công an tỉnh Sơn La
- Căn cứ: điểm b khoản 1 Điều 6 Quy chế kèm theo Quyết định 3063/QĐ-UBND
- Đề nghị tiếp nhận trước: 23/11/2026 03:05 (giờ Việt Nam)

Việc cần làm: đề nghị đầu mối trực của Quý cơ quan đăng nhập hệ thống Ứng Cứu, mở hồ sơ `+d.inc.Code+` và xác nhận tiếp nhận. Sau đó, đề nghị Quý cơ quan trả lời: đồng ý, đồng ý một phần hoặc từ chối (nêu rõ lý do). Trường hợp chưa truy cập được hệ thống, đề nghị liên hệ trực tiếp với Đội ứng cứu sự cố tỉnh Sơn La bằng văn bản, điện thoại hoặc fax để được ghi nhận.

Thư này do hệ thống Ứng Cứu gửi tự động qua thư điện tử thông thường, vì vậy không kèm nội dung chi tiết của hồ sơ. Đề nghị không trả lời vào địa chỉ này.

Trân trọng.

----------------------------------------

To: Sơn La Provincial Police

Sơn La Incident Response Team has sent you:

- Subject: request for coordination
- Case: `+d.inc.Code+`
- Urgency: express
- From: Sơn La Incident Response Team
- To: Sơn La Provincial Police
- Basis: điểm b khoản 1 Điều 6 Quy chế kèm theo Quyết định 3063/QĐ-UBND
- Please acknowledge by: 23/11/2026 03:05 (Viet Nam time)

What to do next: sign in to Ứng Cứu, open case `+d.inc.Code+` and acknowledge. Then answer: accept, accept partly, or decline (with the reason). If you cannot reach the system, answer Sơn La Incident Response Team by letter, telephone or fax, and it will be recorded.

This message was sent automatically by Ứng Cứu over ordinary e-mail and therefore carries no details of the case. Please do not reply to this address.
`, m.body)
		rows := d.deliveries(id)
		require.Len(d.t, rows, 1)
		require.Equal(d.t, store.DeliverySent, rows[0].Status)
		require.NotNil(d.t, rows[0].SentAt)
		require.Equal(d.t, "<"+rows[0].ID+"@sonla.example>", m.id)
	})
}

func TestEveryStepOfAHandoverIsToldToTheOtherSideInItsOwnWords(t *testing.T) {
	each(t, func(d *desk) {
		steps := []struct {
			fact   string
			status incident.HandoverStatus
			to     string
			word   string
		}{
			{"acknowledged", incident.Acknowledged, "team@sonla.example", "Đã tiếp nhận"},
			{"accepted", incident.Accepted, "team@sonla.example", "Đồng ý"},
			{"partly_accepted", incident.PartlyAccepted, "team@sonla.example", "Đồng ý một phần"},
			{"declined", incident.Declined, "team@sonla.example", "Từ chối"},
			{"completed", incident.Completed, "team@sonla.example", "Hoàn thành"},
			{"withdrawn", incident.Withdrawn, "congan@sonla.example", "Đã rút"},
			{"released", incident.Released, "congan@sonla.example", "Thôi yêu cầu"},
		}
		h := d.handover(incident.Investigation, incident.Normal)
		for _, s := range steps {
			d.event(s.fact, h, s.status)
		}
		d.mustPass()
		d.mustPass()
		bySubject := map[string]read{}
		for _, m := range d.sink.mails() {
			bySubject[m.subject] = m
			for _, leak := range []string{secretTitle, secretMessage, "amber", "cybercrime", "tội phạm"} {
				require.NotContains(d.t, strings.ToLower(m.subject+m.body), strings.ToLower(leak))
			}
			require.NotContains(d.t, m.body, "Căn cứ", "this kind has no clause")
		}
		require.Len(d.t, bySubject, len(steps))
		for _, s := range steps {
			m, ok := bySubject["[Ứng Cứu] "+s.word+": Chuyển điều tra, xác minh sự cố "+d.inc.Code]
			require.True(d.t, ok, s.fact)
			require.Equal(d.t, s.to, m.to, s.fact)
			require.Contains(d.t, m.body, "- Trạng thái: "+s.word+"\n")
			require.Contains(d.t, m.body, "- Mức độ khẩn: Thường\n")
		}
	})
}

func TestEveryKindOfHandoverHasItsWords(t *testing.T) {
	all, err := readLetters()
	require.NoError(t, err)
	for _, kind := range incident.HandoverKinds {
		for urgency, word := range incident.UrgencyVI {
			for status := range statusesEN {
				for template := range all {
					if template == "message" || template == "receipt" || strings.HasPrefix(template, "obligation_") { // they tell of no handover
						continue
					}
					l := &letter{template: template, Code: "SL-2026-000001"}
					l.ofHandover(&incident.Handover{Kind: kind.Kind, Urgency: urgency}, status)
					l.parties(&incident.Agency{Name: "A"}, &incident.Agency{Name: "B"})
					subject, body, err := all.write(l)
					require.NoError(t, err)
					require.Contains(t, subject, "SL-2026-000001")
					require.NotContains(t, body, "\n\n\n")
					require.NotContains(t, body, ": \n")
					require.Contains(t, body, kind.VI)
					if template != "national_report" {
						require.Contains(t, body, word)
					}
					require.NotEmpty(t, l.KindEN)
				}
			}
		}
	}
}

func TestEveryDutyContactInForceIsToldAndNobodyElse(t *testing.T) {
	each(t, func(d *desk) {
		today := civil(clock())
		d.contact(d.police, "thu-hai@sonla.example", true, incident.Span{From: today})
		d.contact(d.police, "CONGAN@sonla.example", true, incident.Span{}) // the same box once more
		d.contact(d.police, "nghi-viec@sonla.example", true, incident.Span{To: today})
		d.contact(d.police, "chua-den@sonla.example", true, incident.Span{From: "2999-01-01"})
		d.contact(d.police, "hanh-chinh@sonla.example", false, incident.Span{})
		d.contact(d.police, "", true, incident.Span{})
		d.event("requested", d.handover(incident.Notice, incident.Khan), incident.Requested)
		d.mustPass()
		var to []string
		for _, m := range d.sink.mails() {
			to = append(to, strings.ToLower(m.to))
		}
		require.ElementsMatch(d.t, []string{"congan@sonla.example", "thu-hai@sonla.example"}, to)
	})
}

func TestANationalReportByEmailIsMarkedTBSCAndOtherChannelsAreNotMailed(t *testing.T) {
	each(t, func(d *desk) {
		report := func(channel incident.Channel) {
			r := incident.NationalReport{ID: newID(), IncidentID: d.inc.ID, Version: 1, Kind: incident.HelpRequest,
				Status: incident.ReportSent, ToAgencyID: d.national.ID, Reason: secretMessage, CreatedByID: d.user,
				CreatedAt: clock(), Channel: channel, UpdatedAt: clock()}
			d.write(func(tx *store.Tx) error { return tx.CreateNationalReport(&r) })
			d.publish("national_report.sent", newID(), api.EventData{IncidentID: d.inc.ID, ObjectID: r.ID, AgencyID: d.team.ID, ToAgencyID: d.national.ID})
		}
		report(incident.ChannelDocument)
		report(incident.ChannelEmail)
		d.mustPass()
		mails := d.sink.mails()
		require.Len(d.t, mails, 1)
		require.Equal(d.t, "[TBSC] Đề nghị hỗ trợ xử lý sự cố "+d.inc.Code, mails[0].subject)
		require.Equal(d.t, "ir@vncert.example", mails[0].to)
		require.Contains(d.t, mails[0].body, "Kính gửi: Trung tâm VNCERT/CC")
		require.NotContains(d.t, mails[0].body, secretMessage)
	})
}

func TestAnEventThatComesTwiceIsOneMail(t *testing.T) {
	each(t, func(d *desk) {
		h := d.handover(incident.Coordination, incident.Normal)
		id := newID()
		data := api.EventData{IncidentID: d.inc.ID, ObjectID: h.ID, To: "requested"}
		d.publish("handover.requested", id, data)
		d.mustPass()
		d.publish("handover.requested", id, data)
		d.publish("handover.requested", id, data)
		d.mustPass()
		require.Len(d.t, d.sink.parcels(), 1)
		require.Len(d.t, d.deliveries(id), 1)
	})
}

// After a restore every event goes out again.
func TestAnEventThatWasToldIsNotToldToWhoCameOnDutySince(t *testing.T) {
	each(t, func(d *desk) {
		h := d.handover(incident.Coordination, incident.Normal)
		id := d.event("requested", h, incident.Requested)
		d.mustPass()
		require.Len(d.t, d.deliveries(id), 1)
		d.contact(d.police, "moi@example.vn", true, incident.Span{})
		d.publish("handover.requested", id, api.EventData{IncidentID: d.inc.ID, ObjectID: h.ID, To: "requested"})
		d.mustPass()
		require.Len(d.t, d.sink.parcels(), 1)
		require.Len(d.t, d.deliveries(id), 1)
	})
}

func TestAWorkerThatStopsBetweenReadingAndSendingLosesNoMailAndSendsOne(t *testing.T) {
	each(t, func(d *desk) {
		id := d.event("requested", d.handover(incident.Coordination, incident.Normal), incident.Requested)
		n, err := d.consume(d.t.Context())
		require.NoError(d.t, err)
		require.Equal(d.t, 1, n)
		require.Empty(d.t, d.sink.parcels())
		require.Equal(d.t, store.DeliveryPending, d.deliveries(id)[0].Status)

		d.start()
		d.mustPass()
		d.mustPass()
		require.Len(d.t, d.sink.parcels(), 1)
	})
}

func TestAMailThatIsRepeatedAfterACrashHasTheSameMessageID(t *testing.T) {
	each(t, func(d *desk) {
		id := d.event("requested", d.handover(incident.Coordination, incident.Normal), incident.Requested)
		d.mustPass()
		// As if the process had died after the server took the mail and before that was saved.
		x := d.deliveries(id)[0]
		x.Status, x.SentAt = store.DeliverySending, nil
		d.due(x)
		d.start()
		d.mustPass()
		mails := d.sink.mails()
		require.Len(d.t, mails, 2)
		require.Equal(d.t, mails[0].id, mails[1].id)
	})
}

func TestAMailThatWasAcceptedJustBeforeACrashIsNotSentAgain(t *testing.T) {
	each(t, func(d *desk) {
		id := d.event("requested", d.handover(incident.Coordination, incident.Normal), incident.Requested)
		_, err := d.consume(d.t.Context())
		require.NoError(d.t, err)
		x := d.deliveries(id)[0]
		// As if a process had died after the server took the mail and before that was saved.
		dead, err := openJournal(d.cfg.Dir)
		require.NoError(d.t, err)
		require.NoError(d.t, dead.accepted(x.ID))
		x.Status = store.DeliverySending
		d.due(x)
		require.NoError(d.t, dead.leftBehind(func(string) error { return errors.New("a living process keeps its notes") }))
		require.NoError(d.t, dead.file.Close())
		d.start()
		d.mustPass()
		require.Empty(d.t, d.sink.parcels())
		require.Equal(d.t, store.DeliverySent, d.deliveries(id)[0].Status)
		left, err := filepath.Glob(filepath.Join(d.cfg.Dir, "accepted-*"))
		require.NoError(d.t, err)
		require.Len(d.t, left, 1, "only its own notes are left")
	})
}

func TestANoteIsForgottenOnceTheDatabaseHasIt(t *testing.T) {
	each(t, func(d *desk) {
		d.event("requested", d.handover(incident.Coordination, incident.Normal), incident.Requested)
		d.mustPass()
		require.Len(d.t, d.sink.parcels(), 1)
		info, err := d.journal.file.Stat()
		require.NoError(d.t, err)
		require.Zero(d.t, info.Size())
	})
}

func TestWhatWasSentButNotSavedIsNotSentAgainByTheSameProcess(t *testing.T) {
	each(t, func(d *desk) {
		id := d.event("requested", d.handover(incident.Coordination, incident.Normal), incident.Requested)
		_, err := d.consume(d.t.Context())
		require.NoError(d.t, err)
		x := d.deliveries(id)[0]
		d.unsaved[x.ID] = outcome(x, nil, clock())
		_, err = d.send(d.t.Context())
		require.NoError(d.t, err)
		require.Empty(d.t, d.sink.parcels())
		require.Equal(d.t, store.DeliverySent, d.deliveries(id)[0].Status)
		require.Empty(d.t, d.unsaved)
	})
}

func TestAMailServerThatIsAwayIsTriedAgainLater(t *testing.T) {
	each(t, func(d *desk) {
		d.sink.stop()
		id := d.event("requested", d.handover(incident.Coordination, incident.Normal), incident.Requested)
		require.Error(d.t, d.Pass(d.t.Context()))
		x := d.deliveries(id)[0]
		require.Equal(d.t, store.DeliveryPending, x.Status)
		require.Equal(d.t, 1, x.Attempts)
		require.Contains(d.t, x.LastError, "mail server")
		require.WithinDuration(d.t, time.Now().Add(time.Minute), *x.NextAt, 10*time.Second)
		d.mustPass() // not due yet: nothing is tried

		d.sink.start()
		d.due(x)
		d.mustPass()
		require.Len(d.t, d.sink.parcels(), 1)
		x = d.deliveries(id)[0]
		require.Equal(d.t, store.DeliverySent, x.Status)
		require.Empty(d.t, x.LastError)
		require.Nil(d.t, x.NextAt)
	})
}

func TestALineThatBreaksBeforeTheAnswerMeansARepeatWithTheSameMessageID(t *testing.T) {
	each(t, func(d *desk) {
		d.sink.hangUp = true
		id := d.event("requested", d.handover(incident.Coordination, incident.Normal), incident.Requested)
		require.Error(d.t, d.Pass(d.t.Context()))
		d.due(d.deliveries(id)[0])
		d.mustPass()
		mails := d.sink.mails()
		require.Len(d.t, mails, 2)
		require.Equal(d.t, mails[0].id, mails[1].id)
	})
}

func TestARecipientThatIsRefusedForGoodFailsAtOnceAndDoesNotHoldUpOthers(t *testing.T) {
	each(t, func(d *desk) {
		d.sink.answer("congan@sonla.example", &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user"})
		d.contact(d.police, "sai địa chỉ", true, incident.Span{})
		d.contact(d.police, "ban@sonla.example", true, incident.Span{})
		d.sink.answer("ban@sonla.example", &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 2, 0}, Message: "busy"})
		d.contact(d.police, "tot@sonla.example", true, incident.Span{})
		id := d.event("requested", d.handover(incident.Coordination, incident.Normal), incident.Requested)
		d.mustPass()
		state := map[string]string{}
		for _, x := range d.deliveries(id) {
			state[x.Recipient] = x.Status
			if x.Status != store.DeliverySent {
				require.NotEmpty(d.t, x.LastError)
			}
		}
		require.Equal(d.t, map[string]string{
			"congan@sonla.example": store.DeliveryFailed, "sai địa chỉ": store.DeliveryFailed,
			"ban@sonla.example": store.DeliveryPending, "tot@sonla.example": store.DeliverySent,
		}, state)
		require.Len(d.t, d.sink.parcels(), 1)
	})
}

func TestADeliveryIsGivenUpAfterTwentyTriesWithGrowingWaits(t *testing.T) {
	var waits []time.Duration
	d, now := store.Delivery{}, clock()
	for d.Status != store.DeliveryFailed {
		d = outcome(d, errors.New("451 busy\x00\xff"), now)
		if d.NextAt != nil {
			waits = append(waits, d.NextAt.Sub(now).Round(time.Minute))
		}
	}
	require.Equal(t, 20, d.Attempts)
	require.Nil(t, d.NextAt)
	require.Equal(t, "451 busy?", d.LastError)
	require.Equal(t, []time.Duration{time.Minute, 2 * time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, time.Hour}, waits[:6])
}

func TestWithoutAMailServerMailsAreHeldAndGoOutWhenThereIsOne(t *testing.T) {
	each(t, func(d *desk) {
		with := d.cfg
		d.cfg.SMTP = SMTP{}
		d.start()
		id := d.event("requested", d.handover(incident.Coordination, incident.Normal), incident.Requested)
		d.mustPass()
		require.Equal(d.t, store.DeliveryHeld, d.deliveries(id)[0].Status)

		d.cfg = with
		d.start()
		d.mustPass()
		require.Len(d.t, d.sink.parcels(), 1)
		require.Equal(d.t, store.DeliverySent, d.deliveries(id)[0].Status)
	})
}

func TestMailsThatWaitAreHeldWhenTheMailServerIsTakenAway(t *testing.T) {
	each(t, func(d *desk) {
		id := d.event("requested", d.handover(incident.Coordination, incident.Normal), incident.Requested)
		_, err := d.consume(d.t.Context())
		require.NoError(d.t, err)
		d.cfg.SMTP = SMTP{}
		d.start()
		d.mustPass()
		require.Equal(d.t, store.DeliveryHeld, d.deliveries(id)[0].Status)
	})
}

func TestAnAgencyWithoutADutyContactIsSeenAsAFailedDelivery(t *testing.T) {
	each(t, func(d *desk) {
		bare := incident.Agency{ID: newID(), Code: "bare", Name: "Sở không đầu mối", CreatedAt: clock()}
		d.write(func(tx *store.Tx) error { return tx.CreateAgency(&bare) })
		h := d.handover(incident.Coordination, incident.Normal)
		h.ToAgencyID, h.Version = bare.ID, 2
		d.write(func(tx *store.Tx) error { return tx.SaveHandover(&h, 1) })
		id := d.event("requested", h, incident.Requested)
		d.mustPass()
		rows := d.deliveries(id)
		require.Len(d.t, rows, 1)
		require.Empty(d.t, rows[0].Recipient)
		require.Equal(d.t, store.DeliveryFailed, rows[0].Status)
		require.Contains(d.t, rows[0].LastError, "đầu mối trực")
		require.Equal(d.t, 1, d.said.Count("cannot be told"))
		require.Empty(d.t, d.sink.parcels())
	})
}

func TestNobodyIsToldOfAnExerciseOrAnImportedCase(t *testing.T) {
	each(t, func(d *desk) {
		for _, mark := range []func(*incident.Incident){
			func(i *incident.Incident) { i.Exercise = true },
			func(i *incident.Incident) { i.Imported = true },
		} {
			d.inc = d.newCase(mark)
			id := d.event("requested", d.handover(incident.Coordination, incident.Normal), incident.Requested)
			d.mustPass()
			require.Empty(d.t, d.deliveries(id))
			require.Equal(d.t, 1, d.said.Count(d.inc.Code))
		}
		require.Empty(d.t, d.sink.parcels())
		d.settles(0)
	})
}

func TestEventsThatConcernNobodyAreTakenWithoutAWord(t *testing.T) {
	each(t, func(d *desk) {
		d.publish("incident.triaged", newID(), api.EventData{IncidentID: d.inc.ID})
		d.publish("handover.contested", newID(), api.EventData{IncidentID: d.inc.ID})
		d.publish("handover.requested", newID(), api.EventData{IncidentID: newID(), ObjectID: newID()}) // of a case that is not here
		d.publish("handover.requested", "no id", api.EventData{IncidentID: d.inc.ID})
		d.put(bus.Message{Subject: "ungcuu.son-la.x.y", ID: newID(), Data: []byte("{")})
		d.mustPass()
		require.Empty(d.t, d.sink.parcels())
		d.settles(0)
	})
}

func TestADatabaseThatIsAwayKeepsTheEventOnTheBroker(t *testing.T) {
	each(t, func(d *desk) {
		away, err := store.Open(d.t.Context(), store.Config{DataDir: d.t.TempDir(), DatabaseURL: "postgres://nobody@127.0.0.1:1/none?connect_timeout=1"}, slog.New(slog.DiscardHandler))
		require.NoError(d.t, err)
		defer away.Close()
		id := d.event("requested", d.handover(incident.Coordination, incident.Normal), incident.Requested)
		d.store = away
		_, err = d.consume(d.t.Context())
		require.Error(d.t, err)
		d.store = d.st
		require.Eventually(d.t, func() bool { // it comes again after a second
			d.mustPass()
			return len(d.sink.parcels()) == 1
		}, 60*time.Second, time.Millisecond)
		require.Len(d.t, d.deliveries(id), 1)
	})
}

func TestTheWorkerRunsOverAnOutageOfBrokerAndMailServerAndEndsWithItsContext(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		server := bustest.NewServer(t)
		server.Start()
		d := newDesk(t, st, server.Config())
		d.runs = true
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- d.Run(ctx) }()
		h := d.handover(incident.Coordination, incident.Normal)
		d.event("requested", h, incident.Requested)
		require.Eventually(t, func() bool { return len(d.sink.parcels()) == 1 }, 60*time.Second, 5*time.Millisecond)

		server.Kill()
		require.Eventually(t, func() bool { return d.said.Count("notify stands still") == 1 }, 60*time.Second, 5*time.Millisecond)
		server.Start()
		require.Eventually(t, func() bool { return d.said.Count("notify goes on") == 1 }, 60*time.Second, 5*time.Millisecond)
		d.sink.stop()
		id := d.event("acknowledged", h, incident.Acknowledged)
		require.Eventually(t, func() bool { return d.said.Count("mail stands still") == 1 }, 60*time.Second, 5*time.Millisecond)
		d.sink.start()
		d.due(d.deliveries(id)[0])
		require.Eventually(t, func() bool { return len(d.sink.parcels()) == 2 }, 60*time.Second, 5*time.Millisecond)
		cancel()
		require.NoError(t, <-ended)
		require.Equal(t, 1, d.said.Count("mail stands still"))
	})
}

func TestAProcessThatEndsDoesNotCountAgainstTheMailServer(t *testing.T) {
	each(t, func(d *desk) {
		id := d.event("requested", d.handover(incident.Coordination, incident.Normal), incident.Requested)
		_, err := d.consume(d.t.Context())
		require.NoError(d.t, err)
		ctx, cancel := context.WithCancel(d.t.Context())
		d.sink.mu.Lock() // no answer to RCPT: the dialogue stands
		sending := make(chan struct{})
		go func() {
			defer close(sending)
			_, _ = d.send(ctx) // how it ends shows in the delivery
		}()
		cancel()
		d.sink.mu.Unlock()
		<-sending
		x := d.deliveries(id)[0]
		if x.Status == store.DeliveryPending { // it ended before the dialogue began
			require.Zero(d.t, x.Attempts)
			d.mustPass()
		}
		require.Equal(d.t, store.DeliverySent, d.deliveries(id)[0].Status)
		require.Len(d.t, d.sink.parcels(), 1)
	})
}

func TestCredentialsGoToThisMachineOnlyInTheOpen(t *testing.T) {
	s := newSink(t)
	settings := s.settings()
	settings.URL = secret.Text(strings.Replace(settings.URL.Reveal(), "smtp://", "smtp://desk:p%40ss@", 1))
	m, err := newMailer(settings)
	require.NoError(t, err)
	require.NoError(t, m.send(t.Context(), store.Delivery{ID: newID(), Recipient: "a@b.example", Subject: "x", Body: "x"}))
	require.Equal(t, "desk", s.user)

	settings.URL = secret.Text(strings.Replace(settings.URL.Reveal(), "p%40ss", "wrong", 1))
	m, err = newMailer(settings)
	require.NoError(t, err)
	var away *serverError
	require.ErrorAs(t, m.send(t.Context(), store.Delivery{ID: newID(), Recipient: "a@b.example", Subject: "x", Body: "x"}), &away)

	for url, want := range map[string][2]string{
		"smtp://mail.example":           {"mail.example:25", "TLSOpportunistic"},
		"smtp://u:p@mail.example":       {"mail.example:587", "TLSMandatory"},
		"smtp://u:p@mail.example:2525":  {"mail.example:2525", "TLSMandatory"},
		"smtp://u:p@127.0.0.1:2525":     {"127.0.0.1:2525", "TLSOpportunistic"},
		"smtps://u:p@mail.example":      {"mail.example:465", "TLSMandatory"},
		"smtps://u:p@mail.example:1465": {"mail.example:1465", "TLSMandatory"},
	} {
		m, err := newMailer(SMTP{URL: secret.Text(url), From: "a@b.example"})
		require.NoError(t, err, url)
		require.Equal(t, want[0], m.client.ServerAddr(), url)
		require.Equal(t, want[1], m.client.TLSPolicy(), url)
	}
}

func TestAnEncryptedMailServerMustProveWhoItIs(t *testing.T) {
	web := httptest.NewTLSServer(nil) // for its certificate
	defer web.Close()
	s := &sink{t: t, tls: &tls.Config{Certificates: web.TLS.Certificates}}
	s.start()
	defer s.stop()
	m, err := newMailer(SMTP{URL: secret.Text("smtps://desk:p%40ss@" + s.addr), From: "a@b.example"})
	require.NoError(t, err)
	d := store.Delivery{ID: newID(), Recipient: "a@b.example", Subject: "x", Body: "x"}
	var away *serverError
	require.ErrorAs(t, m.send(t.Context(), d), &away)
	require.Empty(t, s.parcels())

	trusted := x509.NewCertPool()
	trusted.AddCert(web.Certificate())
	require.NoError(t, m.client.SetTLSConfig(&tls.Config{ServerName: "127.0.0.1", RootCAs: trusted, MinVersion: tls.VersionTLS12}))
	require.NoError(t, m.send(t.Context(), d))
	require.Len(t, s.parcels(), 1)
	require.Equal(t, "desk", s.user)
}

func TestAWrongMailSettingIsAnErrorThatTellsNoPassword(t *testing.T) {
	for _, bad := range []SMTP{
		{URL: "http://u:geheim@x", From: "a@b.example"},
		{URL: "smtp://u:geheim@", From: "a@b.example"},
		{URL: "smtp://u:geheim@x:port", From: "a@b.example"},
		{URL: "smtp://u:geheim@x", From: ""},
		{URL: "smtp://u:geheim@x", From: "no address"},
	} {
		_, err := newMailer(bad)
		require.Error(t, err)
		require.NotContains(t, err.Error(), "geheim")
	}
}

func TestAMailCannotBeBentByWhatIsWrittenInTheRegistry(t *testing.T) {
	s := newSink(t)
	m, err := newMailer(s.settings())
	require.NoError(t, err)
	all, err := readLetters()
	require.NoError(t, err)
	l := &letter{template: "requested", Code: "SL-2026-000001\r\nBcc: evil@example"}
	l.ofHandover(&incident.Handover{Kind: incident.Notice, Urgency: incident.Normal}, incident.Requested)
	l.parties(&incident.Agency{Name: "A\r\n.\r\nMAIL FROM:<x>"}, &incident.Agency{Name: "B"})
	subject, body, err := all.write(l)
	require.NoError(t, err)
	require.NotContains(t, subject, "\n")
	require.NoError(t, m.send(t.Context(), store.Delivery{ID: newID(), Recipient: "a@b.example", Subject: subject, Body: body}))
	mails := s.mails()
	require.Len(t, mails, 1)
	require.Empty(t, mails[0].header.Get("Bcc"))
	require.Error(t, m.send(t.Context(), store.Delivery{ID: newID(), Recipient: "a@b.example\r\nBcc: evil@example", Subject: subject, Body: body}))
	require.Error(t, m.send(t.Context(), store.Delivery{ID: newID(), Recipient: "a@b.example, c@d.example", Subject: subject, Body: body}))
}
