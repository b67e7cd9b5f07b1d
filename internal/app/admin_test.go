package app_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/api/client"
	"github.com/ungcuu/ungcuu/internal/app"
	"github.com/ungcuu/ungcuu/internal/audit"
	"github.com/ungcuu/ungcuu/internal/directory"
)

// enter logs a new person in with the password shown once, and changes it.
func (w *world) enter(username, once string) *client.Client {
	w.Helper()
	c := client.New(w.base, client.Options{HTTPClient: w.http})
	tokens, err := c.Login(w.Context(), api.Login{Username: username, Password: once})
	require.NoError(w, err)
	require.True(w, tokens.MustChangePassword)
	c = c.As(tokens.AccessToken)
	_, err = c.Incidents(w.Context(), api.IncidentFilter{})
	w.fails(err, http.StatusForbidden, "password_change_required")
	require.NoError(w, c.ChangePassword(w.Context(), api.ChangePassword{OldPassword: once, NewPassword: "mot-mat-khau-rieng-2026"}))
	return c
}

// hire adds a person and a grant of the administrator, and returns both with a client.
func (w *world) hire(username, agency, role string) (api.User, *client.Client) {
	w.Helper()
	made, err := w.as("admin").CreateUser(w.Context(), api.NewUser{Username: username, FullName: "Người " + username, AgencyID: w.agency[agency]})
	require.NoError(w, err)
	u, err := w.as("admin").GrantRole(w.Context(), client.Write{}, made.User.ID, api.NewGrant{Role: role, Basis: "QĐ 12/QĐ-CAT"})
	require.NoError(w, err)
	return u, w.enter(username, made.Password)
}

func TestAGrantThatOpensCasesGivesNothingBeforeASecondPersonSaysYes(t *testing.T) {
	databases(t, func(t *testing.T, cfg app.Config) {
		w := start(t, cfg)
		inc := w.report()
		u, officer := w.hire("moi", "doi-ucsc", "officer")
		require.Empty(t, u.Roles)
		require.Nil(t, u.Grants[0].Confirmed)
		_, err := officer.Incident(t.Context(), inc.ID)
		w.fails(err, http.StatusNotFound, "")
		list, err := officer.Incidents(t.Context(), api.IncidentFilter{})
		require.NoError(t, err)
		require.Empty(t, list.Items)

		_, err = w.as("admin").ConfirmGrant(t.Context(), client.Write{}, u.ID, u.Grants[0].ID)
		w.fails(err, http.StatusForbidden, "second_person")
		waiting, err := w.as("lead").Users(t.Context(), api.UserFilter{Awaiting: yes(true)})
		require.NoError(t, err)
		require.Len(t, waiting.Items, 1)
		u, err = w.as("lead").ConfirmGrant(t.Context(), client.Write{}, u.ID, u.Grants[0].ID)
		require.NoError(t, err)
		require.Equal(t, []string{"officer"}, u.Roles)
		_, err = officer.Incident(t.Context(), inc.ID)
		require.NoError(t, err, "at once, on this instance")
		_, err = w.as("lead2").ConfirmGrant(t.Context(), client.Write{}, u.ID, u.Grants[0].ID)
		w.fails(err, http.StatusConflict, "already_confirmed")

		_, err = w.as("admin").EndGrant(t.Context(), client.Write{}, u.ID, u.Grants[0].ID, api.EndGrant{Reason: "Thôi nhiệm vụ"})
		require.NoError(t, err)
		_, err = officer.Incident(t.Context(), inc.ID)
		w.fails(err, http.StatusNotFound, "")
	})
}

func TestADisabledAccountIsOutAtOnceAndComesBackWithWhatStillHolds(t *testing.T) {
	databases(t, func(t *testing.T, cfg app.Config) {
		w := start(t, cfg)
		u, c := w.hire("bao-cao", "syt", "reporter")
		require.Equal(t, []string{"reporter"}, u.Roles, "a reporter opens no case of others: no second person")
		_, err := w.as("admin").DisableUser(t.Context(), client.Write{}, u.ID, api.DisableUser{Reason: "Mất thiết bị", Document: "15/QĐ-SYT"})
		require.NoError(t, err)
		_, err = c.Me(t.Context())
		w.fails(err, http.StatusUnauthorized, "")
		_, err = client.New(w.base, client.Options{HTTPClient: w.http}).Login(t.Context(), api.Login{Username: "bao-cao", Password: "mot-mat-khau-rieng-2026"})
		w.fails(err, http.StatusUnauthorized, "")
		_, err = w.as("admin").EnableUser(t.Context(), client.Write{}, u.ID, api.EnableUser{Reason: "Đã nhận lại"})
		require.NoError(t, err)
		_, err = c.Me(t.Context())
		w.fails(err, http.StatusUnauthorized, "")
		tokens, err := c.Login(t.Context(), api.Login{Username: "Bao-Cao", Password: "mot-mat-khau-rieng-2026"})
		require.NoError(t, err)
		me, err := c.As(tokens.AccessToken).Me(t.Context())
		require.NoError(t, err)
		require.Equal(t, []string{"reporter"}, me.User.Roles)

		again, err := w.as("admin").ResetPassword(t.Context(), u.ID)
		require.NoError(t, err)
		_, err = c.As(tokens.AccessToken).Me(t.Context())
		w.fails(err, http.StatusUnauthorized, "")
		w.enter("bao-cao", again.Password)
	})
}

func TestAnAgencysAdministratorKeepsToItsAgencyAndLevel(t *testing.T) {
	databases(t, func(t *testing.T, cfg app.Config) {
		w := start(t, cfg)
		_, local := w.hire("quan-tri-cat", "cat-dau-moi", "agency_admin")
		list, err := local.Users(t.Context(), api.UserFilter{})
		require.NoError(t, err)
		for _, u := range list.Items {
			require.Equal(t, w.agency["cat-dau-moi"], u.AgencyID)
		}
		_, err = local.User(t.Context(), w.userID("reporter"))
		w.fails(err, http.StatusNotFound, "")
		_, err = local.ResetPassword(t.Context(), w.userID("lead"))
		w.fails(err, http.StatusNotFound, "")
		_, err = local.CreateUser(t.Context(), api.NewUser{Username: "x", FullName: "x", AgencyID: w.agency["syt"]})
		w.fails(err, http.StatusForbidden, "")

		made, err := local.CreateUser(t.Context(), api.NewUser{Username: "dau-moi-2", FullName: "Đầu mối 2", AgencyID: w.agency["cat-dau-moi"]})
		require.NoError(t, err)
		_, err = local.GrantRole(t.Context(), client.Write{}, made.User.ID, api.NewGrant{Role: "auditor", Basis: "b"})
		w.fails(err, http.StatusForbidden, "above_own_level")
		u, err := local.GrantRole(t.Context(), client.Write{}, made.User.ID, api.NewGrant{Role: "liaison", Basis: "b"})
		require.NoError(t, err)
		require.Empty(t, u.Roles, "a liaison awaits a second person")
		_, err = local.ConfirmGrant(t.Context(), client.Write{}, u.ID, u.Grants[0].ID)
		w.fails(err, http.StatusForbidden, "")
		_, err = local.ChangeUser(t.Context(), client.Write{Any: true}, u.ID, api.UserPatch{AgencyID: api.Set(w.agency["doi-ucsc"])})
		w.fails(err, http.StatusForbidden, "")
		above, err := w.as("admin").GrantRole(t.Context(), client.Write{}, u.ID, api.NewGrant{Role: "auditor", Basis: "b"})
		require.NoError(t, err)
		require.Len(t, above.Grants, 2)
		_, err = local.ResetPassword(t.Context(), u.ID)
		w.fails(err, http.StatusForbidden, "above_own_level")
	})
}

func (w *world) userID(name string) string {
	w.Helper()
	me, err := w.as(name).Me(w.Context())
	require.NoError(w, err)
	return me.User.ID
}

func yes(b bool) *bool { return &b }

func TestWhoMovesToAnotherAgencyLeavesEveryGrantBehind(t *testing.T) {
	databases(t, func(t *testing.T, cfg app.Config) {
		w := start(t, cfg)
		inc := w.report()
		id := w.userID("officer")
		officer := w.as("officer")
		u, err := w.as("admin").ChangeUser(t.Context(), client.Write{Any: true}, id, api.UserPatch{AgencyID: api.Set(w.agency["syt"])})
		require.NoError(t, err)
		require.Empty(t, u.Roles)
		require.Nil(t, u.HomeAgencyID)
		_, err = officer.Incident(t.Context(), inc.ID)
		w.fails(err, http.StatusNotFound, "")
		u, err = w.as("admin").ChangeUser(t.Context(), client.Write{Version: u.Version}, id, api.UserPatch{AgencyID: api.Set(w.agency["doi-ucsc"]), HomeAgencyID: api.Set(w.agency["cat"])})
		require.NoError(t, err)
		require.Empty(t, u.Roles, "nor do they come back alone")
	})
}

// What really happened, entered as data: the department's work went to the police on
// 01/03/2025, and Bắc Giang became part of Bắc Ninh on 01/07/2025.
func TestTheRealChangesOfAgenciesAreEnteredAndTheRegistryOfAnyDayIsRead(t *testing.T) {
	databases(t, func(t *testing.T, cfg app.Config) {
		w := start(t, cfg)
		ctx, admin := t.Context(), w.as("admin")
		add := func(code, name string) string {
			a, err := admin.CreateAgency(ctx, client.Write{}, api.NewAgency{Code: code, Name: name})
			require.NoError(t, err)
			return a.ID
		}
		stttt, catBG := add("stttt-bg", "Sở Thông tin và Truyền thông tỉnh Bắc Giang"), add("cat-bg", "Công an tỉnh Bắc Giang")
		catBN, tp := add("cat-bn", "Công an tỉnh Bắc Ninh"), add("tt-bg", "Trung tâm Công nghệ thông tin và Truyền thông tỉnh Bắc Giang")
		_, err := admin.GiveAgencyRole(ctx, client.Write{}, stttt, api.GiveRole{Role: "operator", From: "2020-01-01", Basis: "Quyết định của UBND tỉnh Bắc Giang"})
		require.NoError(t, err)
		const first, second = "Chuyển nhiệm vụ an toàn thông tin mạng, 01/03/2025", "Nghị quyết 202/2025/QH15, 01/07/2025"
		succeed := func(id, to, on, matter, basis string) {
			_, err := admin.AddSuccessor(ctx, client.Write{}, id, api.NewSuccessor{SuccessorID: to, On: on, Matter: matter, Basis: basis})
			require.NoError(t, err)
			_, err = admin.EndAgency(ctx, client.Write{}, id, api.EndOn{On: on, Basis: basis})
			require.NoError(t, err)
		}
		succeed(stttt, catBG, "2025-03-01", "an toàn thông tin mạng", first)
		succeed(catBG, catBN, "2025-07-01", "", second)
		a, err := admin.ChangeAgency(ctx, client.Write{Version: 1}, tp, api.AgencyPatch{Name: api.Set("Trung tâm Chuyển đổi số tỉnh Bắc Ninh"), On: "2025-07-01", Basis: second})
		require.NoError(t, err)
		require.Equal(t, "Trung tâm Công nghệ thông tin và Truyền thông tỉnh Bắc Giang", a.FormerNames[0].Name)
		require.Equal(t, "2025-07-01", a.FormerNames[0].ValidTo)
		_, err = admin.ChangeAgency(ctx, client.Write{Version: 1}, tp, api.AgencyPatch{NameEN: api.Set("x")})
		w.fails(err, http.StatusPreconditionFailed, "")

		on := func(day string) map[string]api.Agency {
			list, err := w.as("reporter").Agencies(ctx, api.AgencyFilter{On: day, Paging: api.Paging{Limit: 200}})
			require.NoError(t, err)
			out := map[string]api.Agency{}
			for _, a := range list.Items {
				out[a.Code] = a
			}
			return out
		}
		before, between, after := on("2024-05-01"), on("2025-03-01"), on("2025-07-01")
		require.Equal(t, []string{"operator"}, before["stttt-bg"].Roles)
		require.Equal(t, "Trung tâm Công nghệ thông tin và Truyền thông tỉnh Bắc Giang", between["tt-bg"].Name)
		require.Equal(t, "Trung tâm Chuyển đổi số tỉnh Bắc Ninh", after["tt-bg"].Name)
		require.NotContains(t, between, "stttt-bg")
		require.Contains(t, between, "cat-bg")
		require.NotContains(t, after, "cat-bg")
		acts := func(day string) string {
			a, err := w.as("reporter").Agency(ctx, stttt, api.OnDay{On: day})
			require.NoError(t, err)
			require.Len(t, a.ActsThrough, 1)
			return a.ActsThrough[0].AgencyID
		}
		require.Equal(t, stttt, acts("2025-02-28"))
		require.Equal(t, catBG, acts("2025-03-01"))
		require.Equal(t, catBN, acts("2025-07-01"))
	})
}

// Everything is sealed in the agency's chain; the broker and the ledger have it, without
// anything about persons.
func TestTheRegistrysChainIsSealedThinAndInTheLedger(t *testing.T) {
	kinds(t, func(t *testing.T, cfg app.Config) {
		w := start(t, cfg)
		u, _ := w.hire("moi", "doi-ucsc", "officer")
		_, err := w.as("lead").ConfirmGrant(t.Context(), client.Write{}, u.ID, u.Grants[0].ID)
		require.NoError(t, err)
		_, err = w.as("admin").CreateContact(t.Context(), client.Write{}, api.NewContact{AgencyID: w.agency["doi-ucsc"], Kind: "person", Name: "Lò Thị Bí Danh", Phone: "0999 888 777"})
		require.NoError(t, err)
		h, err := w.as("auditor").AgencyHistory(t.Context(), w.agency["doi-ucsc"], api.Paging{Limit: 200})
		require.NoError(t, err)
		types, prev, seals := []string{}, audit.Genesis, []string{}
		for i, e := range h.Items {
			require.EqualValues(t, i+1, e.Seq)
			require.Equal(t, prev, e.PrevSeal)
			prev, seals = e.Seal, append(seals, e.Seal)
			if !strings.HasPrefix(e.Type, "obligation.") { // what the team owes by the calendar
				types = append(types, e.Type)
			}
		}
		require.Equal(t, []string{"user.created", "grant.made", "grant.confirmed", "contact.created"}, types)
		hired := slices.IndexFunc(h.Items, func(e api.HistoryEntry) bool { return e.Type == "user.created" })
		require.Equal(t, "Người moi", h.Items[hired].Data["full_name"])

		require.Eventually(t, func() bool { return len(w.sealsOf(w.agency["doi-ucsc"])) == len(seals) }, 60*time.Second, 10*time.Millisecond)
		out := w.streamOf(w.agency["doi-ucsc"])
		seen := 0
		for _, m := range out {
			var ev api.Event
			require.NoError(t, json.Unmarshal(m.Data, &ev))
			require.Equal(t, w.agency["doi-ucsc"], ev.Subject)
			require.Equal(t, "ungcuu.son-la."+ev.Type, m.Subject)
			require.NotContains(t, string(m.Data), "incident_id")
			require.NotContains(t, string(m.Data), "exercise")
			for _, personal := range []string{"moi", "Người", "Bí Danh", "0999 888", "password"} {
				require.NotContains(t, string(m.Data), personal)
			}
			seen++
		}
		require.Equal(t, len(seals), seen)
		require.NotContains(t, w.log.String(), "argon2id")
		for i, l := range w.sealsOf(w.agency["doi-ucsc"]) {
			require.Empty(t, l.Alarm)
			require.Equal(t, seals[i], l.Hash)
		}
	})
}

func TestContactsThatCannotBeReliedOnAreListedAndMailsGoToWhoIsOnDuty(t *testing.T) {
	databases(t, func(t *testing.T, cfg app.Config) {
		w := start(t, cfg)
		ctx, admin := t.Context(), w.as("admin")
		stale, err := w.as("officer").StaleContacts(ctx, api.Paging{})
		require.NoError(t, err)
		require.Empty(t, stale.Items, "the demo's contacts were checked today")

		inc := w.triaged()
		inspectors := w.agency["thanh-tra"] // has no contact at all
		_, err = w.as("officer").AskHandover(ctx, client.Write{}, inc.ID, request(inspectors, "coordination"))
		require.NoError(t, err)
		c, err := admin.CreateContact(ctx, client.Write{}, api.NewContact{AgencyID: inspectors, Kind: "person", Name: "Trần Thị Trực", Phone: "0212 1"})
		require.NoError(t, err)
		require.Equal(t, "no_phone_or_email", c.Stale[0].Code)
		stale, err = w.as("officer").StaleContacts(ctx, api.Paging{})
		require.NoError(t, err)
		require.Len(t, stale.Items, 2)
		require.Equal(t, "no_phone_or_email", stale.Items[0].Reasons[0].Code)
		require.Nil(t, stale.Items[1].Contact)
		require.Equal(t, "no_duty_contact", stale.Items[1].Reasons[0].Code)

		c, err = admin.ChangeContact(ctx, client.Write{Version: c.Version}, c.ID, api.ContactPatch{Email: api.Set("truc.thanhtra@sonla.example")})
		require.NoError(t, err)
		require.Empty(t, c.Stale)
		hidden, err := w.as("reporter").Contacts(ctx, api.ContactFilter{AgencyID: inspectors})
		require.NoError(t, err)
		require.Empty(t, hidden.Items, "a person's number is not for everyone")
		now := time.Now().UTC()
		s, err := admin.AddShift(ctx, client.Write{}, api.NewShift{
			AgencyID: inspectors, ContactID: c.ID, From: now.Add(-time.Hour).Format(time.RFC3339), To: now.Add(time.Hour).Format(time.RFC3339),
		})
		require.NoError(t, err)
		duty, err := w.as("officer").AgencyDuty(ctx, inspectors, api.AtMoment{})
		require.NoError(t, err)
		require.Equal(t, c.ID, duty.Contacts[0].ID)
		require.Equal(t, s.ID, duty.Shifts[0].ID)
		later, err := w.as("officer").AgencyDuty(ctx, inspectors, api.AtMoment{At: now.Add(time.Hour).Format(time.RFC3339)})
		require.NoError(t, err)
		require.Empty(t, later.Contacts)

		_, err = w.as("officer").AskHandover(ctx, client.Write{}, inc.ID, request(inspectors, "mobilisation"))
		require.NoError(t, err)
		require.Eventually(t, func() bool {
			for _, m := range w.mail.all() {
				if strings.Contains(m.Raw, "truc.thanhtra@sonla.example") {
					return true
				}
			}
			return false
		}, 60*time.Second, 10*time.Millisecond, "the shift gets the mail")
		_, err = w.as("officer").ConfirmContact(ctx, client.Write{}, c.ID)
		require.NoError(t, err)
	})
}

var shownOnce = regexp.MustCompile(`[a-z2-7]{6}(-[a-z2-7]{6}){3}`)

// From an empty folder to the first case, without the demo: whoever has the machine makes the
// first people, while the desk runs.
func TestARealDeskIsUsableFromTheFirstStart(t *testing.T) {
	databases(t, func(t *testing.T, cfg app.Config) {
		cfg.Demo = false
		w := &world{T: t, cfg: cfg, log: &lockedBuffer{}, out: &lockedBuffer{}, clients: map[string]*client.Client{}, agency: map[string]string{}}
		w.mail = newMailbox(t)
		w.cfg.SMTPURL = w.mail.url
		w.run()
		t.Cleanup(func() { w.stop() })
		ctx := t.Context()
		var printed bytes.Buffer
		console, err := app.OpenConsole(ctx, w.cfg, "admin", false, &printed, slog.New(slog.DiscardHandler))
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, console.Close()) })
		person := func(username, name, agency, home, role string) *client.Client {
			printed.Reset()
			require.NoError(t, console.AddUser(ctx, username, name, agency, home, role, "QĐ 01/QĐ-CAT"))
			once := shownOnce.FindString(printed.String())
			require.NotEmpty(t, once, printed.String())
			return w.enter(username, once)
		}
		lead := person("hung", "Lò Văn Hùng", "doi-ucsc", "cat", "lead")
		officer := person("tuan", "Nguyễn Minh Tuấn", "doi-ucsc", "cat", "officer")
		police := person("anh", "Hoàng Đức Anh", "cat-dau-moi", "", "liaison")
		require.ErrorContains(t, console.AddUser(ctx, "sai", "Sai", "cat-dau-moi", "", "officer", "QĐ"), "Vai trò này chỉ dành cho người của Đội")
		require.ErrorContains(t, console.DisableUser(ctx, "sai", "r", "", "", ""), "Không có tài khoản sai", "nothing of it stayed")
		require.ErrorContains(t, console.DisableUser(ctx, "admin", "r", "", "", ""), "At least one active administrator must remain")

		_, err = lead.Agencies(ctx, api.AgencyFilter{})
		w.fails(err, http.StatusForbidden, "second_factor_required")
		w.enrol(lead, "mot-mat-khau-rieng-2026")
		agencies, err := lead.Agencies(ctx, api.AgencyFilter{Paging: api.Paging{Limit: 200}})
		require.NoError(t, err)
		for _, a := range agencies.Items {
			w.agency[a.Code] = a.ID
		}
		inc, err := officer.Report(ctx, client.Write{}, api.NewIncident{
			Title: "Hồ sơ đầu tiên", Description: "Cổng không truy cập được", DetectedAt: time.Now().Add(-time.Hour).Format(time.RFC3339),
			System: api.System{Name: "Cổng TTĐT tỉnh"},
		})
		require.NoError(t, err)
		inc, err = officer.Triage(ctx, client.Write{Version: inc.Version}, inc.ID, api.Triage{Category: "availability.ddos", Severity: "high"})
		require.NoError(t, err)
		_, err = officer.AskHandover(ctx, client.Write{}, inc.ID, request(w.agency["cat-dau-moi"], "coordination"))
		require.NoError(t, err)
		_, err = police.Incident(ctx, inc.ID)
		require.NoError(t, err)

		first := client.New(w.base, client.Options{HTTPClient: w.http})
		once := shownOnce.FindString(w.out.String())
		admin := w.enter("admin", once)
		_, err = admin.Users(ctx, api.UserFilter{})
		w.fails(err, http.StatusForbidden, "second_factor_required")
		w.enrol(admin, "mot-mat-khau-rieng-2026")
		h, err := admin.AgencyHistory(ctx, w.agency["doi-ucsc"], api.Paging{})
		require.NoError(t, err)
		made := slices.IndexFunc(h.Items, func(e api.HistoryEntry) bool { return e.Type == "grant.made" })
		require.Equal(t, "console", h.Items[made].Data["via"])
		require.Equal(t, "console", h.Items[made].Data["confirmed"])
		_, err = first.Login(ctx, api.Login{Username: "admin", Password: once})
		w.fails(err, http.StatusUnauthorized, "")
	})
}

func TestTheConsoleSaysWhatIsWrongInBothLanguagesAndPrintsForMachinesToo(t *testing.T) {
	t.Parallel()
	cfg := demo(t)
	quiet := slog.New(slog.DiscardHandler)
	_, err := app.OpenConsole(t.Context(), cfg, "admin", false, io.Discard, quiet)
	require.ErrorContains(t, err, "ungcuu migrate", "a folder that was never started")
	w := start(t, cfg)
	_, err = app.OpenConsole(t.Context(), w.cfg, "nobody", false, io.Discard, quiet)
	require.ErrorContains(t, err, "Không có tài khoản nobody.\nThere is no account nobody.")
	var out bytes.Buffer
	reporter, err := app.OpenConsole(t.Context(), w.cfg, "reporter", true, &out, quiet)
	require.NoError(t, err)
	require.ErrorContains(t, reporter.AddAgency(t.Context(), "x", "x", "", "", ""), "quản trị hệ thống")
	require.NoError(t, reporter.Agencies(t.Context(), "2024-05-01"))
	require.NoError(t, reporter.Close())
	var list []map[string]string
	require.NoError(t, json.Unmarshal(out.Bytes(), &list))
	require.NotEmpty(t, list)
	require.NotContains(t, out.String(), directory.DemoPassword)
}
