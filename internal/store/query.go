package store

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
	"gorm.io/gorm/schema"

	"github.com/ungcuu/ungcuu/internal/fault"
)

// Position is where a page of a list ended.
type Position struct {
	At   time.Time
	ID   string
	Rest bool // in a list by relevance: behind the cases that hold all words in title or code; by due time: among those without one
}

// canonical returns the lower-case form of an id in the usual 36 characters. PostgreSQL would
// refuse anything else with an error, SQLite would compare it as text.
func canonical(id string) (string, bool) {
	if len(id) != 36 {
		return "", false
	}
	u, err := uuid.Parse(id)
	if err != nil {
		return "", false
	}
	return u.String(), true
}

// list is a PostgreSQL array. One parameter, whatever its length, keeps pgx's cache of
// prepared statements small.
type list []string

// Value implements driver.Valuer.
func (l list) Value() (driver.Value, error) {
	quote := strings.NewReplacer(`\`, `\\`, `"`, `\"`)
	var b strings.Builder
	for i, s := range l {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(`"` + quote.Replace(s) + `"`)
	}
	return "{" + b.String() + "}", nil
}

// tables keeps what GORM knows of the types of rows.
var tables sync.Map

// columns names the columns that hold a row, of the type of row, in the table. Every query
// names its columns: a star stands for those that a connection knew when it prepared the
// statement, and a migration under it, by this process or a newer one, would fail the query.
func columns(table string, row any) string {
	s, err := schema.Parse(row, &tables, schema.NamingStrategy{})
	if err != nil {
		panic(err) // a type of this package that GORM cannot hold
	}
	return table + "." + strings.Join(s.DBNames, ", "+table+".")
}

// among is the predicate that column is one of the values. One value is an equality, so that
// an index can give the order of the list as well.
func (t *Tx) among(column string, values []string) clause.Expr {
	switch {
	case len(values) == 0:
		return nothing
	case len(values) == 1:
		return clause.Expr{SQL: column + " = ?", Vars: []any{values[0]}}
	case t.store.dialect == Postgres:
		return clause.Expr{SQL: column + " = ANY(?)", Vars: []any{list(values)}}
	}
	return clause.Expr{SQL: column + " IN ?", Vars: []any{values}}
}

// numbers is among for numbers.
func (t *Tx) numbers(column string, values []int64) clause.Expr {
	if t.store.dialect != Postgres {
		return clause.Expr{SQL: column + " IN ?", Vars: []any{values}}
	}
	text := make(list, len(values))
	for i, v := range values {
		text[i] = strconv.FormatInt(v, 10)
	}
	return clause.Expr{SQL: column + " = ANY(?)", Vars: []any{text}}
}

// filter narrows db to the values of a list filter; none narrows nothing.
func (t *Tx) filter(db *gorm.DB, column string, values []string) *gorm.DB {
	if len(values) == 0 {
		return db
	}
	return db.Where(t.among(column, values))
}

// ids keeps the well-formed ones.
func ids(given []string) []string {
	out := make([]string, 0, len(given))
	for _, id := range given {
		if id, ok := canonical(id); ok {
			out = append(out, id)
		}
	}
	return out
}

// page cuts one page out of db: ordered by the time column and id, after the position, and
// one row longer than limit, which tells the caller that there is more. No limit, no cut.
func page(db *gorm.DB, table, column string, descending bool, after *Position, limit int) *gorm.DB {
	at, id := table+"."+column, table+".id"
	direction, beyond := "", ">"
	if descending {
		direction, beyond = " DESC", "<"
	}
	if after != nil {
		last, ok := canonical(after.ID)
		if !ok {
			return db.Where(nothing)
		}
		db = db.Where(fmt.Sprintf("(%s, %s) %s (?, ?)", at, id, beyond), after.At, last)
	}
	if limit > 0 {
		db = db.Limit(limit + 1)
	}
	return db.Order(at + direction + ", " + id + direction)
}

// one reads the row that db describes, or says fault.Absent.
func one[T any](db *gorm.DB) (*T, error) {
	var row T
	if err := db.Take(&row).Error; err != nil {
		return nil, absent(err)
	}
	return &row, nil
}

// many reads every row that db describes; none is an empty list.
func many[T any](db *gorm.DB) ([]T, error) {
	rows := []T{}
	if err := db.Find(&rows).Error; err != nil {
		return nil, err
	}
	return rows, nil
}

// scan reads what a statement written by hand returns. GORM hands its errors on as they are.
func scan(db *gorm.DB, into any) error {
	return explain(db.Scan(into).Error)
}

// guarded runs an update that names the version it expects: no row means that someone else
// was faster.
func guarded(db *gorm.DB) error {
	if db.Error != nil {
		return db.Error
	}
	if db.RowsAffected == 0 {
		return stale()
	}
	return nil
}

// changed runs an update of a row that must exist.
func changed(db *gorm.DB) error {
	if db.Error != nil {
		return db.Error
	}
	if db.RowsAffected == 0 {
		return fault.Absent()
	}
	return nil
}

// taken turns a broken unique constraint into a conflict.
func taken(err error, vi, en string) error {
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return fault.New(fault.Conflict, vi, en).Wrap(err)
	}
	return err
}
