package rulebook

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/regulation"
)

func TestWhatIsToldOfAWrongContentIsBounded(t *testing.T) {
	dir := t.TempDir()
	var many strings.Builder
	for i := range 5000 {
		_, _ = fmt.Fprintf(&many, "k%d: x\n", i)
	}
	file := filepath.Join(dir, "a.yaml")
	require.NoError(t, os.WriteFile(file, []byte(many.String()), 0o600))
	_, _, err := Open(dir)
	var wrong regulation.Problems
	require.ErrorAs(t, err, &wrong)
	require.Len(t, wrong, maxProblems+1)
	require.Contains(t, wrong[maxProblems].Message, "more mistakes are not listed")
	require.Equal(t, file, wrong[maxProblems].File)
	require.Less(t, len(err.Error()), 100_000)

	require.NoError(t, os.WriteFile(file, []byte(strings.Repeat("x", 1000)+": x\n"), 0o600))
	_, _, err = Open(dir)
	require.Error(t, err)
	require.Less(t, len([]rune(err.Error())), maxMessage+200, "one mistake is short too")
}

func TestAFolderOfTooManyFilesIsRefusedBeforeAnyIsRead(t *testing.T) {
	dir := t.TempDir()
	for i := range maxFiles + 1 {
		require.NoError(t, os.WriteFile(filepath.Join(dir, fmt.Sprintf("%03d.yaml", i)), []byte("wrong: ["), 0o600))
	}
	_, _, err := Open(dir)
	var wrong regulation.Problems
	require.ErrorAs(t, err, &wrong)
	require.Len(t, wrong, 1)
	require.Contains(t, wrong[0].Message, "nhiều nhất 100 tệp / at most 100 files")
	require.NoError(t, os.Remove(filepath.Join(dir, "000.yaml")))
	require.NoError(t, os.Rename(filepath.Join(dir, "001.yaml"), filepath.Join(dir, ".001.yaml")))
	_, _, err = Open(dir)
	require.ErrorAs(t, err, &wrong)
	require.Greater(t, len(wrong), 1, "then each is read")
}
