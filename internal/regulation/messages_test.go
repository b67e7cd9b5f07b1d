package regulation

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// messages are the texts that the program has for mistakes in files of rules.
func messages(t *testing.T) []string {
	t.Helper()
	at := map[string]int{"add": 2, "bad": 0, "bilingual": 0} // which argument is the text
	var out []string
	entries, err := os.ReadDir(".")
	require.NoError(t, err)
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), e.Name(), nil, 0)
		require.NoError(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			name := ""
			switch f := call.Fun.(type) {
			case *ast.Ident:
				name = f.Name
			case *ast.SelectorExpr:
				name = f.Sel.Name
			}
			i, ok := at[name]
			if !ok || i >= len(call.Args) {
				return true
			}
			if lit, ok := call.Args[i].(*ast.BasicLit); ok && lit.Kind == token.STRING {
				text, err := strconv.Unquote(lit.Value)
				require.NoError(t, err)
				out = append(out, text)
			}
			return true
		})
	}
	require.Greater(t, len(out), 60)
	return out
}

var verb = regexp.MustCompile(`%(\[\d+\])?[a-z]`)

// A lawyer of the province reads them.
func TestEveryMessageAboutAFileOfRulesHasItsVietnamese(t *testing.T) {
	used := map[string]bool{}
	for _, en := range messages(t) {
		vi, ok := vietnamese[en]
		require.True(t, ok, "no Vietnamese for %q", en)
		used[en] = true
		if en == "%s" {
			continue
		}
		require.Regexp(t, vietnameseLetter, vi)
		require.NotContains(t, vi+en, " / ", "it stands between the languages")
		require.Len(t, verb.FindAllString(vi, -1), len(verb.FindAllString(strings.ReplaceAll(en, "%[1]s", ""), -1)), "%q has other values than %q", vi, en)
	}
	for en := range vietnamese {
		require.True(t, used[en], "nobody says %q any more", en)
	}
}

func TestAMisspeltWordIsGuessed(t *testing.T) {
	for wrong, want := range map[string]string{
		"owed_by: teem": "(có phải là «team»?)", "when: securty": "không có dữ kiện tên «securty» (có phải là «security»?)",
		"when: 'severity == \"hihg\"'": "(có phải là «high»?)", "tolds: []": "(có phải là «told»?)",
		"when: serous": "(có phải là «serious»?)", "channels: [emial]": "(có phải là «email»?)",
	} {
		_, err := Load(Source{"x.yaml", []byte(strings.Replace(ruleHead, "from:", wrong+"\n    from:", 1))})
		require.ErrorContains(t, err, want, wrong)
	}
	for _, far := range []string{"when: abc", "owed_by: x"} {
		_, err := Load(Source{"x.yaml", []byte(strings.Replace(ruleHead, "from:", far+"\n    from:", 1))})
		require.NotContains(t, err.Error(), "có phải là", far)
	}
	_, err := Load(Source{"x.yaml", []byte(header + "off:\n  - rule: SL-6.1.f\n    basis: b\n")})
	require.ErrorContains(t, err, "(có phải là «SL-6.1.")
	_, err = Load(Source{"x.yaml", []byte(classHead + "    kind: class\n    value: serious\n    when: serious\n")})
	require.ErrorContains(t, err, "bảng phân loại không hỏi được kết quả của chính nó")
}

// What officers read says it as the law does: not a force "chuyên trách Bộ Quốc phòng", not "quy định
// bảo vệ dữ liệu", and a form by its own name.
func TestTitlesUseTheWordsOfTheLaw(t *testing.T) {
	for _, slug := range pageProvinces {
		for _, r := range embedded().province(slug).rules {
			for _, wrong := range []string{"chuyên trách Bộ", "quy định bảo vệ dữ liệu", "Báo ngay Công an", "Báo ngay lực lượng", "Thuê tổ chức", "xin ý kiến khi"} {
				require.NotContains(t, r.Title.VI, wrong, r.ID)
			}
			require.NotRegexp(t, `(?i)violation of personal data`, r.Title.EN, r.ID)
		}
	}
	for _, day := range []string{"2018-01-01", "2026-07-15", "2026-11-22"} {
		initial, ok := embedded().Form("initial", day)
		require.True(t, ok)
		require.Equal(t, "Báo cáo ban đầu sự cố mạng", initial.Title.VI) // Thông tư 20/2017/TT-BTTTT Mẫu số 03
	}
	require.Equal(t, "không có thời hạn, kể từ khi khắc phục xong", Clock{Start: StartResolved, Unit: UnitNone}.Words().VI)
}
