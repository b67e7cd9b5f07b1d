package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/api/client"
	"github.com/ungcuu/ungcuu/internal/app"
	"github.com/ungcuu/ungcuu/internal/bus"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/openapi"
)

// whichever writes without having read: the scripts below are alone on their cases.
var whichever = client.Write{Any: true}

// occurrences are what happens in a desk, so that in sum every type of event does. A new
// type needs a step here, or in one of these.
var occurrences = []struct {
	about string
	run   func(w *world)
}{
	{"a case lives from its report to its closure, and once more", func(w *world) {
		w.wholeLife(w.report("cybercrime"), "availability.ddos")
	}},
	{"who is asked declines, who asks takes back or lets go, and the lead goes there and back", func(w *world) {
		inc, officer, police := w.triaged(), w.as("officer"), w.as("police")
		ask := func(transfersLead bool) api.Handover {
			body := request(w.agency["cat-dau-moi"], "coordination")
			body.TransfersLead = transfersLead
			return must(w, officer.AskHandover, client.Write{}, inc.ID, body)
		}
		step(w, officer.Withdraw, inc, ask(false), api.Withdraw{Reason: "Gửi nhầm"})
		h := step(w, police.Acknowledge, inc, ask(false), api.Acknowledge{})
		step(w, police.Decline, inc, h, api.Decline{Reason: "Không đủ người"})
		h = step(w, police.Acknowledge, inc, ask(true), api.Acknowledge{})
		h = step(w, police.Accept, inc, h, api.Accept{})
		step(w, officer.Release, inc, h, api.Release{Reason: "Đã tự xử lý"})
	}},
	{"duties end with their facts and come back with them, end by a rejection and come back with the reopening, are waived, and taken back", func(w *world) {
		inc, officer, lead := w.triaged("cybercrime"), w.as("officer"), w.as("lead")
		for _, natures := range [][]string{{}, {"cyber_espionage"}} {
			must(w, officer.Correct, whichever, inc.ID, api.IncidentPatch{Natures: api.Set(natures)})
		}
		must(w, lead.Reject, whichever, inc.ID, api.Reject{Reason: "false_positive", Note: "Báo nhầm"})
		must(w, lead.Reopen, whichever, inc.ID, api.Reopen{Reason: "Có thêm bằng chứng"})
		_, err := lead.WaiveObligation(w.Context(), client.Write{}, inc.ID, w.dutyOf(inc.ID, tellPolice).ID, api.Waive{Reason: "Công an cùng xử lý"})
		require.NoError(w, err)
		_, err = lead.ReopenObligation(w.Context(), client.Write{}, inc.ID, w.dutyOf(inc.ID, tellPolice).ID, api.ReopenObligation{Reason: "Miễn nhầm nghĩa vụ"})
		require.NoError(w, err)
	}},
	{"an owner becomes known, and a time of detection is corrected", func(w *world) {
		inc := w.report("personal_data")
		must(w, w.as("lead").Correct, whichever, inc.ID, api.IncidentPatch{
			OwnerAgencyID: api.Set(w.agency["syt"]), DetectedAt: api.Set(time.Now().Add(-30 * time.Hour).Format(time.RFC3339)), Reason: "Theo nhật ký",
		})
		must(w, w.as("officer").Triage, whichever, inc.ID, api.Triage{Category: "information-content-security.data-leak", Severity: "high"})
	}},
	{"the clock of a duty runs out", func(w *world) {
		w.triaged("cybercrime")
		w.watched(time.Now().UTC().Truncate(time.Microsecond).Add(2 * time.Hour))
	}},
	{"the alert is lowered from each height, and a resolved case is reopened", func(w *world) {
		inc, officer, lead := w.triaged(), w.as("officer"), w.as("lead")
		must(w, officer.Escalate, whichever, inc.ID, api.Escalate{
			Reason: "Cần truy vết", Handovers: []api.NewHandover{request(w.agency["cat-dau-moi"], "investigation")},
		})
		must(w, lead.NotifyNational, whichever, inc.ID, api.NotifyNational{Reason: "Vượt khả năng"})
		require.Equal(w, "escalated", must(w, lead.StandDown, whichever, inc.ID, api.StandDown{Reason: "Đã có hướng xử lý"}).Status)
		require.Equal(w, "responding", must(w, lead.StandDown, whichever, inc.ID, api.StandDown{Reason: "Đã ổn định"}).Status)
		must(w, officer.Resolve, whichever, inc.ID, api.Resolve{Reason: "fixed", Summary: "Đã vá", Prevention: "Cập nhật định kỳ", Handled: "self"})
		must(w, lead.Reopen, whichever, inc.ID, api.Reopen{Reason: "Tái phát"})
	}},
	{"a report to the national level is filed, edited, withdrawn, filed again and sent", func(w *world) {
		inc, officer := w.triaged(), w.as("officer")
		r := must(w, officer.FileNationalReport, client.Write{}, inc.ID, api.NewNationalReport{Kind: "notice"})
		_, err := officer.ChangeNationalReport(w.Context(), client.Write{Version: r.Version}, inc.ID, r.ID, api.NationalReportPatch{
			Fields: api.Set(map[string]api.Patch[any]{"proposals": api.Set[any]("Đề nghị phối hợp")}),
		})
		require.NoError(w, err)
		_, err = officer.WithdrawNationalReport(w.Context(), client.Write{}, inc.ID, r.ID, api.WithdrawNationalReport{Reason: "Lập nhầm"})
		require.NoError(w, err)
		r = must(w, officer.FileNationalReport, client.Write{}, inc.ID, api.NewNationalReport{Kind: "notice"})
		_, err = officer.SendNationalReport(w.Context(), client.Write{}, inc.ID, r.ID, api.SendReport{Channel: "document"})
		require.NoError(w, err)
	}},
	{"a case is restricted, worked on, and opened to all again", func(w *world) {
		inc, lead := w.report("cyber_espionage"), w.as("lead")
		lead2, err := w.as("lead2").Me(w.Context())
		require.NoError(w, err)
		must(w, lead.Correct, whichever, inc.ID, api.IncidentPatch{Restricted: api.Set(true), NamedUserIDs: api.Set([]string{lead2.User.ID})})
		must(w, lead.AddNote, client.Write{}, inc.ID, api.NewNote{Text: "Nghi có nội gián", Audience: "team"})
		must(w, lead.Triage, whichever, inc.ID, api.Triage{Category: "intrusions.system-compromise", Severity: "critical"})
		must(w, lead.Correct, whichever, inc.ID, api.IncidentPatch{Restricted: api.Set(false)})
		must(w, w.as("officer").AddNote, client.Write{}, inc.ID, api.NewNote{Text: "Đã khoanh vùng", Audience: "participants"})
	}},
	{"a record of the past comes in", func(w *world) {
		i := w.bring(api.ImportQuery{Format: "jsonl"}, []byte(`{"title":"Trang tin của xã bị thay đổi giao diện","description":"Đã khôi phục.","detected_at":"2021-03-02T01:00:00Z","system":{"name":"Trang tin xã"}}`))
		require.Equal(w, "done", i.Status, "%+v", i)
	}},
	{"a report is withdrawn", func(w *world) {
		must(w, w.as("reporter").WithdrawReport, whichever, w.report().ID, api.WithdrawReport{Reason: "Bảo trì theo kế hoạch"})
	}},
	{"reports of one attack become one case with what was under way in them", func(w *world) {
		into, officer, lead := w.triaged(), w.as("officer"), w.as("lead")
		for range 2 { // the duty of the first moves, that of the second is the same
			inc := w.triaged("cybercrime")
			must(w, officer.AskHandover, client.Write{}, inc.ID, request(w.agency["bchqs"], "coordination"))
			must(w, lead.NotifyNational, whichever, inc.ID, api.NotifyNational{Reason: "Vượt khả năng"})
			must(w, lead.Merge, whichever, inc.ID, api.Merge{IntoID: into.ID, Reason: "Cùng một vụ tấn công"})
		}
	}},
	{"an open case is linked to a restricted one, and merged into it", func(w *world) {
		open, hidden, lead := w.triaged(), w.triaged(), w.as("lead")
		must(w, lead.Correct, whichever, hidden.ID, api.IncidentPatch{Restricted: api.Set(true)})
		l := must(w, lead.AddLink, client.Write{}, open.ID, api.NewLink{ToID: hidden.ID, Kind: "related", Note: "Cùng địa chỉ nguồn"})
		_, err := lead.RemoveLink(w.Context(), client.Write{}, open.ID, l.ID, api.RemoveLink{Reason: "Không liên quan"})
		require.NoError(w, err)
		must(w, lead.Merge, whichever, open.ID, api.Merge{IntoID: hidden.ID, Reason: "Cùng một kẻ tấn công"})
	}},
	{"an old record is brought in", func(w *world) {
		line := `{"title":"Thay đổi giao diện trang tin","description":"Trang chủ bị thay","detected_at":"2024-03-01T02:00:00Z","system":{"name":"Trang tin"}}`
		require.Equal(w, "done", w.bring(api.ImportQuery{Format: "jsonl"}, []byte(line+"\n")).Status)
	}},
	{"work is shared out in an open and in a restricted case", func(w *world) {
		w.workOn(w.triaged())
		inc := w.triaged()
		must(w, w.as("lead").Correct, whichever, inc.ID, api.IncidentPatch{Restricted: api.Set(true)})
		w.workOn(inc)
	}},
	{"two people take away what slipped in, and one of them refuses", func(w *world) {
		inc := w.triaged()
		for _, decide := range []func(context.Context, client.Write, string, string, api.DecideRedaction) (api.Redaction, error){
			w.as("lead2").RefuseRedaction, w.as("lead2").ConfirmRedaction,
		} {
			r := must(w, w.as("lead").AskRedaction, client.Write{}, inc.ID, api.NewRedaction{
				ObjectKind: "incident", Fields: []string{"description"}, Why: "state_secret", Reason: "Dán nhầm", Document: &api.Document{Number: "12", Symbol: "QĐ-CAT"},
			})
			_, err := decide(w.Context(), client.Write{}, inc.ID, r.ID, api.DecideRedaction{Note: "Đã xem xét"})
			require.NoError(w, err)
		}
	}},
	{"an agency joins the registry, changes and ends", func(w *world) {
		admin, team, on := w.as("admin"), w.agency["doi-ucsc"], time.Now().Format(time.DateOnly)
		a, err := admin.CreateAgency(w.Context(), client.Write{}, api.NewAgency{Code: "stp", Name: "Sở Tư pháp tỉnh Sơn La", ValidFrom: "2020-01-01"})
		require.NoError(w, err)
		must(w, admin.ChangeAgency, whichever, a.ID, api.AgencyPatch{NameEN: api.Set("Department of justice")})
		must(w, admin.ChangeAgency, whichever, a.ID, api.AgencyPatch{Name: api.Set("Sở Nội vụ và Tư pháp"), On: "2025-03-01", Basis: "NQ 01"})
		must(w, admin.GiveAgencyRole, whichever, a.ID, api.GiveRole{Role: "owner", From: "2025-03-01", Basis: "NQ 01"})
		must(w, admin.EndAgencyRole, whichever, a.ID, api.EndRole{Role: "owner", On: on, Basis: "NQ 02"})
		must(w, admin.AddSuccessor, whichever, a.ID, api.NewSuccessor{SuccessorID: w.agency["syt"], On: on, Basis: "NQ 02"})
		must(w, admin.EndAgency, whichever, a.ID, api.EndOn{On: on, Basis: "NQ 02"})
		must(w, admin.EndSeat, whichever, team, api.EndOn{On: on, Basis: "QĐ 11"})
		must(w, admin.GiveSeat, whichever, team, api.GiveSeat{SeatID: w.agency["cat"], From: on, Basis: "QĐ 11"})
	}},
	{"a contact of an agency changes, takes a shift and ends", func(w *world) {
		ctx, admin, now := w.Context(), w.as("admin"), time.Now()
		c, err := admin.CreateContact(ctx, client.Write{}, api.NewContact{AgencyID: w.agency["syt"], Kind: "person", Name: "Trần Văn Bình", Phone: "0912 000 000"})
		require.NoError(w, err)
		must(w, admin.ChangeContact, whichever, c.ID, api.ContactPatch{Position: api.Set("Trưởng phòng")})
		_, err = admin.ConfirmContact(ctx, whichever, c.ID)
		require.NoError(w, err)
		s, err := admin.AddShift(ctx, client.Write{}, api.NewShift{
			AgencyID: w.agency["syt"], ContactID: c.ID, From: now.Add(time.Hour).Format(time.RFC3339), To: now.Add(9 * time.Hour).Format(time.RFC3339),
		})
		require.NoError(w, err)
		_, err = admin.CancelShift(ctx, whichever, s.ID)
		require.NoError(w, err)
		must(w, admin.EndContact, whichever, c.ID, api.EndContact{Reason: "Nghỉ hưu"})
	}},
	{"a person comes, is granted a role by two people, is locked out and comes back", func(w *world) {
		ctx, admin := w.Context(), w.as("admin")
		made, err := admin.CreateUser(ctx, api.NewUser{Username: "hanh", FullName: "Tòng Thị Hạnh", AgencyID: w.agency["vnpt"]})
		require.NoError(w, err)
		id := made.User.ID
		must(w, admin.ChangeUser, whichever, id, api.UserPatch{AgencyID: api.Set(w.agency["syt"])})
		g := must(w, admin.GrantRole, whichever, id, api.NewGrant{Role: "liaison", Basis: "QĐ 8"}).Grants[0]
		_, err = w.as("lead").ConfirmGrant(ctx, whichever, id, g.ID)
		require.NoError(w, err)
		_, err = admin.EndGrant(ctx, whichever, id, g.ID, api.EndGrant{Reason: "Chuyển công tác"})
		require.NoError(w, err)
		must(w, admin.DisableUser, whichever, id, api.DisableUser{Reason: "Nghỉ phép dài"})
		must(w, admin.EnableUser, whichever, id, api.EnableUser{Reason: "Đi làm lại"})
		_, err = admin.ResetPassword(ctx, id)
		require.NoError(w, err)
		i := must(w, admin.BindIdentity, client.Write{}, id, api.NewIdentity{Issuer: "https://dang-nhap.sonla.example", Subject: "hanh-01", Basis: "QĐ 9"})
		_, err = w.as("lead").ConfirmIdentity(ctx, client.Write{}, id, i.ID)
		require.NoError(w, err)
		_, err = admin.EndIdentity(ctx, client.Write{}, id, i.ID, api.EndIdentity{Reason: "Đổi nhà cung cấp"})
		require.NoError(w, err)
	}},
	{"a person enrols a second factor, renews its codes, ends it, loses another, and is reviewed", func(w *world) {
		const password = "mot-mat-khau-rieng-2026"
		ctx, admin := w.Context(), w.as("admin")
		u, c := w.hire("hai-yeu-to", "cat", "liaison")
		codes := w.enrol(c, password)
		codes = must0(w, c.RenewRecoveryCodes, api.ProveFactor{Password: password, Code: codes[0]}).Codes
		require.NoError(w, c.DisableFactor(ctx, api.ProveFactor{Password: password, Code: codes[0]}))
		w.enrol(c, password)
		_, err := admin.ResetFactor(ctx, client.Write{}, u.ID)
		require.NoError(w, err)
		_, err = w.as("lead").ConfirmReset(ctx, client.Write{}, u.ID)
		require.NoError(w, err)
		must(w, admin.RecordReview, client.Write{}, u.ID, api.RecordReview{Note: "Đúng phân công"})
	}},
	{"a desk starts with a file of rules of its operator", func(w *world) {
		w.stop()
		w.cfg.Rules = filepath.Join(w.TempDir(), "quy-dinh.yaml")
		require.NoError(w, os.WriteFile(w.cfg.Rules, []byte(hours(24, "2026-07-01")), 0o600))
		w.run()
	}},
	{"a system is made, gets a key, a second and none, is changed, locked and opened again", func(w *world) {
		ctx, admin := w.Context(), w.as("admin")
		x, err := admin.CreateSystem(ctx, client.Write{}, api.NewSystem{
			Username: "siem", FullName: "SIEM của VNPT", Purpose: "Giám sát", AgencyID: w.agency["vnpt"], Verbs: []string{"report"},
		})
		require.NoError(w, err)
		first, err := admin.MakeKey(ctx, x.ID, api.NewAPIKey{Name: "máy chủ chính"})
		require.NoError(w, err)
		second, err := admin.RotateKey(ctx, x.ID, first.Key.ID, api.RotateAPIKey{})
		require.NoError(w, err)
		_, err = admin.RevokeKey(ctx, x.ID, second.Key.ID, api.RevokeAPIKey{Reason: "Lộ khóa"})
		require.NoError(w, err)
		must(w, admin.ChangeSystem, whichever, x.ID, api.SystemAccountPatch{Verbs: api.Set([]string{"read", "report"})})
		must(w, admin.DisableSystem, whichever, x.ID, api.DisableSystem{Reason: "Bảo trì"})
		must(w, admin.EnableSystem, whichever, x.ID, api.EnableSystem{Reason: "Xong"})
	}},
}

// enrol gives a client a second factor and returns its recovery codes.
func (w *world) enrol(c *client.Client, password string) []string {
	w.Helper()
	made := must0(w, c.EnrolFactor, api.EnrolFactor{Password: password})
	code, err := totp.GenerateCode(made.Secret, time.Now())
	require.NoError(w, err)
	return must0(w, c.ConfirmFactor, api.ConfirmFactor{Code: code}).Codes
}

// must0 is must for what is about nobody but the caller.
func must0[B, A any](w *world, do func(ctx context.Context, body B) (A, error), body B) A {
	w.Helper()
	a, err := do(w.Context(), body)
	require.NoError(w, err)
	return a
}

// workOn does in a case what its working material allows.
func (w *world) workOn(inc api.Incident) {
	w.Helper()
	ctx, lead := w.Context(), w.as("lead")
	me, err := lead.Me(ctx)
	require.NoError(w, err)
	task := must(w, lead.AddTask, client.Write{}, inc.ID, api.NewTask{Title: "Chặn dải địa chỉ", Audience: "team", AssigneeID: &me.User.ID})
	for _, change := range []api.TaskPatch{
		{AssigneeID: api.Clear[string]()},
		{AssigneeID: api.Set(me.User.ID), DueAt: api.Set(time.Now().Add(time.Hour).Format(time.RFC3339))},
		{Status: api.Set("in_progress")}, {Status: api.Set("open")}, {Status: api.Set("done")},
		{Status: api.Set("open"), Reason: "Vẫn còn lưu lượng"}, {Status: api.Set("cancelled"), Reason: "Đã chặn ở tuyến trên"},
	} {
		_, err := lead.ChangeTask(ctx, whichever, inc.ID, task.ID, change)
		require.NoError(w, err)
	}
	o := must(w, lead.AddObservable, client.Write{}, inc.ID, api.NewObservable{Type: "ip", Value: "203[.]0[.]113[.]7", Audience: "participants", Note: "Nguồn tấn công"})
	_, err = lead.RetractObservable(ctx, client.Write{}, inc.ID, o.ID, api.Retract{Reason: "Địa chỉ của ta"})
	require.NoError(w, err)
	must(w, lead.SendMessage, client.Write{}, inc.ID, api.NewMessage{Text: "Đề nghị gửi nhật ký máy chủ"})
	p := must(w, lead.Invite, client.Write{}, inc.ID, api.NewInvitation{AgencyID: w.agency["vnpt"], Reason: "Quản lý đường truyền"})
	_, err = lead.EndInvitation(ctx, client.Write{}, inc.ID, p.ID, api.EndInvitation{Reason: "Đã xong"})
	require.NoError(w, err)
}

// must makes a write that has to succeed.
func must[B, A any](w *world, do func(ctx context.Context, c client.Write, id string, body B) (A, error), c client.Write, id string, body B) A {
	w.Helper()
	a, err := do(w.Context(), c, id, body)
	require.NoError(w, err)
	return a
}

// step takes a handover one step further.
func step[B any](w *world, do func(ctx context.Context, c client.Write, id, hid string, body B) (api.Handover, error), inc api.Incident, h api.Handover, body B) api.Handover {
	w.Helper()
	h, err := do(w.Context(), client.Write{Version: h.Version}, inc.ID, h.ID, body)
	require.NoError(w, err)
	return h
}

// happen runs the occurrences and returns all that went out on the broker.
func (w *world) happen() []bus.Msg {
	w.Helper()
	for _, o := range occurrences {
		w.Log(o.about)
		o.run(w)
	}
	w.relayed()
	return w.stream()
}

// relayed waits until everything that was committed has gone out.
func (w *world) relayed() {
	w.Helper()
	st, err := store.Open(w.Context(), database(w.cfg), slog.New(slog.DiscardHandler))
	require.NoError(w, err)
	require.Eventually(w, func() bool {
		rows, err := st.Waiting(w.Context(), 1)
		return err == nil && len(rows) == 0
	}, 60*time.Second, 10*time.Millisecond, "everything goes out")
	require.NoError(w, st.Close())
}

func TestEveryTypeOfEventHappensAndFitsItsDescription(t *testing.T) {
	doc := describedEvents(t)
	kinds(t, func(t *testing.T, cfg app.Config) {
		w := start(t, cfg)
		seen, branches, restricted := map[string][]byte{}, map[string]map[string]bool{}, map[string]bool{}
		for _, m := range w.happen() {
			e := w.thin(m)
			doc.check(t, m)
			restricted[e.Subject] = strings.Contains(m.Subject, ".restricted.")
			require.False(t, restricted[e.Data.OtherIncidentID] && !restricted[e.Subject], "an open channel names a restricted case: %s", m.Data)
			if seen[e.Type] == nil {
				seen[e.Type] = m.Data
			}
			if branches[e.Subject] == nil {
				branches[e.Subject] = map[string]bool{}
			}
			branches[e.Subject][m.Subject[:len(m.Subject)-len(e.Type)]] = true
		}
		require.ElementsMatch(t, slices.Collect(maps.Keys(doc.messages)), slices.Collect(maps.Keys(seen)),
			"what is described (A) and what happens (B)")
		hidden := count(branches, "ungcuu.son-la.restricted.")
		require.NotZero(t, hidden, "a restricted case has a branch of its own")
		require.Less(t, hidden, len(branches), "and the others do not")
		if os.Getenv("UNGCUU_RECORD") == "1" {
			keepExamples(t, seen)
		}
	})
}

func count(branches map[string]map[string]bool, branch string) (n int) {
	for _, b := range branches {
		if b[branch] {
			n++
		}
	}
	return n
}

var keeping sync.Mutex

// keepExamples keeps one real message of each type, as an example for the document.
func keepExamples(t *testing.T, seen map[string][]byte) {
	var lines [][]byte
	for _, typ := range slices.Sorted(maps.Keys(seen)) {
		lines = append(lines, seen[typ])
	}
	path := filepath.Join("..", "..", "scripts", "asyncapi", "examples.jsonl")
	keeping.Lock()
	defer keeping.Unlock()
	require.NoError(t, os.WriteFile(path, append(bytes.Join(lines, []byte("\n")), '\n'), 0o600))
}

// described is what the AsyncAPI document says: by type, which subjects its messages have,
// and of what form they are.
type described struct {
	messages map[string]*describedMessage
}

type describedMessage struct {
	payload, headers *jsonschema.Schema
	subjects         []*regexp.Regexp
	examples         []example
}

type example struct {
	Headers map[string]any  `json:"headers"`
	Payload json.RawMessage `json:"payload"`
}

func describedEvents(t *testing.T) described {
	t.Helper()
	type reference struct {
		Ref string `json:"$ref"`
	}
	var doc struct {
		Channels map[string]struct {
			Address  string
			Messages map[string]reference
		}
		Components struct {
			Messages map[string]struct {
				Name             string
				Payload, Headers reference
				Examples         []example
			}
		}
	}
	require.NoError(t, json.Unmarshal(openapi.Events, &doc))
	whole, err := jsonschema.UnmarshalJSON(bytes.NewReader(openapi.Events))
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft7) // what AsyncAPI 3.0 schemas are
	c.AssertFormat()
	require.NoError(t, c.AddResource("asyncapi.json", whole))
	out := described{messages: map[string]*describedMessage{}}
	byRef := map[string]*describedMessage{}
	for key, m := range doc.Components.Messages {
		d := &describedMessage{examples: m.Examples}
		d.payload, err = c.Compile("asyncapi.json" + m.Payload.Ref)
		require.NoError(t, err)
		d.headers, err = c.Compile("asyncapi.json" + m.Headers.Ref)
		require.NoError(t, err)
		require.Nil(t, out.messages[m.Name], "%s is described twice", m.Name)
		out.messages[m.Name], byRef["#/components/messages/"+key] = d, d
	}
	for _, ch := range doc.Channels {
		for _, m := range ch.Messages {
			d := byRef[m.Ref]
			require.NotNil(t, d, m.Ref)
			pattern := regexp.MustCompile(`\\\{\w+\\\}`).ReplaceAllString(regexp.QuoteMeta(ch.Address), `[a-z0-9_-]+`)
			d.subjects = append(d.subjects, regexp.MustCompile("^"+pattern+"$"))
		}
	}
	return out
}

// problem says what is wrong with a message; nil when it is as described.
func (d described) problem(subject string, headers map[string]any, data []byte) error {
	var e api.Event
	if err := json.Unmarshal(data, &e); err != nil {
		return err
	}
	m := d.messages[e.Type]
	if m == nil {
		return fmt.Errorf("%s is not described", e.Type)
	}
	if !slices.ContainsFunc(m.subjects, func(r *regexp.Regexp) bool { return r.MatchString(subject) }) || !strings.HasSuffix(subject, "."+e.Type) {
		return fmt.Errorf("%s on %s", e.Type, subject)
	}
	if err := m.headers.Validate(headers); err != nil {
		return err
	}
	payload, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		return err
	}
	return m.payload.Validate(payload)
}

func (d described) check(t *testing.T, m bus.Msg) {
	t.Helper()
	require.NoError(t, d.problem(m.Subject, map[string]any{"Nats-Msg-Id": m.ID}, m.Data), "%s: %s", m.Subject, m.Data)
}

func TestTheEventsAreDescribedAsTheCatalogueListsThem(t *testing.T) {
	doc := describedEvents(t)
	var types []string
	for _, e := range api.EventTypes {
		types = append(types, e.Type)
		m := doc.messages[e.Type]
		require.NotNil(t, m, "%s is not described: make gen", e.Type)
		require.Len(t, m.subjects, map[bool]int{true: 2, false: 1}[e.OfCase()], "%s: what is of a case has a restricted branch", e.Type)
		for _, x := range m.examples {
			require.NoError(t, doc.problem("ungcuu.son-la."+e.Type, x.Headers, x.Payload), e.Type)
		}
	}
	require.ElementsMatch(t, types, slices.Collect(maps.Keys(doc.messages)))
}

func TestAMessageThatSaysMoreOrLessThanDescribedIsNoticed(t *testing.T) {
	doc := describedEvents(t)
	const typ = "handover.requested"
	require.NotEmpty(t, doc.messages[typ].examples, "no recorded message: UNGCUU_RECORD=1 go test ./internal/app -run TestEveryTypeOfEvent")
	x := doc.messages[typ].examples[0]
	edit := func(change func(e, data map[string]any)) []byte {
		var e map[string]any
		require.NoError(t, json.Unmarshal(x.Payload, &e))
		change(e, e["data"].(map[string]any))
		raw, err := json.Marshal(e)
		require.NoError(t, err)
		return raw
	}
	subject := "ungcuu.son-la." + typ
	require.NoError(t, doc.problem(subject, x.Headers, edit(func(_, _ map[string]any) {})))
	for name, raw := range map[string][]byte{
		"a title":                 edit(func(_, d map[string]any) { d["title"] = "Cổng thông tin" }),
		"a nature":                edit(func(_, d map[string]any) { d["natures"] = []any{"cybercrime"} }),
		"text in place of a code": edit(func(_, d map[string]any) { d["code"] = "Cổng thông tin bị tấn công" }),
		"no addressee":            edit(func(_, d map[string]any) { delete(d, "to_agency_id") }),
		"an id that is none":      edit(func(_, d map[string]any) { d["object_id"] = "17" }),
		"an unknown kind":         edit(func(_, d map[string]any) { d["kind"] = "order" }),
		"a status of a case":      edit(func(_, d map[string]any) { d["to"] = "triaged" }),
		"one more attribute":      edit(func(e, _ map[string]any) { e["tlp"] = "amber" }),
		"no sequence":             edit(func(e, _ map[string]any) { delete(e, "sequence") }),
		"a local time":            edit(func(e, _ map[string]any) { e["time"] = "2026-03-02T08:15:00.000000+07:00" }),
		"another type":            edit(func(e, _ map[string]any) { e["type"] = "handover.ordered" }),
		"the data of another":     edit(func(e, _ map[string]any) { e["type"] = "incident.triaged" }),
	} {
		require.Error(t, doc.problem(subject, x.Headers, raw), name)
	}
	require.Error(t, doc.problem("ungcuu.son-la.secret.restricted."+typ, x.Headers, x.Payload), "another branch")
	require.Error(t, doc.problem(subject, map[string]any{}, x.Payload), "no message id")
}
