package notify

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/google/uuid"
)

// journal remembers, beside the database, which deliveries a mail server has accepted. A
// process that is killed between the server's answer and the database's commit has left the
// line, and the next one does not send that mail again. A line is written, not synced: it
// outlives the process, which is what it is for; after a power loss a mail may come twice.
//
// Each process writes a file of its own and holds its lock; a file without a lock was left
// behind by a dead one.
type journal struct {
	dir  string
	file *os.File
}

func openJournal(dir string) (*journal, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("notify: journal: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(dir, "accepted-"+uuid.NewString()), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("notify: journal: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		return nil, errors.Join(fmt.Errorf("notify: journal: %w", err), f.Close())
	}
	return &journal{dir: dir, file: f}, nil
}

// accepted notes that the server took the delivery.
func (j *journal) accepted(id string) error {
	_, err := j.file.WriteString(id + "\n")
	return err
}

// settled forgets what was noted: the database has all of it.
func (j *journal) settled() error { return j.file.Truncate(0) }

func (j *journal) close() {
	_ = os.Remove(j.file.Name())
	_ = j.file.Close()
}

// leftBehind calls take with every delivery that dead processes noted, and removes their
// files once take had no error.
func (j *journal) leftBehind(take func(id string) error) error {
	files, err := filepath.Glob(filepath.Join(j.dir, "accepted-*"))
	if err != nil {
		return fmt.Errorf("notify: journal: %w", err)
	}
	for _, name := range files {
		if name == j.file.Name() {
			continue
		}
		if err := takeOver(name, take); err != nil {
			return err
		}
	}
	return nil
}

func takeOver(name string, take func(id string) error) error {
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("notify: journal: %w", err)
	}
	defer f.Close()
	if syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) != nil {
		return nil // its process lives
	}
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if err := take(strings.TrimSpace(lines.Text())); err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("notify: journal: %w", err)
	}
	return os.Remove(name)
}
