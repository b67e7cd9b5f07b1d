package backup

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"

	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/store"
)

// Source is the desk that is backed up; it may be running.
type Source struct {
	Store   *store.Store
	DataDir string
	Ledger  string // path of the ledger's file
	Program string
	// Recipients are age keys (age1…); with any, only who holds the secret key of one can read
	// the backup.
	Recipients []string
	Progress   func(what string, rows int64) // may be nil
}

// Done is what was written.
type Done struct {
	Manifest
	Size   int64  // bytes
	SHA256 string // of the whole file
}

// Write writes a backup to w. What stands in memory is a few megabytes, whatever the size of
// the desk; no write of the desk waits for it.
func Write(ctx context.Context, w io.Writer, src Source) (*Done, error) {
	whole := newSealing(w) // only for its digest and its size
	inner := io.WriteCloser(open{whole})
	if len(src.Recipients) > 0 {
		keys, err := age.ParseRecipients(strings.NewReader(strings.Join(src.Recipients, "\n")))
		if err != nil {
			return nil, fault.New(fault.Invalid, "Khoá công khai age không đúng.", "This is no public key of age.").Wrap(err)
		}
		if inner, err = age.Encrypt(whole, keys...); err != nil {
			return nil, fmt.Errorf("backup: encrypt: %w", err)
		}
	}
	out := newSealing(inner)
	packed, err := zstd.NewWriter(out, zstd.WithEncoderConcurrency(2), zstd.WithWindowSize(chunk))
	if err != nil {
		return nil, fmt.Errorf("backup: %w", err)
	}
	a := &writer{src: src, tar: tar.NewWriter(packed), manifest: Manifest{Format: Format, Program: src.Program, Database: src.Store.Dialect()}}
	if err := a.all(ctx); err != nil {
		_ = packed.Close()
		return nil, err
	}
	if err := errors.Join(a.tar.Close(), packed.Close()); err != nil {
		return nil, fmt.Errorf("backup: write: %w", err)
	}
	if err := errors.Join(out.seal(), inner.Close()); err != nil {
		return nil, fmt.Errorf("backup: write: %w", err)
	}
	return &Done{Manifest: a.manifest, Size: whole.size, SHA256: hex.EncodeToString(whole.sum.Sum(nil))}, nil
}

// open is a writer that whoever gave it closes.
type open struct{ io.Writer }

func (open) Close() error { return nil }

type writer struct {
	src      Source
	tar      *tar.Writer
	manifest Manifest
}

func (a *writer) tell(what string, rows int64) {
	if a.src.Progress != nil {
		a.src.Progress(what, rows)
	}
}

func (a *writer) all(ctx context.Context) error {
	if err := a.ledger(); err != nil {
		return err
	}
	return a.src.Store.Snapshot(ctx, func(v *store.Snapshot) error {
		a.manifest.At = v.At
		// After the view is taken: what the mail server has accepted by now is worth knowing.
		if err := a.files(ctx); err != nil {
			return err
		}
		if err := a.rows(ctx, v); err != nil {
			return err
		}
		text, err := json.MarshalIndent(a.manifest, "", " ")
		if err != nil {
			return fmt.Errorf("backup: %w", err)
		}
		return a.member(manifestName, int64(len(text)), bytes.NewReader(text))
	})
}

// member adds one file of that size and notes its digest.
func (a *writer) member(name string, size int64, r io.Reader) error {
	err := a.tar.WriteHeader(&tar.Header{Name: name, Size: size, Mode: 0o600, ModTime: time.Now().Truncate(time.Second), Format: tar.FormatPAX})
	if err != nil {
		return fmt.Errorf("backup: write: %w", err)
	}
	sum := sha256.New()
	n, err := io.Copy(a.tar, io.TeeReader(io.LimitReader(r, size), sum))
	if err != nil {
		return fmt.Errorf("backup: %s: %w", name, err)
	}
	if n < size {
		return fmt.Errorf("backup: %s became shorter while it was read", name)
	}
	a.manifest.Members = append(a.manifest.Members, Member{Name: name, Size: size, SHA256: hex.EncodeToString(sum.Sum(nil))})
	return nil
}

// ledger adds the complete lines that the ledger has now. The file is only ever appended to.
func (a *writer) ledger() error {
	f, err := os.Open(a.src.Ledger)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	defer f.Close()
	name, err := filepath.Rel(a.src.DataDir, a.src.Ledger)
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	size, err := lineEnd(f)
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	a.tell(name, 0)
	return a.member(dataPrefix+filepath.ToSlash(name), size, f)
}

// lineEnd is how long the file is up to the end of its last complete line.
func lineEnd(f *os.File) (int64, error) {
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	block := make([]byte, 1<<16)
	for end := info.Size(); end > 0; {
		start := max(0, end-int64(len(block)))
		n, err := f.ReadAt(block[:end-start], start)
		if err != nil && !errors.Is(err, io.EOF) {
			return 0, err
		}
		if i := bytes.LastIndexByte(block[:n], '\n'); i >= 0 {
			return start + int64(i) + 1, nil
		}
		end = start
	}
	return 0, nil
}

// files adds the data folder but for what is left out and the ledger, which is in already.
func (a *writer) files(ctx context.Context) error {
	root, err := filepath.EvalSymlinks(a.src.DataDir)
	if err != nil {
		return fmt.Errorf("backup: data folder: %w", err)
	}
	ledger, err := filepath.Rel(a.src.DataDir, a.src.Ledger)
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	return filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // gone since its folder was read
		}
		if err != nil {
			return fmt.Errorf("backup: %w", err)
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return fmt.Errorf("backup: %w", err)
		}
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case left[name] && d.IsDir():
			return filepath.SkipDir
		case left[name], name == ledger, d.IsDir():
			return nil
		case !d.Type().IsRegular():
			return refuse("Thư mục dữ liệu có «"+name+"» không phải là tệp thường (liên kết, thiết bị…); không sao lưu được.",
				"The data folder has "+name+", which is no plain file (a link, a device); it cannot be backed up.")
		}
		return a.file(path, dataPrefix+filepath.ToSlash(name))
	})
}

// small is up to which size a file is read before it is written: it may change meanwhile.
const small = 1 << 20

func (a *writer) file(path, name string) error {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	if info.Size() > small {
		return a.member(name, info.Size(), f)
	}
	text, err := io.ReadAll(io.LimitReader(f, small))
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	return a.member(name, int64(len(text)), bytes.NewReader(text))
}

func (a *writer) rows(ctx context.Context, v *store.Snapshot) error {
	var err error
	if a.manifest.Migration, err = v.Migration(ctx); err != nil {
		return err
	}
	if a.manifest.LastEvent, err = v.LastEvent(ctx); err != nil {
		return err
	}
	if a.manifest.Counters, err = v.Counters(ctx); err != nil {
		return err
	}
	tables, err := v.Tables(ctx)
	if err != nil {
		return err
	}
	for _, t := range tables {
		c := &chunks{to: a, table: t.Name}
		n, err := v.Unload(ctx, t, c)
		if err != nil {
			return err
		}
		if err := c.flush(len(c.held)); err != nil {
			return err
		}
		a.manifest.Tables = append(a.manifest.Tables, Table{Table: t, Rows: n})
		a.tell(t.Name, n)
	}
	return nil
}

// chunks makes members of whole lines.
type chunks struct {
	to    *writer
	table string
	held  []byte
	count int
}

// Write implements io.Writer.
func (c *chunks) Write(p []byte) (int, error) {
	c.held = append(c.held, p...)
	if len(c.held) >= chunk {
		if end := bytes.LastIndexByte(c.held, '\n') + 1; end > 0 {
			if err := c.flush(end); err != nil {
				return 0, err
			}
		}
	}
	return len(p), nil
}

func (c *chunks) flush(end int) error {
	if end == 0 {
		return nil
	}
	name := fmt.Sprintf("%s%s/%08d", rowsPrefix, c.table, c.count)
	if err := c.to.member(name, int64(end), bytes.NewReader(c.held[:end])); err != nil {
		return err
	}
	c.count++
	c.held = c.held[:copy(c.held, c.held[end:])]
	return nil
}
