// Package backup owns the archive: a whole desk, as it was at one moment, in one file, and the
// way back from it. The file is a tar inside zstd, so that `zstd -d | tar t` shows it:
//
//	data/…                   the data folder, but for the database and the broker's store
//	db/<table>/<number>      rows of a table in the text form of PostgreSQL's COPY, see store.Unload
//	manifest.json            what the file is of, and the SHA-256 of everything before
//
// A last zstd frame, which other programs skip, holds the SHA-256 of every byte before it. With recipients, all of
// it is inside age.
//
// The broker's store is not part of it: events are published again from the outbox. The
// ledger's file is read before the database is looked at, so that after a restore the ledger
// never knows more than the database.
package backup

import (
	"time"

	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/store"
)

// Format is the version of the form above. A program reads its own and, when there are
// several, the older ones.
const Format = 1

const (
	dataPrefix   = "data/"
	rowsPrefix   = "db/"
	manifestName = "manifest.json"

	chunk       = 4 << 20 // about how many bytes of rows make one member
	maxManifest = 64 << 20
)

// Unfinished is the folder, inside the data folder, in which a restore works; it is gone when
// the restore is complete.
const Unfinished = ".restoring"

// left is what of a data folder is not backed up: the database, which goes in by its rows, and
// what is made again by itself.
var left = map[string]bool{
	"ungcuu.db": true, "ungcuu.db-wal": true, "ungcuu.db-shm": true, "ungcuu.db-journal": true,
	"jetstream": true, "jetstream.lock": true, Unfinished: true,
}

// Manifest is what a backup says of itself.
type Manifest struct {
	Format    int              `json:"format"`
	Program   string           `json:"program"`  // version of the program that wrote it
	Database  string           `json:"database"` // sqlite or postgres
	Migration int64            `json:"migration"`
	At        time.Time        `json:"at"` // the moment at which the database was like this
	LastEvent string           `json:"last_event,omitempty"`
	Counters  map[string]int64 `json:"counters"`
	Tables    []Table          `json:"tables"`
	Members   []Member         `json:"members"`
}

// Table is a table and how many rows of it there are.
type Table struct {
	store.Table
	Rows int64 `json:"rows"`
}

// Member is one file of the archive.
type Member struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// Rows is how many rows the table of that name has.
func (m Manifest) Rows(table string) int64 {
	for _, t := range m.Tables {
		if t.Name == table {
			return t.Rows
		}
	}
	return 0
}

func refuse(vi, en string) *fault.Error { return fault.New(fault.Conflict, vi, en) }

func broken(vi, en string) error {
	return fault.New(fault.Malformed, "Tệp sao lưu không dùng được: "+vi+".", "The backup cannot be used: "+en+".")
}
