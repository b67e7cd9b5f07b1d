package internal_test

import (
	"encoding/json"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/ungcuu/ungcuu/"

// allowed is the direction of the house: what each package may import of ours, beside fault.
// What is not listed is forbidden. Move a line when the code shows it wrong, and say why in
// internal/README.md.
var allowed = map[string]string{
	"api":                 "",
	"api/client":          "api",
	"openapi":             "",
	"internal/fault":      "",
	"internal/incident":   "",
	"internal/regulation": "",
	"internal/audit":      "",
	"internal/telemetry":  "secret",
	"internal/policy":     "incident",
	"internal/sample":     "incident",
	"internal/store":      "incident regulation policy audit secret telemetry",
	"internal/authn":      "incident regulation policy store",
	"internal/exchange":   "api incident",
	"internal/record":     "api incident policy store audit",
	"internal/checklist":  "incident",
	"internal/casework":   "api checklist exchange incident regulation policy store authn audit record",
	"internal/directory":  "api incident regulation policy store authn audit record",
	"internal/bus":        "secret telemetry",
	"internal/outbox":     "api incident store bus telemetry",
	"internal/ledger":     "api audit store bus telemetry",
	"internal/backup":     "secret store telemetry",
	"internal/verify":     "api audit incident ledger outbox store",
	"internal/notify":     "api incident regulation policy secret store bus telemetry",
	"internal/accesslog":  "incident regulation policy store telemetry",
	"internal/httpapi":    "accesslog api checklist exchange openapi incident regulation policy authn audit telemetry store record casework directory",
	"internal/outbound":   "",
	"internal/secret":     "",
	"internal/app":        "*",
	"cmd/ungcuu":          "app secret",
	"scripts/openapi":     "*",
	"scripts/bench":       "*",
	"scripts/asyncapi":    "api httpapi",
	"scripts/diagram":     "incident",
	"scripts/rights":      "policy",
	"scripts/rules":       "regulation",
}

// outside is which package alone may touch a technology.
var outside = map[string]string{
	"github.com/labstack/echo":    "internal/httpapi",
	"gorm.io":                     "internal/store",
	"github.com/ncruces":          "internal/store",
	"github.com/jackc/pgx":        "internal/store",
	"github.com/pressly/goose":    "internal/store",
	"github.com/nats-io":          "internal/bus",
	"github.com/wneessen/go-mail": "internal/notify",
	"github.com/golang-jwt":       "internal/authn",
	"github.com/coreos/go-oidc":   "internal/authn",
	"github.com/prometheus":       "internal/telemetry",
	"go.opentelemetry.io":         "internal/telemetry",
	"filippo.io/age":              "internal/backup",
	"github.com/klauspost":        "internal/backup",
	"code.dny.dev/ssrf":           "internal/outbound",
	"cel.dev/cel-go":              "internal/regulation",
	"go.yaml.in/yaml":             "internal/regulation",
}

func TestEveryImportFollowsTheHouse(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports", module+"...").Output()
	require.NoError(t, err)
	dec := json.NewDecoder(strings.NewReader(string(out)))
	seen := 0
	for dec.More() {
		var p struct {
			ImportPath string
			Imports    []string
		}
		require.NoError(t, dec.Decode(&p))
		name := strings.TrimPrefix(p.ImportPath, module)
		if name == "internal" || strings.HasSuffix(name, "test") && strings.Count(name, "/") == 2 {
			continue // this test, and test helpers: internal/x/xtest
		}
		may, listed := allowed[name]
		require.True(t, listed, "%s stands in no row of the table of imports", name)
		seen++
		for _, imp := range p.Imports {
			checkOurs(t, name, may, imp)
			for tech, owner := range outside {
				if strings.HasPrefix(imp, tech) && name != "scripts/bench" { // its floors are the bare libraries
					require.Equal(t, owner, name, "%s imports %s, which belongs to %s alone", name, imp, owner)
				}
			}
			if name == "api" {
				require.NotContains(t, strings.Split(imp, "/")[0], ".", "api uses the standard library only, not %s", imp)
			}
		}
	}
	require.Equal(t, len(allowed), seen, "the table names a package that does not exist")
}

func checkOurs(t *testing.T, name, may, imp string) {
	t.Helper()
	ours, ok := strings.CutPrefix(imp, module)
	if !ok || may == "*" {
		return
	}
	short := strings.TrimPrefix(ours, "internal/")
	if short == "fault" && name != "api" && name != "internal/audit" {
		return
	}
	require.True(t, slices.Contains(strings.Fields(may), short), "%s must not import %s", name, ours)
}
