package regulation

import (
	"errors"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/incident"
)

// header begins a file of an operator; ruleHead a rule whose last lines the tests write.
const (
	header = `id: tinh-sua
kind: overlay
title: {vi: Sửa đổi, en: Changes}
`
	ruleHead = header + `rules:
  - id: X-1
    instrument: Quyết định 1/QĐ-UBND
    clause: Điều 1
    confidence: read
    from: 2026-12-01
    title: {vi: Báo cáo, en: Report}
`
	ruleRest = `    when: security
    owed_by: team
    told: [police]
    clock: {start: learned, unit: hours, value: 24}
`
	formHead = header + `forms:
  - id: F-1
    instrument: Quyết định 1/QĐ-UBND
    clause: Điều 1
    confidence: read
    from: 2030-01-01
    title: {vi: Mẫu, en: Form}
`
	classHead = header + `classification:
  - id: C-1
    instrument: Quyết định 1/QĐ-UBND
    clause: Điều 1
    confidence: read
`
	holidayHead = header + `holidays:
  - id: le
    title: {vi: Lễ, en: Holiday}
    instrument: Nghị quyết 1
    clause: Điều 1
    confidence: read
`
)

// Each text is wrong at the place of its mark, which is taken out before it is read.
func TestEveryMistakeIsToldWithItsLineAndColumn(t *testing.T) {
	swap := func(old, wrong string) string { return strings.Replace(ruleHead+ruleRest, old, wrong, 1) }
	clock := func(wrong string) string { return swap("{start: learned, unit: hours, value: 24}", wrong) }
	for promise, c := range map[string]struct{ text, message string }{
		"an empty file":             {"¶", "the file is empty"},
		"nothing but a comment":     {"¶# nothing\n", "the file is empty"},
		"not a mapping":             {"¶- a\n- b\n", "must be a mapping"},
		"a bracket left open":       {"id: a\nkind: overlay\ntitle: ¶{vi: a, en: b\nrules:\n  - id: x\n", "did not find expected"},
		"a quote left open":         {"id: a\nkind: overlay\ntitle: {vi: a,\n  en: b}\nrules:\n  - id: ¶\"x\n    clause: y\n", "unexpected end"},
		"a tab":                     {"id: a\nkind: overlay\n¶\ttitle: x\n", "tab"},
		"a quote in the midst":      {"id: a\nkind: overlay\nrules:\n  - id: x\n    when: \"natures\" ¶in x\n    clause: y\n", "did not find expected"},
		"a character of its own":    {"id: a\nkind: overlay\nrules:\n  - id: ¶@x\n", "cannot start any token"},
		"two colons":                {"id: a\nkind: overlay\ntitle: a¶: b\nrules: []\n", "not allowed"},
		"two documents":             {header + "¶---\nid: x\n", "one document"},
		"not UTF-8":                 {"id: a\n¶kind: \xff\n", "not UTF-8"},
		"too long":                  {"¶" + header + "# " + strings.Repeat("x", maxSource), "longer than 1 MiB"},
		"an unknown key":            {header + "¶rule: []\n", `unknown key "rule" (is it rules?); known here: id, kind`},
		"an unknown key in depth":   {clock("{start: learned, unit: hours, ¶valeu: 24, value: 24}"), `unknown key "valeu"`},
		"a key twice":               {header + "¶id: x\n", `the key "id" stands here twice`},
		"what PostgreSQL keeps not": {swap("vi: Báo cáo", `vi: ¶"Báo\0cáo"`), "the character U+0000"},
		"an escape of a terminal":   {swap("Điều 1", `¶"Điều\e[31m 1"`), "the character U+001B"},
		"a text that turns round":   {swap("vi: Báo cáo", "vi: ¶Báo\u202e cáo"), "the character U+202E"},
		"a title for nobody":        {swap("vi: Báo cáo", "vi: ¶"+strings.Repeat("x", 301)), "the text has 301 characters; at most 300"},
		"a clause for nobody":       {swap("Điều 1", "¶"+strings.Repeat("x", 301)), "the text has 301 characters; at most 300"},
		"a note for nobody":         {swap("confidence: read", "note: ¶"+strings.Repeat("x", 4001)+"\n    confidence: read"), "the text has 4001 characters; at most 4000"},
		"a list that is a text":     {swap("[police]", "¶police"), "must be a list"},
		"a text that is a number":   {swap("Điều 1", "¶1"), "put a number in quotes"},
		"a number that is a text":   {clock("{start: learned, unit: hours, value: ¶24h}"), "must be a whole number"},
		"a number below 0":          {clock("{start: learned, unit: hours, value: ¶-1}"), "must be a whole number"},
		"a yes that is none":        {ruleHead + ruleRest + "    blocks_closure: ¶yes\n", "must be true or false"},
		"a length of time":          {clock("{start: learned, unit: immediate, target: ¶1 giờ}"), "90m, 4h or 14d"},
		"no time at all":            {clock("{start: learned, unit: immediate, target: ¶0h}"), "90m, 4h or 14d"},
		"an alias":                  {swap("title: {vi: Báo cáo, en: Report}", "title: ¶&a {vi: Báo cáo, en: Report}"), "anchors and aliases"},
		"a merge":                   {swap("title: {", "title: {¶<<: {vi: a}, "), `unknown key "<<"`},

		"no id":                     {"¶kind: overlay\ntitle: {vi: a, en: b}\n", "id is missing"},
		"an id with blanks":         {"id: ¶a b\nkind: overlay\ntitle: {vi: a, en: b}\n", `id "a b" is not written as it must be: lower-case letters`},
		"an unknown kind":           {"id: a\nkind: ¶overlai\ntitle: {vi: a, en: b}\n", `unknown kind "overlai"`},
		"no English title":          {"id: a\nkind: overlay\ntitle: ¶{vi: a}\n", "title.en is missing"},
		"a pack in place of a file": {"id: a\nkind: ¶national\ntitle: {vi: a, en: b}\n", "is of the kind overlay"},
		"a profile in an overlay":   {header + "province:\n  ¶slug: x\n", "a file of the kind overlay has no province"},
		"days of an overlay":        {header + "from: ¶2026-12-01\n", "has no from, to"},

		"no such day":                  {swap("2026-12-01", "¶2026-02-30"), `"2026-02-30" is not a day`},
		"a day as officers write it":   {swap("2026-12-01", "¶01/12/2026"), "is not a day of the form YYYY-MM-DD"},
		"to before from":               {swap("from: 2026-12-01", "from: 2026-12-01\n    to: ¶2026-11-30"), "to must be after from"},
		"to on the day of from":        {swap("from: 2026-12-01", "from: 2026-12-01\n    to: ¶2026-12-01"), "to must be after from"},
		"no instrument":                {strings.Replace(swap("    instrument: Quyết định 1/QĐ-UBND\n", ""), "id: X-1", "¶id: X-1", 1), "instrument is missing"},
		"an empty clause":              {swap("Điều 1", `¶""`), "clause is missing"},
		"no Vietnamese title":          {swap("{vi: Báo cáo, en: Report}", `¶{en: Report}`), "title.vi is missing"},
		"no confidence":                {strings.Replace(swap("    confidence: read\n", ""), "id: X-1", "¶id: X-1", 1), "confidence is missing"},
		"an unknown confidence":        {swap("confidence: read", "confidence: ¶sure"), `unknown confidence "sure"`},
		"an unknown debtor":            {swap("owed_by: team", "owed_by: ¶teem"), `unknown owed_by "teem"`},
		"an unknown recipient":         {swap("[police]", "[military, ¶polizei]"), `unknown told "polizei"`},
		"the debtor told of it":        {swap("[police]", "[police, ¶team]"), "nobody tells team"},
		"told twice":                   {swap("[police]", "[police, ¶police]"), "stands here twice"},
		"no trigger":                   {strings.Replace(swap("    when: security\n", ""), "id: X-1", "¶id: X-1", 1), "when is missing"},
		"no clock":                     {strings.Replace(swap("    clock: {start: learned, unit: hours, value: 24}\n", ""), "id: X-1", "¶id: X-1", 1), "clock is missing"},
		"an unknown start":             {clock("{start: ¶now, unit: hours, value: 24}"), `unknown start "now"`},
		"an unknown unit":              {clock("{start: learned, unit: ¶weeks, value: 24}"), `unknown unit "weeks"`},
		"hours without a value":        {clock("{start: learned, unit: ¶hours}"), "needs a value from 1 to"},
		"days beyond all measure":      {clock("{start: learned, unit: days, value: ¶99999}"), "needs a value from 1 to 3660"},
		"at once with a value":         {clock("{start: learned, unit: immediate, value: ¶1}"), "has no value"},
		"an unknown count":             {clock("{start: learned, unit: days, value: 1, count: ¶calendar}"), `unknown count "calendar"`},
		"hours counted in days":        {clock("{start: learned, unit: hours, value: 1, count: ¶civil_day, basis: b}"), "the unit hours has no count"},
		"hours that roll over":         {clock("{start: learned, unit: hours, value: 1, rollover: ¶next_working_day, basis: b}"), "only days counted as civil_day roll over"},
		"an unknown rollover":          {clock("{start: learned, unit: days, value: 1, count: civil_day, basis: b, rollover: ¶monday}"), `unknown rollover "monday"`},
		"a count without its basis":    {clock("¶{start: learned, unit: days, value: 1, count: civil_day}"), "clock.basis is missing"},
		"working days by the instant":  {clock("{start: learned, unit: ¶working_days, value: 1}"), "working days are counted as civil_day"},
		"a case by the year":           {clock("{start: learned, unit: ¶day_of_year, before: 10-15}"), "those of the start calendar"},
		"30 February":                  {clock("{start: calendar, unit: day_of_year, before: ¶02-30}"), `"02-30" is not a day`},
		"a day of a month":             {clock("{start: calendar, unit: month, before: ¶10-15}"), "before is for the unit day_of_year"},
		"a target of the law":          {clock("{start: learned, unit: hours, value: 1, target: ¶1h}"), "target is for the unit immediate"},
		"a warning of nothing":         {clock("{start: learned, unit: none, warn: ¶1h}"), "never due soon"},
		"an opening of a case":         {clock("{start: learned, unit: hours, value: 1, opens: ¶1h}"), "opens is for the start calendar"},
		"a trigger of the calendar":    {strings.Replace(clock("{start: calendar, unit: month}"), "when: ", "when: ¶", 1), "a duty of the calendar has no when"},
		"a calendar that blocks":       {strings.Replace(clock("{start: calendar, unit: month}"), "    when: security\n", "    blocks_closure: ¶true\n", 1), "blocks no case"},
		"a calendar of the reporter":   {strings.NewReplacer("    when: security\n", "", "owed_by: team", "owed_by: ¶reporter").Replace(clock("{start: calendar, unit: month}")), `unknown owed_by "reporter"`},
		"a case of an owner by list":   {swap("owed_by: team", "owed_by: ¶security_system_owner"), `unknown owed_by "security_system_owner"`},
		"a handover by the calendar":   {strings.Replace(clock("{start: calendar, unit: month}"), "    when: security\n", "    fulfilled_by: [¶handover]\n", 1), "fulfilled by hand"},
		"an unknown way":               {ruleHead + ruleRest + "    fulfilled_by: [handover, ¶report:mail]\n", `unknown fulfilled_by "report:mail"`},
		"reported to others":           {ruleHead + ruleRest + "    fulfilled_by: [¶reported]\n", "who is not told"},
		"a handover to nobody":         {strings.Replace(ruleHead+ruleRest, "    told: [police]\n", "    fulfilled_by: [¶handover]\n", 1), "needs somebody who is told"},
		"an unknown channel":           {ruleHead + ruleRest + "    channels: [phone, ¶pigeon]\n", `unknown channel "pigeon"`},
		"a form that does not exist":   {ruleHead + ruleRest + "    form: ¶mau-99\n", `there is no form "mau-99"`},
		"a rule twice":                 {strings.Replace(ruleHead+ruleRest, "rules:\n", "rules:\n"+ruleOf(ruleHead+ruleRest), 1) + "#", "stands here twice"},
		"an off of no rule":            {header + "off:\n  - rule: ¶X-9\n    basis: b\n", `there is no rule "X-9" to switch off`},
		"an off without its basis":     {header + "off:\n  - ¶rule: SL-6.1.e\n", "basis is missing"},
		"an off that ends too early":   {header + "off:\n  - rule: SL-6.1.e\n    basis: b\n    from: 2026-12-01\n    to: ¶2026-01-01\n", "to must be after from"},
		"an unknown kind of class":     {classHead + "    kind: ¶grade\n    value: serious\n    when: security\n", `unknown kind "grade"`},
		"a situation that is ordinary": {classHead + "    kind: situation\n    value: ¶ordinary\n    when: security\n", `unknown value "ordinary"`},
		"a class of its own result":    {classHead + "    kind: class\n    value: serious\n    when: ¶serious\n", "undeclared reference to 'serious'"},

		"a misspelt fact":          {swap("when: security", "when: level >= 3 && ¶securty"), "undeclared reference to 'securty'"},
		"a broken expression":      {swap("when: security", "when: security &&¶"), "Syntax error"},
		"an expression in quotes":  {swap("when: security", `when: "'spam' == severity || ¶securty"`), "undeclared reference"},
		"one with an escape":       {swap("when: security", `when: "category == \"a\" && ¶securty"`), "undeclared reference"},
		"one in single quotes":     {swap("when: security", `when: '"it''s" == category && ¶securty'`), "undeclared reference"},
		"one over several lines":   {swap("when: security", "when: >-\n      security &&\n      (level > 1 ||\n       ¶securty)"), "undeclared reference"},
		"one as a block":           {swap("when: security", "when: |\n      security &&\n\n        ¶securty"), "undeclared reference"},
		"one that is plain":        {swap("when: security", "when: security &&\n      level > 1 &&\n      ¶securty"), "undeclared reference"},
		"one behind a comment":     {swap("when: security", "when: # điều kiện\n      level > 1 && ¶securty"), "undeclared reference"},
		"another type":             {swap("when: security", "when: ¶level + 1"), "it must be bool"},
		"types that do not meet":   {swap("when: security", "when: level ¶== severity"), "found no matching overload"},
		"a list that is compared":  {swap("when: security", "when: natures ¶== level"), "found no matching overload"},
		"a nature that is none":    {swap("when: security", "when: '¶\"cybercrimes\" in natures'"), `natures is never "cybercrimes"`},
		"a severity that is none":  {swap("when: security", "when: level > 1 && severity == ¶'hihg'"), `severity is never "hihg"`},
		"a severity it never is":   {swap("when: security", "when: severity != ¶'hihg'"), `severity is never "hihg"`},
		"a severity of a list":     {swap("when: security", "when: severity in ['high', ¶'worst']"), `severity is never "worst"`},
		"a dear expression":        {swap("when: security", "when: ¶natures.all(a, natures.all(b, natures.all(c, natures.all(d, a + b + c + d != ''))))"), "too dear"},
		"a long expression":        {swap("when: security", "when: ¶"+strings.Repeat("security || ", 400)+"security"), "at most 4000"},
		"a deep expression":        {swap("when: security", "when: ¶"+strings.Repeat("(", 300)+"security"+strings.Repeat(")", 300)), "recursion limit"},
		"an expression that fails": {swap("when: security", "when: ¶1 / 0 == 1"), "division by zero"},

		"an unknown kind of report":  {formHead + "    kind: ¶letter\n    fields: [{name: a, title: {vi: a, en: a}, type: text}]\n", `unknown kind "letter"`},
		"a form without fields":      {strings.Replace(formHead, "id: F-1", "¶id: F-1", 1) + "    kind: final\n", "fields is missing"},
		"a field twice":              {formHead + "    kind: final\n    fields:\n      - {name: a, title: {vi: a, en: a}, type: text}\n      - {name: ¶a, title: {vi: a, en: a}, type: text}\n", `the field "a" stands here twice`},
		"a field of no type":         {formHead + "    kind: final\n    fields: [¶{name: a, title: {vi: a, en: a}}]\n", "type is missing"},
		"a field of an unknown type": {formHead + "    kind: final\n    fields: [{name: a, title: {vi: a, en: a}, type: ¶html}]\n", `unknown type "html"`},
		"a choice without choices":   {formHead + "    kind: final\n    fields: [¶{name: a, title: {vi: a, en: a}, type: choice}]\n", "a choice needs choices"},
		"choices of a text":          {formHead + "    kind: final\n    fields: [{name: a, title: {vi: a, en: a}, type: text, choices: ¶[{value: x, title: {vi: x, en: x}}]}]\n", "a text has no choices"},
		"a source of no case":        {formHead + "    kind: final\n    fields: [{name: a, title: {vi: a, en: a}, type: text, from_case: ¶moon}]\n", `unknown from_case "moon"`},
		"a second form of a kind":    {strings.Replace(formHead, "id: F-1", "id: ¶F-1", 1) + "    kind: final\n    fields: [{name: a, title: {vi: a, en: a}, type: text}]\n", "a report of the kind final would have this form and"},

		"a holiday without a day":       {strings.Replace(holidayHead, "id: le", "¶id: le", 1), "either day or lunar"},
		"a holiday on 31 April":         {holidayHead + "    day: ¶04-31\n", `"04-31" is not a day`},
		"a lunar month of 31 days":      {holidayHead + "    lunar: ¶01-31\n", "is not a lunar day"},
		"a swap of a Saturday":          {header + "swaps: [{off: ¶2027-05-01, work: 2027-05-08, instrument: a, clause: b, confidence: read}]\n", "from Monday to Friday"},
		"a swap that is worked already": {header + "swaps: [{off: 2027-05-03, work: ¶2027-05-07, instrument: a, clause: b, confidence: read}]\n", "a Saturday or a Sunday"},
	} {
		t.Run(promise, func(t *testing.T) {
			text, want := unmark(t, c.text)
			_, err := Load(Source{"file.yaml", []byte(text)})
			var found Problems
			require.ErrorAs(t, err, &found)
			var told []string
			for _, p := range found {
				require.Equal(t, "file.yaml", p.File)
				vi, _, both := strings.Cut(p.Message, " / ")
				require.True(t, both && vietnameseLetter.MatchString(vi), "not in Vietnamese first: %s", p.Message)
				told = append(told, p.Error())
				if p.Line == want.Line && p.Column == want.Column && strings.Contains(p.Message, c.message) {
					return
				}
			}
			t.Fatalf("wanted %d:%d %q, got\n%s", want.Line, want.Column, c.message, strings.Join(told, "\n"))
		})
	}
}

// english are the problems in English alone, a line for each.
func english(t *testing.T, err error) string {
	t.Helper()
	var found Problems
	require.ErrorAs(t, err, &found)
	for i, p := range found {
		_, en, both := strings.Cut(p.Message, " / ")
		require.True(t, both, p.Message)
		found[i].Message = en
	}
	return found.Error()
}

// vietnameseLetter is one that English has not.
var vietnameseLetter = regexp.MustCompile(`[À-ỹ]`)

// ruleOf is the rule of a text, with a mark at its copy below.
func ruleOf(text string) string {
	_, rule, _ := strings.Cut(text, "rules:\n")
	return rule
}

func unmark(t *testing.T, text string) (string, Problem) {
	t.Helper()
	before, after, ok := strings.Cut(text, "¶")
	if !ok { // the second of two rules
		i := strings.LastIndex(text, "id: X-1")
		before, after = text[:i+len("id: ")], text[i+len("id: "):]
	}
	lines := strings.Split(before, "\n")
	return before + after, Problem{Line: len(lines), Column: len([]rune(lines[len(lines)-1])) + 1}
}

func TestAllMistakesAreToldAtOnce(t *testing.T) {
	text := strings.NewReplacer("owed_by: team", "owed_by: teem", "2026-12-01", "soon", "when: security", "when: securty").Replace(ruleHead + ruleRest)
	_, err := Load(Source{"a.yaml", []byte(text)}, Source{"b.yaml", []byte("id: b\n")}, Source{"c.yaml", []byte("[")})
	var found Problems
	require.ErrorAs(t, err, &found)
	files := map[string]int{}
	for _, p := range found {
		files[p.File]++
	}
	require.Equal(t, 3, files["a.yaml"], err)
	require.GreaterOrEqual(t, files["b.yaml"], 2)
	require.Equal(t, 1, files["c.yaml"])
	require.True(t, slices.IsSortedFunc(found, func(a, b Problem) int {
		if a.File != b.File {
			return strings.Compare(a.File, b.File)
		}
		return a.Line - b.Line
	}))
}

func TestABookOfFarTooManyRulesIsRefused(t *testing.T) {
	one := strings.TrimPrefix(ruleHead, header+"rules:\n") + ruleRest
	var many strings.Builder
	many.WriteString(header + "rules:\n")
	for i := range maxRules {
		many.WriteString(strings.Replace(one, "X-1", "X-"+strconv.Itoa(i), 1))
	}
	_, err := Load(Source{Name: "x.yaml", Text: []byte(many.String())})
	require.ErrorContains(t, err, "the rules of all files are more than 2000")
}

func TestWhatCannotBeReadIsNotAlsoMissing(t *testing.T) {
	text := strings.NewReplacer("clause: Điều 1", "clause: 3", "title: {vi: Sửa đổi, en: Changes}", "title: Sửa đổi").Replace(ruleHead + ruleRest)
	_, err := Load(Source{"a.yaml", []byte(text)})
	var found Problems
	require.ErrorAs(t, err, &found)
	require.Len(t, found, 2, err)
}

func TestAPackOfTheProgramInPlaceOfAFileIsRefusedForThatAlone(t *testing.T) {
	shipped, err := carried()
	require.NoError(t, err)
	for _, pack := range shipped {
		_, err := Load(Source{"copy.yaml", pack.Text})
		var found Problems
		require.ErrorAs(t, err, &found, pack.Name)
		require.Len(t, found, 1, pack.Name)
		require.Contains(t, found[0].Message, "is of the kind overlay")
	}
}

func TestAnAliasBombIsRefused(t *testing.T) {
	bomb := "a: &a [x,x,x,x,x,x,x,x,x]\n"
	for c := 'b'; c < 'z'; c++ {
		prev := string(c - 1)
		bomb += string(c) + ": &" + string(c) + " [" + strings.TrimSuffix(strings.Repeat("*"+prev+",", 9), ",") + "]\n"
	}
	_, err := Load(Source{"bomb.yaml", []byte(bomb)})
	require.Error(t, err)
	_, err = Load(Source{"bomb.yaml", []byte("rules: &a [*a, *a]\n" + header)})
	require.ErrorContains(t, err, "anchors and aliases")
	_, err = Load(Source{"deep.yaml", []byte(strings.Repeat("[", 100_000))})
	require.Error(t, err)
	_, err = Load(Source{"deep.yaml", []byte("rules: " + strings.Repeat("{a: ", 9000))})
	require.Error(t, err)
}

// packOf is a program with one national pack and one province, for mistakes that no overlay can make.
func packOf(national, province string) []Source {
	return []Source{{"national.yaml", []byte(`id: qg
kind: national
title: {vi: a, en: a}
from: 2017-11-01
` + national)}, {"province.yaml", []byte(`id: tinh
kind: province
title: {vi: a, en: a}
province: {slug: tinh, prefix: TI, name: tỉnh}
` + province)}}
}

const ordinary = "classification: [{id: C, kind: class, value: ordinary, instrument: a, clause: b, confidence: read, when: true}]\n"

func oneRule(id, from, to string) string {
	if to != "" {
		to = "\n    to: " + to
	}
	return strings.NewReplacer("id: X-1", "id: "+id, "from: 2026-12-01", "from: "+from+to).Replace(ruleOf(ruleHead + ruleRest))
}

func TestThePacksOfTheProgramAreHeldToTheirKinds(t *testing.T) {
	for promise, c := range map[string]struct {
		base []Source
		want string
	}{
		"sound":          {packOf(ordinary, ""), ""},
		"no catch-all":   {packOf(strings.Replace(ordinary, "when: true", "when: security", 1), ""), "national.yaml:5:18: the last class must hold for every case"},
		"no class":       {packOf("", ""), "national.yaml:1:1: a national pack needs a classification"},
		"a dated end":    {packOf(strings.Replace(ordinary, "when: true", "when: true, to: 2020-01-01", 1), ""), "the last class must hold for every case"},
		"a serious last": {packOf(strings.Replace(ordinary, "value: ordinary", "value: serious", 1), ""), "the last class must hold for every case"},
		"two versions on one day": {packOf(ordinary+"rules:\n"+oneRule("A", "2018-01-01", "2020-01-02"), "rules:\n"+oneRule("A", "2020-01-01", "")),
			"province.yaml:10:11: rule A has another version for the same days (qg, from 2018-01-01)"},
		"versions that meet":       {packOf(ordinary+"rules:\n"+oneRule("A", "2018-01-01", "2020-01-01"), "rules:\n"+oneRule("A", "2020-01-01", "")), ""},
		"an off of another's rule": {packOf(ordinary, "off: [{rule: SL-6.1.e, basis: b}]\n"), `province.yaml:5:14: there is no rule "SL-6.1.e" to switch off`},
		"an overlay embedded":      {append(packOf(ordinary, ""), Source{"o.yaml", []byte(header)}), "o.yaml:2:7: a pack of the program is no overlay"},
		"two packs in force":       {append(packOf(ordinary, ""), packOf(ordinary, "")[0]), "national.yaml:4:7: on some days this pack and qg would both be in force"},
		"two profiles":             {append(packOf(ordinary, ""), packOf(ordinary, "")[1]), `the province "tinh" has a profile already`},
		"no profile":               {[]Source{{"p.yaml", []byte("id: p\nkind: province\ntitle: {vi: a, en: a}\n")}}, "p.yaml:1:1: a profile needs province"},
		"an agency of no code":     {packOf(ordinary, strings.Repeat("#\n", 1))[:1:1], ""},
	} {
		t.Run(promise, func(t *testing.T) {
			_, err := load(c.base, nil)
			if c.want == "" {
				require.NoError(t, err)
				return
			}
			require.Contains(t, english(t, err), c.want)
		})
	}
}

func TestAProfileIsHeldTogether(t *testing.T) {
	profile := func(s string) []Source {
		p := packOf(ordinary, "")
		p[1].Text = []byte("id: tinh\nkind: province\ntitle: {vi: a, en: a}\nprovince:\n  slug: tinh\n  prefix: TI\n  name: tỉnh\n" + s)
		return p
	}
	for wrong, want := range map[string]string{
		"  agencies: [{code: A, name: a}, {code: A, name: b}]\n":                                      `8:41: the agency "A" stands here twice`,
		"  agencies: [{code: A, name: a, parent: B}]\n":                                               `8:41: there is no agency "B"`,
		"  agencies: [{code: A, name: a, roles: [{role: king}]}]\n":                                   `8:48: unknown role "king"`,
		"  agencies: [{code: A, name: a, seats: [{code: C}]}]\n":                                      `8:48: there is no agency "C"`,
		"  agencies: [{code: A, name: a, successors: [{code: D, on: 2025-03-01}]}]\n":                 `8:53: there is no agency "D"`,
		"  agencies: [{code: A, name: a, roles: [{role: team, from: 2026-01-01, to: 2025-01-01}]}]\n": "to must be after from",
		"  demo_people: [{username: u, name: a, agency: X}]\n":                                        `8:48: there is no agency "X"`,
		"  demo_people: [{username: u, name: a}, {username: u, name: a}]\n":                           `the user "u" stands here twice`,
	} {
		_, err := load(profile(wrong), nil)
		require.Contains(t, english(t, err), want, wrong)
	}
}

// The house keeps incident out of regulation, so that the lists stand twice; they are held together here.
func TestTheFactsAreThoseOfACase(t *testing.T) {
	var bools []string
	for _, f := range FactTable {
		require.NotEmpty(t, f.Title.VI)
		require.NotEmpty(t, f.Title.EN)
		require.NotEmpty(t, f.Source)
		require.Contains(t, celTypes, f.Type)
		for _, v := range f.Values {
			require.True(t, inWords(v) != v || v == "fax" || f.Name == "category_vn", "%s %s has no Vietnamese", f.Name, v)
		}
		if _, ok := incident.FactNames[f.Name]; ok {
			require.Equal(t, "bool", f.Type)
			bools = append(bools, f.Name)
		}
	}
	require.ElementsMatch(t, slices.Collect(maps.Keys(incident.FactNames)), bools)
	var natures, channels, severities []string
	for _, n := range incident.Natures {
		natures = append(natures, string(n))
	}
	for _, c := range incident.Channels {
		channels = append(channels, string(c))
	}
	for _, s := range incident.Severities {
		severities = append(severities, string(s))
	}
	require.Equal(t, natures, natureValues)
	require.Equal(t, channels, channelValues)
	require.Equal(t, severities, severityValues)
	require.Equal(t, incident.CategoriesVN, categoryValues)
	for _, role := range []incident.AgencyRole{
		incident.RoleTeam, incident.RolePolice, incident.RoleMilitary, incident.RoleNationalCoordinator, incident.RoleOwner,
		incident.RoleOperator, incident.RoleProvider, incident.RoleLeadership, incident.RoleDataProtection,
		incident.RoleSecurityOwner,
	} {
		require.Contains(t, Roles, string(role))
	}
	require.Len(t, Roles, 10)
}

func FuzzLoad(f *testing.F) {
	base := sources(f, "national.yaml", "province.yaml")
	for _, s := range append(sources(f, "overlay-12h.yaml"), base...) {
		f.Add(s.Text)
	}
	for _, s := range []string{ruleHead + ruleRest, formHead, classHead, holidayHead + "    lunar: 12-30\n", "a: &a [*a]", "!!binary x", "\x00", "? [a]\n: b", "- - - -", "%YAML 1.2\n---\n", "'", "{{", "rules: [{when: 'natures.map(x, x)'}]"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		b, err := load(base, []Source{{"fuzz.yaml", text}})
		var found Problems
		switch {
		case err == nil:
			now := time.Unix(1_800_000_000, 0)
			f := Facts{Natures: []string{"cybercrime"}, Level: 3, Detected: now, Reported: now, Learned: now, Found: now, Decided: now, Resolved: now}
			b.Due("tinh", f)
			b.Explain("tinh", f)
			b.Calendar("tinh", now, now.AddDate(1, 0, 0))
		case !errors.As(err, &found) || len(found) == 0:
			t.Fatalf("not a list of problems: %v", err)
		}
		for _, p := range found {
			if p.Line < 1 || p.Column < 1 || p.Message == "" {
				t.Fatalf("no place: %+v", p)
			}
		}
	})
}
