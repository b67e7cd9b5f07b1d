package app

import (
	"bytes"
	"os"
	"path/filepath"
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
	require.Contains(t, out.String(), name+":4:1: unknown key \"ruls\"")

	out.Reset()
	require.NoError(t, CheckRules("son-la", []string{file("id: thu\nkind: overlay\ntitle: {vi: Thử, en: Try}\n")}, &out))
	require.Contains(t, out.String(), "Không quy định nào")
	require.Error(t, CheckRules("atlantis", []string{file(twoHours)}, &out))
	require.Error(t, CheckRules("son-la", []string{filepath.Join(t.TempDir(), "none.yaml")}, &out))

	out.Reset()
	require.NoError(t, RulesSchema(&out))
	require.Contains(t, out.String(), "https://json-schema.org/draft/2020-12/schema")
}
