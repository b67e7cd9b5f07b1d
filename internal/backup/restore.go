package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/ungcuu/ungcuu/internal/secret"
	"github.com/ungcuu/ungcuu/internal/store"
)

// Target is the place of a desk that is to be: an empty data folder and, on PostgreSQL, an
// empty database.
type Target struct {
	DataDir     string
	DatabaseURL secret.Text // empty: SQLite in the data folder
	Identity    string      // file with the secret keys of age, for a backup that is encrypted
	Log         *slog.Logger
	Progress    func(what string, rows int64) // may be nil
}

// Restore reads the whole file and compares every digest before it writes anything. It writes
// in a folder of its own inside the data folder, and gives everything its name when all of it
// is there; on PostgreSQL the rows become visible with one commit. When it fails, it takes
// away what it wrote. When it is killed, the folder Unfinished stays and nothing starts there.
func Restore(ctx context.Context, file string, to Target) (*Manifest, error) {
	m, err := checkFile(file, to.Identity)
	if err != nil {
		return nil, err
	}
	if to.Progress != nil {
		to.Progress("sha256", 0)
	}
	if err := to.fits(ctx, m); err != nil {
		return nil, err
	}
	w, err := begin(to)
	if err != nil {
		return nil, err
	}
	if err := w.all(ctx, file, m); err != nil {
		return nil, errors.Join(err, w.undo())
	}
	return m, w.finish()
}

func checkFile(file, identity string) (*Manifest, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("restore: %w", err)
	}
	defer f.Close()
	plain, err := decrypted(f, identity)
	if err != nil {
		return nil, err
	}
	return Check(plain)
}

// fits says what of the target does not suit, before anything is made there.
func (to Target) fits(ctx context.Context, m *Manifest) error {
	if err := vacantFolder(to.DataDir); err != nil {
		return err
	}
	if to.DatabaseURL == "" {
		return nil
	}
	st, err := to.open(ctx, to.DataDir)
	if err != nil {
		return err
	}
	newest, err := st.Newest()
	if err == nil && m.Migration > newest {
		err = tooNew(m, newest)
	}
	if err == nil {
		err = st.Vacant(ctx, m.Migration)
	}
	return errors.Join(err, st.Close())
}

func tooNew(m *Manifest, newest int64) error {
	return refuse(fmt.Sprintf("Bản sao lưu do phiên bản mới hơn tạo ra (%s, cơ sở dữ liệu %d; chương trình này biết đến %d). Hãy dùng phiên bản mới hơn.", m.Program, m.Migration, newest),
		fmt.Sprintf("The backup was made by a newer program (%s, database %d; this one knows %d). Use a newer one.", m.Program, m.Migration, newest))
}

func (to Target) open(ctx context.Context, dir string) (*store.Store, error) {
	return store.Open(ctx, store.Config{DataDir: dir, DatabaseURL: to.DatabaseURL}, to.Log)
}

// vacantFolder refuses a folder with anything in it. What a restore that was killed has left
// may go, as long as nothing was given its name yet.
func vacantFolder(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	unfinished, other := false, ""
	for _, e := range entries {
		switch e.Name() {
		case "lost+found": // of a file system of its own
		case Unfinished:
			unfinished = true
		default:
			other = e.Name()
		}
	}
	switch {
	case other != "" && unfinished:
		return refuse("Lần phục hồi trước vào "+dir+" bị ngắt giữa chừng. Hãy làm trống thư mục này (và cơ sở dữ liệu PostgreSQL, nếu dùng) rồi phục hồi lại.",
			"An earlier restore into "+dir+" was broken off. Empty this folder (and the PostgreSQL database, if there is one) and restore again.")
	case other != "":
		return refuse("Thư mục dữ liệu "+dir+" không trống (có «"+other+"»); chỉ phục hồi vào thư mục trống.",
			"The data folder "+dir+" is not empty (it has "+other+"); a restore needs an empty one.")
	}
	return nil
}

// work is a restore that is under way.
type work struct {
	to   Target
	dir  string // Unfinished in the data folder
	made bool   // the data folder is ours as well
	lock *os.File
}

func begin(to Target) (*work, error) {
	w := &work{to: to, dir: filepath.Join(to.DataDir, Unfinished)}
	if _, err := os.Stat(to.DataDir); errors.Is(err, fs.ErrNotExist) {
		w.made = true
	}
	if err := os.MkdirAll(w.dir, 0o700); err != nil {
		return nil, fmt.Errorf("restore: %w", err)
	}
	var err error
	if w.lock, err = os.Open(w.dir); err != nil {
		return nil, fmt.Errorf("restore: %w", err)
	}
	if err := syscall.Flock(int(w.lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = w.lock.Close()
		return nil, refuse("Một tiến trình khác đang phục hồi vào thư mục này.", "Another process restores into this folder.")
	}
	entries, err := os.ReadDir(w.dir) // of a restore that was killed
	for _, e := range entries {
		err = errors.Join(err, os.RemoveAll(filepath.Join(w.dir, e.Name())))
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("restore: %w", err), w.lock.Close())
	}
	return w, syncDir(to.DataDir)
}

// undo takes away what was written to the disk.
func (w *work) undo() error {
	err := errors.Join(os.RemoveAll(w.dir), w.lock.Close())
	if w.made {
		err = errors.Join(err, os.Remove(w.to.DataDir))
	}
	return err
}

func (w *work) all(ctx context.Context, file string, m *Manifest) error {
	f, err := os.Open(file)
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	defer f.Close()
	plain, err := decrypted(f, w.to.Identity)
	if err != nil {
		return err
	}
	r, err := newReader(plain)
	if err != nil {
		return err
	}
	defer r.close()
	// The file was checked, but what is loaded is what is read now: it is compared again.
	again := &second{reader: r, manifest: m}
	name, content, err := w.files(again)
	if err != nil {
		return err
	}
	st, err := w.to.open(ctx, w.dir)
	if err != nil {
		return err
	}
	newest, err := st.Newest()
	if err == nil && m.Migration > newest {
		err = tooNew(m, newest)
	}
	if err == nil {
		err = w.load(ctx, st, again, name, content)
	}
	if err == nil {
		err = st.Migrate(ctx)
	}
	return errors.Join(err, st.Close())
}

// second is the second reading, which must find what the first has found.
type second struct {
	*reader
	manifest *Manifest
	at       int
}

func (s *second) next() (string, io.Reader, error) {
	name, content, err := s.reader.next()
	if errors.Is(err, io.EOF) {
		err = changed()
	}
	if err != nil {
		return "", nil, err
	}
	if name != manifestName && (s.at >= len(s.manifest.Members) || s.manifest.Members[s.at].Name != name) {
		return "", nil, changed()
	}
	s.at++
	return name, content, nil
}

// whole compares the member that was just read to its end.
func (s *second) whole() error {
	s.settle()
	if s.seen[s.at-1] != s.manifest.Members[s.at-1] {
		return changed()
	}
	return nil
}

func changed() error {
	return broken("tệp thay đổi trong lúc phục hồi", "the file changed while it was restored")
}

// files writes the members of the data folder and returns the first member behind them.
func (w *work) files(r *second) (string, io.Reader, error) {
	for {
		name, content, err := r.next()
		if err != nil {
			return "", nil, err
		}
		inside, ok := strings.CutPrefix(name, dataPrefix)
		if !ok {
			return name, content, nil
		}
		path := filepath.Join(w.dir, filepath.FromSlash(inside))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return "", nil, fmt.Errorf("restore: %w", err)
		}
		if err := writeFile(path, content); err != nil {
			return "", nil, err
		}
		if err := r.whole(); err != nil {
			return "", nil, err
		}
		w.tell(inside, 0)
	}
}

func writeFile(path string, content io.Reader) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	_, err = io.Copy(f, content)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("restore: %s: %w", filepath.Base(path), err)
	}
	return nil
}

func (w *work) tell(what string, rows int64) {
	if w.to.Progress != nil {
		w.to.Progress(what, rows)
	}
}

// load fills the database, beginning with the member that is open already.
func (w *work) load(ctx context.Context, st *store.Store, r *second, name string, content io.Reader) error {
	tables := make([]store.Table, len(r.manifest.Tables))
	for i, t := range r.manifest.Tables {
		tables[i] = t.Table
	}
	last := ""
	return st.Load(ctx, store.Contents{
		Database: r.manifest.Database, Migration: r.manifest.Migration, Tables: tables, Counters: r.manifest.Counters, At: time.Now(),
		Next: func() (store.Rows, error) {
			if name == manifestName {
				return store.Rows{}, io.EOF
			}
			rest, ok := strings.CutPrefix(name, rowsPrefix)
			table, _, of := strings.Cut(rest, "/")
			if !ok || !of {
				return store.Rows{}, changed()
			}
			lines, err := io.ReadAll(content)
			if err != nil {
				return store.Rows{}, unreadable(err)
			}
			if err := r.whole(); err != nil {
				return store.Rows{}, err
			}
			if name, content, err = r.next(); err != nil {
				return store.Rows{}, err
			}
			if table != last {
				w.tell(table, r.manifest.Rows(table))
				last = table
			}
			return store.Rows{Table: table, Lines: lines}, nil
		},
	})
}

// finish gives everything its name, the database last, and takes away the folder.
func (w *work) finish() error {
	entries, err := os.ReadDir(w.dir)
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	var last []string
	for _, e := range entries {
		if left[e.Name()] {
			last = append(last, e.Name())
			continue
		}
		if err := syncTree(filepath.Join(w.dir, e.Name())); err != nil {
			return err
		}
		if err := w.place(e.Name()); err != nil {
			return err
		}
	}
	for _, name := range last {
		if err := w.place(name); err != nil {
			return err
		}
	}
	if err := syncDir(w.to.DataDir); err != nil {
		return err
	}
	if err := errors.Join(os.Remove(w.dir), w.lock.Close()); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	return errors.Join(syncDir(w.to.DataDir), syncDir(filepath.Dir(w.to.DataDir)))
}

func (w *work) place(name string) error {
	if err := os.Rename(filepath.Join(w.dir, name), filepath.Join(w.to.DataDir, name)); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	return nil
}

// syncTree makes the names in a folder outlive a power loss; the files were synced one by one.
func syncTree(path string) error {
	return filepath.WalkDir(path, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		return syncDir(path)
	})
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	defer d.Close()
	if err := d.Sync(); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	return nil
}
