package checklist

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/incident"
)

func TestEveryNationalTypeHasItsChecklist(t *testing.T) {
	require.Len(t, All(), len(incident.CategoriesVN))
	for i, l := range All() {
		require.Equal(t, incident.CategoriesVN[i], l.Type)
		found, ok := Find(l.Type)
		require.True(t, ok)
		require.Equal(t, l, found)
	}
	_, ok := Find("dos")
	require.False(t, ok)
}

// known are the clauses that the legal notes of the project have read; a basis that is none of
// them was invented.
var known = []string{
	"QĐ 05/2017/QĐ-TTg Điều 12 khoản 1 điểm b", "QĐ 05/2017/QĐ-TTg Điều 12 khoản 1 điểm c",
	"QĐ 05/2017/QĐ-TTg Điều 12 khoản 1 điểm d", "QĐ 05/2017/QĐ-TTg Điều 12 khoản 1 điểm e",
	"QĐ 3063/QĐ-UBND Sơn La Điều 3 khoản 5", "QĐ 3063/QĐ-UBND Sơn La Điều 6 khoản 1 điểm e",
	"Nghị định 331/2026/NĐ-CP Điều 31 khoản 2 điểm d", "TT 20/2017/TT-BTTTT Mẫu số 04",
}

func TestNoStepQuotesAClauseThatWasNotRead(t *testing.T) {
	for _, l := range All() {
		for _, s := range l.Steps {
			if s.Basis != "" {
				require.Contains(t, known, s.Basis, "%s %s", l.Type, s.Key)
			}
		}
	}
}

// The five days of TT 20/2017/TT-BTTTT are over: a case of today is reported within 72 hours. The key
// of the step stays, for the tasks that were made with it.
func TestTheStepOnReportsFollowsTheLawInForce(t *testing.T) {
	l, ok := Find("OTHER")
	require.True(t, ok)
	for _, s := range l.Steps {
		require.NotContains(t, s.Text.VI, "05 ngày", s.Key)
		if s.Key == "five_day_notice" {
			require.Equal(t, 72, s.Hours)
			require.Equal(t, "Nghị định 331/2026/NĐ-CP Điều 31 khoản 2 điểm d", s.Basis)
			return
		}
	}
	t.Fatal("no step on reports")
}

func TestWrongDataIsRefused(t *testing.T) {
	for what, edit := range map[string][2]string{
		"an unknown type":                   {`"type": "DOS"`, `"type": "DDOS"`},
		"a type twice":                      {`"type": "DOS"`, `"type": "PHISH"`},
		"a type that is missing":            {`{"type": "TEST"`, `{"type": "SPAM"`},
		"an empty text":                     {`"vi": "Đo lưu lượng,`, `"vi": "", "x": "`},
		"no English":                        {`"en": "Check whether any attempt succeeded"`, `"en": " "`},
		"a key twice":                       {`"dos.provider"`, `"dos.measure"`},
		"a key that is a common step":       {`"dos.provider"`, `"verify"`},
		"a key of another step elsewhere":   {`"dos.provider"`, `"phish.block"`},
		"a key in capitals":                 {`"dos.provider"`, `"DOS"`},
		"a due time in the past":            {`"hours": 1`, `"hours": -1`},
		"a due time beyond all use":         {`"hours": 1`, `"hours": 100000`},
		"a start that is none":              {`"from": "detected"`, `"from": "reported"`},
		"a member that means nothing":       {`"plain": true`, `"short": true`},
		"a checklist without steps":         {`"steps": [`, `"steps": [], "x": [`},
		"a text longer than a task's title": {`"en": "Test, exercise"`, `"en": ""`},
	} {
		raw := strings.Replace(string(file), edit[0], edit[1], 1)
		require.NotEqual(t, string(file), raw, what)
		_, err := read([]byte(raw))
		require.Error(t, err, what)
	}
	require.True(t, json.Valid(file))
}

func TestAStepIsDueFromItsOwnStart(t *testing.T) {
	start, detected := time.Unix(1000000, 0), time.Unix(0, 0)
	require.Nil(t, Step{}.Due(start, detected))
	require.Equal(t, start.Add(2*time.Hour), *Step{Hours: 2}.Due(start, detected))
	require.Equal(t, detected.Add(5*24*time.Hour), *Step{Hours: 120, From: "detected"}.Due(start, detected))
}
