package ledger

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/ungcuu/ungcuu/internal/fault"
)

// file is the ledger's file, open and locked.
type file struct {
	f      *os.File
	size   int64 // up to here it is on disk
	n      int64 // its last line
	broken bool  // a write failed: what lies behind size is not to be trusted
}

var errLocked = fault.New(fault.Busy,
	"Sổ niêm phong đang được một tiến trình khác ghi.",
	"Another process writes the ledger.")

// openFile opens the ledger for the one process that may write it.
func openFile(path string) (*file, error) {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("ledger: %w", err)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("ledger: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, errLocked
		}
		return nil, fmt.Errorf("ledger: lock: %w", err)
	}
	for _, d := range []string{dir, filepath.Dir(dir)} { // a new file must survive a power loss by its name, too
		if err := syncDir(d); err != nil {
			_ = f.Close()
			return nil, err
		}
	}
	return &file{f: f}, nil
}

// load reads the file from its start and cuts off what a crash left torn at its end. It
// returns how many bytes were cut and how many lines before the end cannot be read.
func (f *file) load(fn func(Line)) (cut int64, damaged int, err error) {
	if f.broken {
		if err := f.f.Truncate(f.size); err != nil {
			return 0, 0, fmt.Errorf("ledger: undo a failed write: %w", err)
		}
	}
	if _, err := f.f.Seek(0, io.SeekStart); err != nil {
		return 0, 0, fmt.Errorf("ledger: %w", err)
	}
	var n int64
	unread := 0
	end, err := scan(f.f, func(l Line) {
		if l.Alarm == Damaged {
			unread++
			return
		}
		n += int64(unread) + 1
		damaged += unread
		unread = 0
		fn(l)
	})
	if err != nil {
		return 0, 0, err
	}
	total, err := f.f.Seek(0, io.SeekEnd)
	if err != nil {
		return 0, 0, fmt.Errorf("ledger: %w", err)
	}
	if total > end {
		if err := f.f.Truncate(end); err != nil {
			return 0, 0, fmt.Errorf("ledger: cut off a torn line: %w", err)
		}
	}
	if err := f.f.Sync(); err != nil {
		return 0, 0, fmt.Errorf("ledger: %w", err)
	}
	f.size, f.n, f.broken = end, n, false
	return total - end, damaged, nil
}

// append numbers the lines and writes them; when it returns nil they are on disk.
func (f *file) append(lines []Line) error {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	for i := range lines {
		lines[i].N = f.n + int64(i) + 1
		if err := enc.Encode(lines[i]); err != nil {
			return fmt.Errorf("ledger: %w", err)
		}
	}
	f.broken = true
	if _, err := f.f.WriteAt(out.Bytes(), f.size); err != nil {
		return fmt.Errorf("ledger: write: %w", err)
	}
	if err := f.f.Sync(); err != nil {
		return fmt.Errorf("ledger: write: %w", err)
	}
	f.size += int64(out.Len())
	f.n += int64(len(lines))
	f.broken = false
	return nil
}

// written is when the file was last written to.
func (f *file) written() (time.Time, error) {
	info, err := f.f.Stat()
	if err != nil {
		return time.Time{}, fmt.Errorf("ledger: %w", err)
	}
	return info.ModTime(), nil
}

func (f *file) close() { _ = f.f.Close() }

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	defer d.Close()
	if err := d.Sync(); err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	return nil
}
