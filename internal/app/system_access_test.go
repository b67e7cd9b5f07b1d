package app_test

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/api/client"
	"github.com/ungcuu/ungcuu/internal/authn"
	"github.com/ungcuu/ungcuu/internal/httpapi"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/store"
)

const (
	//           none adm lea off pol str mil rep oth aud ldr end exp gar
	readsSystem = "401 200 200 404 404 404 404 404 404 200 404 404 401 401"
	noForm      = "400 400 400 400 400 400 400 400 400 400 400 400 400 400"
)

// changesSystem is a row of what the administrator does to a system of another agency.
func changesSystem(code string) string {
	return "401 " + code + " 403 404 404 404 404 404 404 403 404 404 401 401"
}

// spareSystem makes a system with a grant that awaits its second person, and a key.
func (d *door) spareSystem() {
	d.Helper()
	ctx, admin := d.Context(), d.as("admin")
	x, err := admin.CreateSystem(ctx, client.Write{}, api.NewSystem{
		Username: "spare-system", FullName: "Cổng báo cáo Sở Y tế", Purpose: "Báo cáo sự cố", AgencyID: d.agency["syt"], Verbs: []string{"read", "report"},
	})
	require.NoError(d, err)
	d.words["spare system"] = x.ID
	x, err = admin.GrantSystemRole(ctx, client.Write{}, x.ID, api.NewGrant{Role: "liaison", Basis: "QĐ 8"})
	require.NoError(d, err)
	d.words["spare system grant"] = x.Grants[0].ID
	k, err := admin.MakeKey(ctx, x.ID, api.NewAPIKey{Name: "Máy chủ chính"})
	require.NoError(d, err)
	d.words["spare key"] = k.Key.ID
}

// machine is a system with the roles of a user of the demo, in the user's agency.
type machine struct{ id, secret string }

// system makes a machine that holds each role that the user of the demo has, confirmed by a
// second person where one is needed. A user of "" has no role.
func (d *door) system(name, like string, verbs []string, addresses ...string) machine {
	d.Helper()
	ctx, admin := d.Context(), d.as("admin")
	me, err := d.as(like).Me(ctx)
	require.NoError(d, err)
	x, err := admin.CreateSystem(ctx, client.Write{}, api.NewSystem{
		Username: name, FullName: "Hệ thống " + name, Purpose: "Kiểm thử", AgencyID: me.Agency.ID, Verbs: verbs, Addresses: addresses,
	})
	require.NoError(d, err)
	for _, role := range me.User.Roles {
		x, err = admin.GrantSystemRole(ctx, client.Write{}, x.ID, api.NewGrant{Role: role, Basis: "QĐ 1"})
		require.NoError(d, err)
		if g := x.Grants[len(x.Grants)-1]; g.Confirmed == nil {
			x, err = d.as("lead").ConfirmSystemGrant(ctx, client.Write{Version: x.Version}, x.ID, g.ID)
			require.NoError(d, err)
		}
	}
	k, err := admin.MakeKey(ctx, x.ID, api.NewAPIKey{Name: name})
	require.NoError(d, err)
	return machine{x.ID, k.Secret}
}

func allVerbs() []string { return httpapi.Lists()["verb"] }

// systemCallers are callers of the matrix that follow by rule from those of its columns: for
// each person, a system with the same role in the same agency, with a key that has every verb
// and with a token that lacks those of the route; and what opens nothing.
type systemCallers struct {
	of     map[string]machine // by user of the demo
	tokens map[string]string  // by user and scope
	dead   []struct{ name, key, bearer string }
	cells  map[string]int
}

func (d *door) systemCallers() *systemCallers {
	d.Helper()
	ctx, admin := d.Context(), d.as("admin")
	s := &systemCallers{of: map[string]machine{}, tokens: map[string]string{}, cells: map[string]int{}}
	for _, name := range everyone {
		s.of[name] = d.system("may-"+name, name, allVerbs())
	}
	dead := func(name, key, bearer string) {
		s.dead = append(s.dead, struct{ name, key, bearer string }{name, key, bearer})
	}
	officer := s.of["officer"]
	me := func(key, bearer string) int {
		h := http.Header{}
		if key != "" {
			h.Set("X-API-Key", key)
		}
		return d.send(httpCall{bearer: bearer, method: http.MethodGet, path: "/api/v1/me", header: h}).status
	}

	old := store.Key{ID: uuid.Must(uuid.NewV7()).String(), UserID: officer.id, Name: "cũ", CreatedAt: time.Now().UTC().Add(-48 * time.Hour), CreatedByID: d.words["user:admin"]}
	secret, hash := authn.NewKeySecret(old.ID)
	old.Hash, old.ExpiresAt = hash, time.Now().UTC().Truncate(time.Microsecond).Add(-time.Second)
	d.write(func(tx *store.Tx) error { return tx.CreateKey(&old) })
	dead("an expired key", secret, "")

	k, err := admin.MakeKey(ctx, officer.id, api.NewAPIKey{Name: "thu hồi"})
	require.NoError(d, err)
	t, err := client.New(d.base, client.Options{HTTPClient: d.http}).ClientToken(ctx, officer.id, k.Secret)
	require.NoError(d, err)
	require.Equal(d, 200, me(k.Secret, ""))
	require.Equal(d, 200, me("", t.AccessToken))
	_, err = admin.RevokeKey(ctx, officer.id, k.Key.ID, api.RevokeAPIKey{Reason: "Lộ khóa"})
	require.NoError(d, err)
	dead("a revoked key", k.Secret, "")
	dead("the token of a revoked key", "", t.AccessToken)

	dead("a key from a wrong address", d.system("may-xa", "officer", allVerbs(), "203.0.113.0/24", "2001:db8::/32").secret, "")

	locked := d.system("may-khoa", "officer", allVerbs())
	require.Equal(d, 200, me(locked.secret, ""))
	must(d.world, admin.DisableSystem, client.Write{}, locked.id, api.DisableSystem{Reason: "Ngừng dùng"})
	dead("a key of a disabled system", locked.secret, "")

	u, err := admin.CreateUser(ctx, api.NewUser{Username: "nghi-viec", FullName: "Người đã nghỉ", AgencyID: d.agency["syt"]})
	require.NoError(d, err)
	tokens, err := client.New(d.base, client.Options{HTTPClient: d.http}).Login(ctx, api.Login{Username: "nghi-viec", Password: u.Password})
	require.NoError(d, err)
	require.Equal(d, 200, me("", tokens.AccessToken))
	must(d.world, admin.DisableUser, client.Write{}, u.User.ID, api.DisableUser{Reason: "Nghỉ việc"})
	dead("the token of a disabled person", "", tokens.AccessToken)

	ended := d.login("officer").AccessToken
	require.Equal(d, 200, me("", ended))
	require.Equal(d, 204, d.send(httpCall{bearer: ended, method: http.MethodPost, path: "/api/v1/auth/logout"}).status)
	dead("an ended session", "", ended)

	dead("a key that is none", authn.KeyPrefix+"khoa", "")
	dead("a key with another secret", officer.secret[:len(officer.secret)-1]+map[bool]string{true: "A", false: "E"}[officer.secret[len(officer.secret)-1] == 'E'], "")
	dead("a key and a token at once", officer.secret, d.token["officer"])
	return s
}

// write changes the database of the running program from beside.
func (d *door) write(fn func(tx *store.Tx) error) {
	d.Helper()
	st, err := store.Open(d.Context(), database(d.cfg), quiet)
	require.NoError(d, err)
	defer func() { require.NoError(d, st.Close()) }()
	require.NoError(d, st.Write(d.Context(), func(_ context.Context, tx *store.Tx) error { return fn(tx) }))
}

// token is one of the system for all its verbs but some.
func (d *door) clientToken(s *systemCallers, who string, without []policy.Action) string {
	d.Helper()
	var scope []string
	for _, v := range allVerbs() {
		if !slices.Contains(without, policy.Action(v)) {
			scope = append(scope, v)
		}
	}
	if slices.Contains(without, policy.Read) { // every other verb needs it
		scope = []string{"report"}
	}
	name := who + " " + strings.Join(scope, " ")
	if s.tokens[name] == "" {
		t, err := client.New(d.base, client.Options{HTTPClient: d.http}).ClientToken(d.Context(), s.of[who].id, s.of[who].secret, scope...)
		require.NoError(d, err)
		s.tokens[name] = t.AccessToken
	}
	return s.tokens[name]
}

// rowVerbs are the actions of one row: those of its route, unless what is sent says which.
func rowVerbs(r httpapi.Route, row accessRow) []policy.Action {
	if row.route == "correctIncident" && strings.Contains(row.body, "restricted") {
		return []policy.Action{policy.Restrict}
	}
	return r.Verbs()
}

// hides are the rows in which another verb decides whether there is anything to read: who lacks
// it is told that there is not.
func hides(row accessRow) bool {
	return row.route == "getContact" && row.state == "a person of the police" || row.route == "getImportMapping"
}

// withKey is what a system gets where the person of the column gets code, with every verb that
// there is: what no verb opens is refused.
func withKey(r httpapi.Route, verbs []policy.Action, code int) int {
	switch {
	case r.PeopleOnly():
		return http.StatusForbidden
	case r.First:
		return code
	case !slices.ContainsFunc(verbs, func(v policy.Action) bool { return slices.Contains(policy.Verbs, v) }):
		return refusedAs(code)
	}
	return code
}

// refusedAs is the answer to who lacks the right, where who has it gets code.
func refusedAs(code int) int {
	if code == http.StatusNotFound {
		return code
	}
	return http.StatusForbidden
}

func (m *matrix) systemLine(r httpapi.Route, row accessRow, codes []string, object string, file func(caseKind) caseFile) {
	m.Helper()
	if !r.Auth {
		return
	}
	verbs := rowVerbs(r, row)
	try := func(kind, who, name string, c httpCall, code int) int {
		m.systems.cells[kind]++
		got := m.cell(r, c)
		if got.status != code {
			m.Errorf("%s %s (%s) by %s, %s: %d instead of %d: %s", r.Method, r.Path, row.state, who+" "+name, object, got.status, code, got.body)
		}
		return got.status
	}
	for i, who := range callers {
		code, err := strconv.Atoi(codes[i])
		require.NoError(m, err)
		c, k := m.asked(r, row, who, file)
		c.outside = c.outside || strings.Join(codes, " ") == missing
		user := c.as
		c.as, c.header = "", c.header.Clone()
		if who == "none" {
			for _, x := range m.systems.dead {
				dead := c
				dead.header, dead.bearer = withSecret(c.header, x.key), x.bearer
				try("dead", "", x.name, dead, http.StatusUnauthorized)
			}
		}
		if user == "" {
			continue
		}
		if user == "lead" && object == "restricted" { // nobody names a system
			code, err = strconv.Atoi(codes[i+1])
			require.NoError(m, err)
		}
		all := withKey(r, verbs, code)
		without := refusedAs(code)
		switch {
		case r.PeopleOnly() || r.First:
			without = all
		case hides(row):
			without = http.StatusNotFound
		}
		lacking := c
		lacking.bearer = m.clientToken(m.systems, user, scopeVerbs(r, verbs))
		try("without", who, "without the verb", lacking, without)
		c.header = withSecret(c.header, m.systems.of[user].secret)
		if status := try("with", who, "with a key", c, all); status < 300 && r.Method != http.MethodGet && row.state != "" {
			k.restricted = object == "restricted"
			delete(m.kept, k)
		}
	}
}

// scopeVerbs are what a token without the right lacks: what the row asks for, and read where it
// only reads.
func scopeVerbs(r httpapi.Route, verbs []policy.Action) []policy.Action {
	if r.Method == http.MethodGet {
		return append(slices.Clone(verbs), policy.Read)
	}
	return verbs
}

func withSecret(h http.Header, secret string) http.Header {
	out := h.Clone()
	if out == nil {
		out = http.Header{}
	}
	if secret != "" {
		out.Set("X-API-Key", secret)
	}
	return out
}

func TestEverySystemGetsOfEveryRouteWhatItsRolesAndVerbsBothAllow(t *testing.T) {
	accessRows(t, func(d *door, rows []accessRow) {
		m := &matrix{door: d, kept: map[caseKind]caseFile{}, special: map[string]string{}, systems: d.systemCallers()}
		tried := 0
		for _, row := range rows {
			i := slices.IndexFunc(httpapi.Routes(), func(r httpapi.Route) bool { return r.Name == row.route })
			if r := httpapi.Routes()[i]; r.Auth {
				m.row(r, row)
				tried++
			}
		}
		people := len(callers) - 3
		d.Logf("%d of %d rows of the table, %d systems with every verb, %d without the verb, %d callers that are none; cells: %v; %d cases made",
			tried, len(access), people, people, len(m.systems.dead), m.systems.cells, m.made)
	})
}

// TestEveryWriteSaysWhichVerbOpensIt holds the routes to the rule of systems: a new one says
// which action it asks for, or is people's.
func TestEveryWriteSaysWhichVerbOpensIt(t *testing.T) {
	known := map[policy.Action]bool{policy.Read: true}
	for _, v := range httpapi.Lists()["verb"] {
		known[policy.Action(v)] = true
	}
	opened := map[policy.Action]bool{}
	for _, r := range httpapi.Routes() {
		if !r.Auth || r.First || r.PeopleOnly() {
			continue
		}
		require.NotEmpty(t, r.Verbs(), "%s: add it to routeVerbs", r.Name)
		for _, v := range r.Verbs() {
			opened[v] = true
		}
	}
	for v := range known {
		require.True(t, opened[v] || v == policy.ReadContacts, "the verb %s opens no route", v)
	}
}

var formHeader = http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}

func form(pairs ...string) string {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return v.Encode()
}
