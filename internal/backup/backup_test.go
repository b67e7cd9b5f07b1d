package backup

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/directory/directorytest"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/store/storetest"
)

var log = slog.New(slog.DiscardHandler)

// desk is a desk with people in it and some files beside it.
type desk struct {
	*testing.T
	cfg store.Config
	src Source
}

func each(t *testing.T, test func(d *desk)) {
	t.Helper()
	for name, cfg := range storetest.Databases(t) {
		t.Run(name, func(t *testing.T) {
			st := storetest.Open(t, cfg)
			directorytest.Demo(t, st, time.Now().UTC().Truncate(time.Microsecond))
			d := &desk{T: t, cfg: cfg, src: Source{Store: st, DataDir: cfg.DataDir, Ledger: filepath.Join(cfg.DataDir, "ledger", "seals.jsonl"), Program: "test"}}
			for name, text := range map[string]string{
				"ledger/seals.jsonl": "{\"n\":1}\n{\"n\":2}\n{\"n\":3,\"to", "keys/token.pem": "key", "notify/accepted-1": "", "jetstream/x": "no", "jetstream.lock": "",
			} {
				path := filepath.Join(cfg.DataDir, name)
				require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
				require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
			}
			test(d)
		})
	}
}

func (d *desk) backup() []byte {
	d.Helper()
	var out bytes.Buffer
	done, err := Write(d.Context(), &out, d.src)
	require.NoError(d, err)
	require.EqualValues(d, out.Len(), done.Size)
	sum := sha256.Sum256(out.Bytes())
	require.Equal(d, hex.EncodeToString(sum[:]), done.SHA256)
	return out.Bytes()
}

// target is an empty place of the same kind.
func (d *desk) target() Target {
	d.Helper()
	to := Target{DataDir: filepath.Join(d.TempDir(), "desk"), Log: log}
	if d.cfg.DatabaseURL != "" {
		to.DatabaseURL = storetest.OpenPostgres(d.T)
	}
	return to
}

func (d *desk) restore(text []byte, to Target) error {
	d.Helper()
	file := filepath.Join(d.TempDir(), "file")
	require.NoError(d, os.WriteFile(file, text, 0o600))
	_, err := Restore(d.Context(), file, to)
	return err
}

// refused asks that the file is refused and that nothing is there afterwards.
func (d *desk) refused(text []byte, to Target, kind fault.Kind) {
	d.Helper()
	require.ErrorIs(d, d.restore(text, to), kind)
	require.NoDirExists(d, to.DataDir)
	if to.DatabaseURL != "" {
		st, err := store.Open(d.Context(), store.Config{DatabaseURL: to.DatabaseURL}, log)
		require.NoError(d, err)
		require.NoError(d, errors.Join(st.Vacant(d.Context(), 0), st.Close()), "no table was made")
	}
}

// packed writes members as a backup, sealed, whatever they are.
func packed(t *testing.T, members []Member, contents [][]byte) []byte {
	t.Helper()
	var out bytes.Buffer
	s := newSealing(&out)
	z, err := zstd.NewWriter(s)
	require.NoError(t, err)
	w := tar.NewWriter(z)
	for i, m := range members {
		require.NoError(t, w.WriteHeader(&tar.Header{Name: m.Name, Size: int64(len(contents[i])), Mode: 0o600}))
		_, err := w.Write(contents[i])
		require.NoError(t, err)
	}
	require.NoError(t, errors.Join(w.Close(), z.Close()))
	require.NoError(t, s.seal())
	return out.Bytes()
}

// unpacked are the members of a backup and its manifest.
func unpacked(t *testing.T, text []byte) (members []Member, contents [][]byte, m Manifest) {
	t.Helper()
	r, err := newReader(bytes.NewReader(text))
	require.NoError(t, err)
	defer r.close()
	for {
		name, content, err := r.next()
		if errors.Is(err, io.EOF) {
			require.NoError(t, json.Unmarshal(contents[len(contents)-1], &m))
			return members, contents, m
		}
		require.NoError(t, err)
		text, err := io.ReadAll(content)
		require.NoError(t, err)
		members, contents = append(members, Member{Name: name}), append(contents, text)
	}
}

// remade is the backup with another manifest, and without the members that drop says.
func remade(t *testing.T, text []byte, edit func(m *Manifest), drop func(name string) bool) []byte {
	t.Helper()
	members, contents, m := unpacked(t, text)
	edit(&m)
	var keep []Member
	var kept [][]byte
	m.Members = nil
	for i, one := range members[:len(members)-1] {
		if drop(one.Name) {
			continue
		}
		sum := sha256.Sum256(contents[i])
		m.Members = append(m.Members, Member{Name: one.Name, Size: int64(len(contents[i])), SHA256: hex.EncodeToString(sum[:])})
		keep, kept = append(keep, one), append(kept, contents[i])
	}
	raw, err := json.Marshal(m)
	require.NoError(t, err)
	return packed(t, append(keep, Member{Name: manifestName}), append(kept, raw))
}

func TestARestoreBringsBackTheDataFolderAndEveryRow(t *testing.T) {
	each(t, func(d *desk) {
		to := d.target()
		require.NoError(d, d.restore(d.backup(), to))
		for name, want := range map[string]string{"ledger/seals.jsonl": "{\"n\":1}\n{\"n\":2}\n", "keys/token.pem": "key", "notify/accepted-1": ""} {
			got, err := os.ReadFile(filepath.Join(to.DataDir, name))
			require.NoError(d, err)
			require.Equal(d, want, string(got), name)
			info, err := os.Stat(filepath.Join(to.DataDir, name))
			require.NoError(d, err)
			require.Equal(d, os.FileMode(0o600), info.Mode().Perm())
		}
		entries, err := os.ReadDir(to.DataDir)
		require.NoError(d, err)
		for _, e := range entries {
			require.Contains(d, []string{"ledger", "keys", "notify", "ungcuu.db"}, e.Name(), "the broker's store is made anew")
		}
		st, err := store.Open(d.Context(), store.Config{DataDir: to.DataDir, DatabaseURL: to.DatabaseURL}, log)
		require.NoError(d, err)
		require.NoError(d, st.Ready(d.Context()))
		again := &desk{T: d.T, cfg: store.Config{DataDir: to.DataDir, DatabaseURL: to.DatabaseURL}, src: d.src}
		again.src.Store = st
		_, first, m := unpacked(d.T, d.backup())
		_, second, n := unpacked(d.T, again.backup())
		require.Equal(d, m.Tables, n.Tables)
		require.Equal(d, m.Counters, n.Counters)
		require.Equal(d, sorted(first), sorted(second), "a backup of the restored desk has the same lines")
		require.NoError(d, st.Close())
	})
}

// sorted are the lines of all members but the manifest.
func sorted(contents [][]byte) []string {
	lines := strings.Split(string(bytes.Join(contents[:len(contents)-1], nil)), "\n")
	slices.Sort(lines)
	return lines
}

func TestATruncatedFileIsRefusedAndLeavesNothing(t *testing.T) {
	each(t, func(d *desk) {
		text := d.backup()
		to := d.target()
		for n := 0; n < len(text); n += 1 + len(text)/300 {
			_, err := Check(bytes.NewReader(text[:n]))
			require.ErrorIs(d, err, fault.Malformed, "cut at %d of %d", n, len(text))
		}
		for _, n := range []int{0, 10, sealSize, len(text) / 2, len(text) - sealSize, len(text) - 1} {
			d.refused(text[:n], to, fault.Malformed)
		}
	})
}

func TestAFlippedBitIsRefusedAndLeavesNothing(t *testing.T) {
	each(t, func(d *desk) {
		text := d.backup()
		to := d.target()
		for at := 0; at < len(text); at += 1 + len(text)/500 {
			flipped := bytes.Clone(text)
			flipped[at] ^= 1 << rand.IntN(8)
			_, err := Check(bytes.NewReader(flipped))
			require.ErrorIs(d, err, fault.Malformed, "byte %d of %d", at, len(text))
			if at%50 == 0 {
				d.refused(flipped, to, fault.Malformed)
			}
		}
		_, err := Check(bytes.NewReader(append(bytes.Clone(text), 0)))
		require.ErrorIs(d, err, fault.Malformed, "a byte more")
		_, err = Check(bytes.NewReader(append(bytes.Clone(text), text...)))
		require.ErrorIs(d, err, fault.Malformed, "two in one")
	})
}

func TestAForeignOrRemadeFileIsRefused(t *testing.T) {
	each(t, func(d *desk) {
		text := d.backup()
		to := d.target()
		members, contents, _ := unpacked(d.T, text)
		last := len(members) - 1
		edited := slices.Clone(contents)
		edited[0] = []byte("{\"n\":1}\n{\"n\":9}\n")
		same, none := func(*Manifest) {}, func(string) bool { return false }
		for name, foreign := range map[string][]byte{
			"a text":                       []byte(strings.Repeat("không phải bản sao lưu\n", 100)),
			"zstd of nothing":              packed(d.T, nil, nil),
			"no manifest":                  packed(d.T, members[:last], contents[:last]),
			"an edited member":             packed(d.T, members, edited),
			"a member less":                packed(d.T, members[1:], contents[1:]),
			"a member more":                packed(d.T, append([]Member{{Name: "data/x"}}, members...), append([][]byte{nil}, contents...)),
			"a member twice":               packed(d.T, append([]Member{members[0]}, members...), append([][]byte{contents[0]}, contents...)),
			"a way out of the folder":      packed(d.T, []Member{{Name: "../x"}, {Name: manifestName}}, [][]byte{nil, []byte("{}")}),
			"another format":               remade(d.T, text, func(m *Manifest) { m.Format = 2 }, none),
			"a way out, with a manifest":   packed(d.T, []Member{{Name: "data/../../x"}, {Name: manifestName}}, [][]byte{nil, []byte("{}")}),
			"a manifest that is no JSON":   packed(d.T, members, append(slices.Clone(contents[:last]), []byte("{"))),
			"a member behind the manifest": packed(d.T, append(slices.Clone(members), Member{Name: "data/x"}), append(slices.Clone(contents), nil)),
		} {
			d.Run(name, func(t *testing.T) {
				(&desk{T: t, cfg: d.cfg}).refused(foreign, to, fault.Malformed)
			})
		}
		d.refused(remade(d.T, text, func(m *Manifest) { m.Migration = 99999 }, none), to, fault.Conflict)
		require.NoError(d, d.restore(remade(d.T, text, same, none), to), "remade as it was, it is good")
	})
}

// A backup of an older program comes back under the migrations of then, and is migrated.
func TestAnOlderBackupIsRestoredAndMigrated(t *testing.T) {
	each(t, func(d *desk) {
		require.NoError(d, d.src.Store.Write(d.Context(), func(_ context.Context, tx *store.Tx) error {
			_, err := tx.NextCode("kept")
			return err
		}))
		old := remade(d.T, d.backup(), func(m *Manifest) { // as if there had been one table then
			m.Migration = 1
			m.Tables = slices.DeleteFunc(m.Tables, func(t Table) bool { return t.Name != "counters" })
		}, func(name string) bool {
			return strings.HasPrefix(name, rowsPrefix) && !strings.HasPrefix(name, rowsPrefix+"counters/")
		})
		to := d.target()
		require.NoError(d, d.restore(old, to))
		st, err := store.Open(d.Context(), store.Config{DataDir: to.DataDir, DatabaseURL: to.DatabaseURL}, log)
		require.NoError(d, err)
		require.NoError(d, errors.Join(st.Ready(d.Context()), st.Close()))
		require.Equal(d, 1, storetest.Count(d.T, store.Config{DataDir: to.DataDir, DatabaseURL: to.DatabaseURL}, "counters WHERE name = 'kept'"))
	})
}

// What the desk commits while a backup is being written is not in it, and waits for nothing.
func TestAWriteDoesNotWaitForABackupAndIsNotInIt(t *testing.T) {
	each(t, func(d *desk) {
		before := d.backup()
		written := false
		d.src.Progress = func(what string, _ int64) {
			if what != "agencies" { // a table after which others follow
				return
			}
			ctx, cancel := context.WithTimeout(d.Context(), time.Minute) // a lock is waited for five seconds, then refused
			defer cancel()
			require.NoError(d, d.src.Store.Write(ctx, func(_ context.Context, tx *store.Tx) error {
				_, err := tx.NextCode("during the backup")
				return err
			}))
			written = true
		}
		_, contents, _ := unpacked(d.T, d.backup())
		require.True(d, written)
		_, was, _ := unpacked(d.T, before)
		require.Equal(d, sorted(was), sorted(contents))
	})
}

func TestWhatIsNoPlainFileIsNotLeftOutSilently(t *testing.T) {
	each(t, func(d *desk) {
		require.NoError(d, os.Symlink("/etc/passwd", filepath.Join(d.cfg.DataDir, "keys", "link")))
		_, err := Write(d.Context(), io.Discard, d.src)
		require.ErrorIs(d, err, fault.Conflict)
	})
}

func TestAnEncryptedBackupOpensWithItsKeyOnly(t *testing.T) {
	each(t, func(d *desk) {
		mine, err := age.GenerateX25519Identity()
		require.NoError(d, err)
		other, err := age.GenerateX25519Identity()
		require.NoError(d, err)
		keys := d.TempDir()
		for name, key := range map[string]string{"mine": "# của tôi\n" + mine.String() + "\n", "other": other.String(), "none": "x"} {
			require.NoError(d, os.WriteFile(filepath.Join(keys, name), []byte(key), 0o600))
		}
		d.src.Recipients = []string{mine.Recipient().String()}
		text := d.backup()
		require.NotContains(d, string(text), sealName)
		to := d.target()
		for _, name := range []string{"", "other", "none"} {
			if to.Identity = ""; name != "" {
				to.Identity = filepath.Join(keys, name)
			}
			d.refused(text, to, fault.Invalid)
		}
		to.Identity = filepath.Join(keys, "mine")
		for at := 0; at < len(text); at += 1 + len(text)/100 {
			flipped := bytes.Clone(text)
			flipped[at] ^= 1 << rand.IntN(8)
			require.Error(d, d.restore(flipped, to), "byte %d", at)
			require.Error(d, d.restore(text[:at], to), "cut at %d", at)
			require.NoDirExists(d, to.DataDir)
		}
		require.NoError(d, d.restore(text, to))
		d.src.Recipients = []string{"age1không phải khoá"}
		_, err = Write(d.Context(), io.Discard, d.src)
		require.ErrorIs(d, err, fault.Invalid)
	})
}
