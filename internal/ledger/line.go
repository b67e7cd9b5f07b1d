package ledger

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
)

// Line is one line of the ledger: a seal, or an alarm.
type Line struct {
	N     int64  `json:"n"` // number of the line in the file, from 1
	Alarm Alarm  `json:"alarm,omitempty"`
	Chain string `json:"chain,omitempty"`
	Seq   int64  `json:"seq,omitempty"`
	ID    string `json:"id,omitempty"`
	At    string `json:"at,omitempty"`
	Prev  string `json:"prev,omitempty"`
	Hash  string `json:"hash,omitempty"`
	From  string `json:"from,omitempty"` // "database": read from there because the event never came

	// Of an alarm only.
	Expected string `json:"expected,omitempty"`
	Got      string `json:"got,omitempty"`
}

// Alarm is what is wrong.
type Alarm string

// The alarms.
const (
	Altered    Alarm = "altered"    // an event came, or stands in the database, with another seal than before
	Gap        Alarm = "gap"        // events of a chain did not come
	Missing    Alarm = "missing"    // nor does the database have them
	Unlinked   Alarm = "unlinked"   // an event does not link to the seal before it
	Unreadable Alarm = "unreadable" // a message that is no event
	Damaged    Alarm = "damaged"    // a line of the ledger itself cannot be read; given by Read, never written
)

const fromDatabase = "database"

// Read returns every complete line of a ledger, for verification. A line that cannot be read
// comes as Damaged, without a number. What follows the last line end is being written, or
// was torn by a crash; no event in it was ever acknowledged, and it is left out.
func Read(path string) ([]Line, error) {
	var lines []Line
	err := Each(path, func(l Line) { lines = append(lines, l) })
	return lines, err
}

// Each is Read line by line, for a ledger of any length.
func Each(path string, fn func(Line)) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	defer f.Close()
	_, err = scan(f, fn)
	return err
}

// scan calls fn for every complete line and returns where the last readable one ends.
func scan(r io.Reader, fn func(Line)) (end int64, err error) {
	in := bufio.NewReaderSize(r, 1<<16)
	var at int64
	for {
		raw, err := in.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return end, nil
		}
		if err != nil {
			return end, fmt.Errorf("ledger: %w", err)
		}
		at += int64(len(raw))
		var l Line
		if json.Unmarshal(raw, &l) != nil || l.N == 0 {
			fn(Line{Alarm: Damaged})
			continue
		}
		end = at
		fn(l)
	}
}
