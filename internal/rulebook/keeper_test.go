package rulebook

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/directory/directorytest"
	"github.com/ungcuu/ungcuu/internal/regulation"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/store/storetest"
)

// desk is a keeper of a folder on a filled database.
type desk struct {
	*testing.T
	*Keeper
	dir string
	log *bytes.Buffer
}

func each(t *testing.T, test func(d *desk)) {
	t.Helper()
	for name, cfg := range storetest.Databases(t) {
		t.Run(name, func(t *testing.T) {
			st := storetest.Open(t, cfg)
			now := func() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }
			directorytest.Demo(t, st, now())
			test(open(t, st, t.TempDir()))
		})
	}
}

// open is a desk that starts on the files of the folder.
func open(t *testing.T, st *store.Store, dir string) *desk {
	t.Helper()
	d := &desk{T: t, dir: dir, log: &bytes.Buffer{}}
	book, files, err := Open(dir)
	require.NoError(t, err)
	d.Keeper = New(Config{
		Path: dir, Store: st, Log: slog.New(slog.NewJSONHandler(d.log, nil)),
		Province: regulation.Province{Slug: "son-la", Rules: regulation.NewShelf(book)},
		Now:      func() time.Time { return time.Now().UTC().Truncate(time.Microsecond) },
	}, files)
	require.NoError(t, d.Adopt(t.Context()))
	return d
}

func (d *desk) write(name, text string) {
	d.Helper()
	require.NoError(d, os.WriteFile(filepath.Join(d.dir, name), []byte(text), 0o600))
}

func (d *desk) remove(name string) {
	d.Helper()
	require.NoError(d, os.Remove(filepath.Join(d.dir, name)))
}

func (d *desk) looks(times int) {
	d.Helper()
	for range times {
		require.NoError(d, d.look(d.Context(), false))
	}
}

func (d *desk) holds(id string) bool {
	for _, r := range d.Province.Rules.Book().Rules("son-la", "2026-11-22") {
		if r.ID == id {
			return true
		}
	}
	return false
}

// rule is a file with one rule of that id.
func rule(id string) string {
	return "id: x-" + strings.ToLower(id) + "\nkind: overlay\ntitle: {vi: Thử, en: Test}\nrules:\n" +
		"  - {id: " + id + ", instrument: Công văn 1, clause: điểm a, confidence: read, from: 2026-07-01, title: {vi: Thử, en: Test}, when: security, owed_by: team, told: [police], clock: {start: detected, unit: hours, value: 24, basis: điểm a}}\n"
}

func TestAContentCountsOnceItStandsStill(t *testing.T) {
	each(t, func(d *desk) {
		text := rule("HAI")
		d.write("1.yaml", rule("MOT"))
		d.looks(1)
		require.False(d, d.holds("MOT"), "it may be half written")
		d.looks(1)
		require.True(d, d.holds("MOT"))

		d.write("2.yaml", text[:len(text)/2])
		d.looks(1)
		d.write("2.yaml", text)
		d.looks(1)
		require.Nil(d, d.Refused(), "the first half was never judged")
		require.False(d, d.holds("HAI"))
		d.looks(1)
		require.True(d, d.holds("HAI"))

		d.write("3.yaml", rule("BA"))
		require.NoError(d, d.look(d.Context(), true))
		require.True(d, d.holds("BA"), "a signal is somebody's word that it is whole")
	})
}

func TestAFileThatIsWrittenAgainUnchangedChangesNothing(t *testing.T) {
	each(t, func(d *desk) {
		d.write("1.yaml", rule("MOT"))
		d.looks(2)
		was := d.Province.Rules.Book()
		d.write("1.yaml", rule("MOT"))
		require.NoError(d, os.Chtimes(filepath.Join(d.dir, "1.yaml"), time.Now(), time.Now().Add(time.Hour)))
		d.looks(3)
		require.Same(d, was, d.Province.Rules.Book())

		text := strings.Replace(rule("MOT"), "value: 24", "value: 12", 1)
		old, err := os.Stat(filepath.Join(d.dir, "1.yaml"))
		require.NoError(d, err)
		d.write("1.yaml", text)
		require.NoError(d, os.Chtimes(filepath.Join(d.dir, "1.yaml"), old.ModTime(), old.ModTime()))
		d.looks(2)
		require.NotSame(d, was, d.Province.Rules.Book(), "the same size and time, another figure")
	})
}

func TestWhatIsWrongIsRefusedAndToldOnceAndTheOldBookStays(t *testing.T) {
	each(t, func(d *desk) {
		d.write("1.yaml", rule("MOT"))
		d.looks(2)
		book := d.Province.Rules.Book()
		pipe := filepath.Join(d.dir, "pipe.yaml")
		for name, c := range map[string]struct {
			make, undo func()
			say        string
		}{
			"a mistake":        {func() { d.write("2.yaml", strings.Replace(rule("HAI"), "hours", "hour", 1)) }, func() { d.remove("2.yaml") }, "2.yaml:5:"},
			"another ending":   {func() { d.write("2.yml", rule("HAI")) }, func() { d.remove("2.yml") }, "2.yml:1:1: tên tệp phải kết thúc bằng .yaml"},
			"a pipe":           {func() { require.NoError(d, syscall.Mkfifo(pipe, 0o600)) }, func() { d.remove("pipe.yaml") }, "pipe.yaml:1:1: không phải tệp thường"},
			"a folder":         {func() { require.NoError(d, os.Mkdir(pipe, 0o700)) }, func() { d.remove("pipe.yaml") }, "không phải tệp thường"},
			"a link to nobody": {func() { require.NoError(d, os.Symlink("nowhere", pipe)) }, func() { d.remove("pipe.yaml") }, "không có tệp"},
			"far too much":     {func() { d.write("2.yaml", strings.Repeat("#", 2<<20)) }, func() { d.remove("2.yaml") }, "2.yaml:1:1: "},
			"not UTF-8":        {func() { d.write("2.yaml", "id: \xff\n") }, func() { d.remove("2.yaml") }, "2.yaml:1:"},
			"nothing is left":  {func() { d.remove("1.yaml") }, func() { d.write("1.yaml", rule("MOT")) }, "thư mục không còn tệp nào"},
			"the folder went": {func() { require.NoError(d, os.Rename(d.dir, d.dir+"-moved")) },
				func() { require.NoError(d, os.Rename(d.dir+"-moved", d.dir)) }, "không có tệp hoặc thư mục này"},
		} {
			d.log.Reset()
			c.make()
			d.looks(4)
			require.NotNil(d, d.Refused(), name)
			require.Contains(d, d.Refused().Problems.Error(), c.say, name)
			require.Equal(d, 1, strings.Count(d.log.String(), "the rules are refused"), name)
			require.Same(d, book, d.Province.Rules.Book(), name)
			c.undo()
			d.looks(2)
			require.Nil(d, d.Refused(), name)
			require.Equal(d, book.Version(), d.Province.Rules.Book().Version(), name)
			book = d.Province.Rules.Book()
		}
		d.write(".1.yaml.swp", "half")
		d.write("1.yaml~", "half")
		require.NoError(d, os.Mkdir(filepath.Join(d.dir, "..data"), 0o700))
		d.looks(2)
		require.Nil(d, d.Refused(), "what editors and volumes leave")
	})
}

func TestABookIsKeptBeforeItComesIntoForce(t *testing.T) {
	each(t, func(d *desk) {
		was := d.Province.Rules.Book().Version()
		d.write("1.yaml", rule("MOT"))
		d.looks(1)
		ended, cancel := context.WithCancel(d.Context())
		cancel()
		require.Error(d, d.look(ended, false), "the database does not take it")
		require.Equal(d, was, d.Province.Rules.Book().Version())
		d.looks(1)
		require.NotEqual(d, was, d.Province.Rules.Book().Version(), "it was tried again")

		books, err := d.Store.Read(d.Context()).RuleBooks()
		require.NoError(d, err)
		require.Len(d, books, 2)
		require.Equal(d, []string{was, d.Province.Rules.Book().Version()}, []string{books[0].Version, books[1].Version})
		require.True(d, books[1].InForce && !books[0].InForce)
		kept, err := d.Store.Read(d.Context()).RuleBook(books[1].Version)
		require.NoError(d, err)
		list, err := regulation.ReadSources(kept.Sources)
		require.NoError(d, err)
		require.Equal(d, kept.Version, regulation.VersionOf(list))
		require.Equal(d, "1.yaml", list[len(list)-1].Name)

		d.remove("1.yaml")
		again := open(d.T, d.Store, d.dir) // a start takes the empty folder
		require.Equal(d, was, again.Province.Rules.Book().Version())
		books, err = d.Store.Read(d.Context()).RuleBooks()
		require.NoError(d, err)
		require.Len(d, books, 2)
		require.True(d, books[0].InForce && !books[1].InForce, "the first is in force again")
	})
}

func TestAChangeOfTheBookIsOneFactOfTheTeamWhoeverRecordsIt(t *testing.T) {
	each(t, func(d *desk) {
		from := d.Province.Rules.Book().Version()
		others := []*desk{d, open(d.T, d.Store, d.dir), open(d.T, d.Store, d.dir)}
		d.write("1.yaml", rule("MOT"))
		d.write("2.yaml", "id: y\nkind: overlay\ntitle: {vi: Thử, en: Test}\noff: [{rule: SL-6.1.e, from: 2026-12-01, basis: Công văn 2}]\n")
		done := make(chan error, len(others))
		for _, o := range others {
			go func() { done <- errors.Join(o.look(d.Context(), true), o.look(d.Context(), true)) }()
		}
		for range others {
			require.NoError(d, <-done)
		}
		tx := d.Store.Read(d.Context())
		teams, err := tx.AgencyByRole("team", "2026-11-22")
		require.NoError(d, err)
		events, err := tx.Timeline(store.TimelineQuery{IncidentID: teams[0].ID})
		require.NoError(d, err)
		require.Len(d, events, 1)
		require.Equal(d, "rules.replaced", events[0].Type)
		require.JSONEq(d, `{"from":"`+from+`","to":"`+d.Province.Rules.Book().Version()+`","rules":["MOT","SL-6.1.e"],"files":["1.yaml","2.yaml"]}`, events[0].Body)
		require.Equal(d, teams[0].ID, events[0].AgencyID)
		for _, o := range others {
			require.True(d, o.holds("MOT"))
		}
	})
}

func TestAStartWithBadFilesTellsAllOfThem(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"a.yaml", "b.yaml"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte("kind: [\n"), 0o600))
	}
	_, _, err := Open(dir)
	require.ErrorContains(t, err, filepath.Join(dir, "a.yaml")+":")
	require.ErrorContains(t, err, filepath.Join(dir, "b.yaml")+":")
	_, _, err = Open(filepath.Join(dir, "none"))
	require.ErrorContains(t, err, "none:1:1: không có tệp hoặc thư mục này")
	_, files, err := Open("")
	require.NoError(t, err)
	require.Empty(t, files)
}
