package store

import (
	"context"
	"database/sql"
	sqldriver "database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/ncruces/go-sqlite3"
	"gorm.io/gorm"

	"github.com/ungcuu/ungcuu/internal/fault"
)

// dialect is GORM's dialect with our own reading of errors: every error of a query passes
// Translate, so that this is the one place where a driver's error becomes a fault.
type dialect struct{ gorm.Dialector }

// Translate implements gorm.ErrorTranslator.
func (dialect) Translate(err error) error { return explain(err) }

// explain turns the errors that are nobody's bug into faults: someone else holds it (Busy),
// the database is away (Unavailable). A broken constraint keeps GORM's name for it. What is
// left is a plain error.
func explain(err error) error {
	if err == nil {
		return nil
	}
	if _, ok := fault.As(err); ok {
		return err
	}
	var pg *pgconn.PgError
	switch {
	case errors.Is(err, context.Canceled):
		return err
	case errors.Is(err, sqlite3.INTERRUPT): // only ever by a ctx that ended
		return fmt.Errorf("%w: %w", context.Canceled, err)
	case errors.As(err, &pg):
		return explainPostgres(err, pg.Code)
	case isConnect(err), errors.Is(err, context.DeadlineExceeded), errors.Is(err, sqldriver.ErrBadConn),
		errors.Is(err, sql.ErrConnDone), errors.Is(err, net.ErrClosed), errors.Is(err, pgconn.ErrConnClosed),
		errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), isNet(err):
		return away(err)
	case errors.Is(err, sqlite3.BUSY), errors.Is(err, sqlite3.LOCKED):
		return busy(err)
	case errors.Is(err, sqlite3.CANTOPEN), errors.Is(err, sqlite3.IOERR), errors.Is(err, sqlite3.FULL),
		errors.Is(err, sqlite3.NOTADB), errors.Is(err, sqlite3.CORRUPT), errors.Is(err, sqlite3.PROTOCOL):
		return away(err)
	case errors.Is(err, sqlite3.CONSTRAINT_UNIQUE), errors.Is(err, sqlite3.CONSTRAINT_PRIMARYKEY):
		return fmt.Errorf("%w: %w", gorm.ErrDuplicatedKey, err)
	case errors.Is(err, sqlite3.CONSTRAINT_FOREIGNKEY):
		return fmt.Errorf("%w: %w", gorm.ErrForeignKeyViolated, err)
	}
	return err
}

func explainPostgres(err error, code string) error {
	switch code {
	case "55P03", "40001", "40P01": // lock not available, serialization failure, deadlock
		return busy(err)
	case "23505":
		return fmt.Errorf("%w: %w", gorm.ErrDuplicatedKey, err)
	case "23503":
		return fmt.Errorf("%w: %w", gorm.ErrForeignKeyViolated, err)
	case "22021": // not UTF-8, or a zero byte
		return fault.New(fault.Invalid, "Nội dung có ký tự không lưu được.",
			"The content has characters that cannot be stored.").Wrap(err)
	case "25006", "3D000": // a standby after a fail-over; the database does not exist (yet)
		return away(err)
	}
	// Connection, authorization, resources, operator intervention, system error.
	for _, class := range []string{"08", "28", "53", "57P", "58"} {
		if strings.HasPrefix(code, class) {
			return away(err)
		}
	}
	return err
}

func isConnect(err error) bool {
	var c *pgconn.ConnectError
	return errors.As(err, &c)
}

func isNet(err error) bool {
	var n *net.OpError
	return errors.As(err, &n)
}

func busy(cause error) error {
	f := fault.New(fault.Busy, "Dữ liệu đang được xử lý bởi yêu cầu khác; vui lòng thử lại.",
		"Another request holds this data; please try again.").Wrap(cause)
	f.RetryAfter = time.Second
	return f
}

func away(cause error) error {
	f := fault.New(fault.Unavailable, "Cơ sở dữ liệu tạm thời không truy cập được; vui lòng thử lại sau.",
		"The database cannot be reached at the moment; please try again later.").Wrap(cause)
	f.RetryAfter = 5 * time.Second
	return f
}

func stale() error {
	return fault.New(fault.Stale, "Dữ liệu đã được người khác thay đổi; hãy tải lại rồi thử lại.",
		"Someone else has changed this in the meantime; load it again and retry.")
}

// absent makes the one answer of what was not found, and leaves other errors alone.
func absent(err error) error {
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return fault.Absent()
	}
	return err
}
