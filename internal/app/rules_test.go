package app

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const twoHours = `id: thu
kind: overlay
title: {vi: Thử, en: Try}
rules:
  - id: SL-6.1.e
    instrument: Quyết định 1/QĐ-UBND
    clause: Điều 1
    confidence: read
    from: 2027-01-01
    title: {vi: Báo Công an, en: Tell the police}
    when: security
    owed_by: team
    told: [police]
    clock: {start: learned, unit: hours, value: 2}
`

func TestAnOperatorCanCheckAFileOfRules(t *testing.T) {
	file := func(text string) string {
		name := filepath.Join(t.TempDir(), "rules.yaml")
		require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
		return name
	}
	var out bytes.Buffer
	require.NoError(t, CheckRules("son-la", []string{file(twoHours)}, &out))
	require.Contains(t, out.String(), "2027-01-01\tSL-6.1.e\tBáo Công an\tngay khi biết dữ kiện → 2 giờ kể từ khi biết dữ kiện\n")

	out.Reset()
	name := file("id: thu\nkind: overlay\ntitle: {vi: Thử, en: Try}\nruls: []\n")
	var wrong RulesError
	require.ErrorAs(t, CheckRules("son-la", []string{name}, &out), &wrong)
	require.Equal(t, 1, wrong.Count)
	require.Contains(t, out.String(), name+":4:1: không có khóa \"ruls\" (có phải là «rules»?)")
	require.Contains(t, out.String(), " / unknown key \"ruls\"")

	out.Reset()
	require.NoError(t, CheckRules("son-la", []string{file("id: thu\nkind: overlay\ntitle: {vi: Thử, en: Try}\n")}, &out))
	require.Contains(t, out.String(), "Không có gì thay đổi")
	require.Error(t, CheckRules("atlantis", []string{file(twoHours)}, &out))
	out.Reset()
	require.ErrorAs(t, CheckRules("son-la", []string{filepath.Join(t.TempDir(), "none.yaml")}, &out), &wrong)
	require.Contains(t, out.String(), "none.yaml:1:1: không có tệp hoặc thư mục này")

	// Whatever changes is said: of a rule what is not its clock, a new one, days, tables; of a folder, each file.
	folder := t.TempDir()
	for name, text := range map[string]string{
		"1.yaml": strings.NewReplacer("unit: hours, value: 2", "unit: immediate, target: 1h", "told: [police]", "told: [police, military]").Replace(twoHours),
		"2.yaml": strings.NewReplacer("SL-6.1.e", "SL-MOI", "id: thu", "id: thu-2").Replace(twoHours),
		"3.yaml": `id: ngay-nghi
kind: overlay
title: {vi: Ngày nghỉ, en: Days off}
swaps: [{off: 2027-09-03, work: 2027-09-11, instrument: Công văn 1, clause: điểm 1, confidence: read}]
classification:
  - {id: QD05-9, kind: class, value: serious, instrument: Thông tư 1, clause: Điều 1, confidence: read, from: 2027-01-01, when: level >= 3}
`,
	} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600))
	}
	out.Reset()
	require.NoError(t, CheckRules("son-la", []string{folder}, &out))
	for _, line := range []string{
		"2027-01-01\tSL-6.1.e\tBáo Công an\tngay khi biết dữ kiện → ngay khi biết dữ kiện (khác ở: ", "2027-01-01\tSL-MOI\tBáo Công an\tquy định mới → 2 giờ",
		"national-2026: QD05-9 2027-01-01\n", "Off\t2027-09-03\n", "Worked\t2027-09-11\n",
	} {
		require.Contains(t, out.String(), line)
	}
	require.NotContains(t, out.String(), "national-2017")
	out.Reset()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "4.yaml"), []byte("id: x\n"), 0o600))
	require.ErrorAs(t, CheckRules("son-la", []string{folder}, &out), &wrong)
	require.Contains(t, out.String(), filepath.Join(folder, "4.yaml")+":1:1: thiếu")

	out.Reset()
	require.NoError(t, RulesSchema(&out))
	require.Contains(t, out.String(), "https://json-schema.org/draft/2020-12/schema")
}
