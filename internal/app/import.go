package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/google/uuid"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/authn"
	"github.com/ungcuu/ungcuu/internal/casework"
	"github.com/ungcuu/ungcuu/internal/directory"
	"github.com/ungcuu/ungcuu/internal/exchange"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/store"
)

// ImportOptions say what is imported, and as whom.
type ImportOptions struct {
	Format  string
	Files   []string // "-" is standard input
	Mapping string   // the name of a saved mapping, or a file of JSON
	As      string   // username
	DryRun  bool

	SkipRefused bool // write the accepted rows although others are refused
	Propose     bool // print a mapping made from the headers of the first file, import nothing
}

// RefusedError says that not everything came in. Files that were written stay, and with
// SkipRefused the accepted rows of the others.
type RefusedError struct{ Text string }

func (e RefusedError) Error() string { return e.Text }

// ExitCode is 2: the program did its work, and refused something.
func (RefusedError) ExitCode() int { return 2 }

// Import brings files in from the command line, each whole in one transaction. What it did
// goes to out, how far it is to progress.
func Import(ctx context.Context, c Config, o ImportOptions, log *slog.Logger, out, progress io.Writer) (err error) {
	dir, err := filepath.Abs(filepath.Join(c.Data, "exchange"))
	if err == nil {
		err = os.MkdirAll(dir, 0o700)
	}
	if err != nil {
		return err
	}
	if o.Propose {
		return propose(o, dir, out)
	}
	province, err := c.profile()
	if err != nil {
		return err
	}
	st, err := c.open(ctx, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	if err := st.Ready(ctx); err != nil {
		return fmt.Errorf("the database is not ready; start the desk once, or run ungcuu migrate: %w", err)
	}
	if err := directory.SameProvince(ctx, st, province.Slug); err != nil {
		return err
	}
	tx := st.Read(ctx)
	user, err := tx.UserByName(o.As)
	if err != nil {
		return bilingual(noAccount(err, o.As))
	}
	agency, err := tx.Agency(user.AgencyID)
	if err != nil {
		return err
	}
	by := authn.ActorOf(user, agency, now())
	if user.DisabledAt != nil {
		return fmt.Errorf("user %q is disabled", o.As)
	}
	cases := casework.New(st, province, log)
	m, err := mapping(ctx, cases, o)
	if err != nil {
		return bilingual(err)
	}
	short := false
	for _, name := range o.Files {
		row := &store.Import{
			ID: uuid.Must(uuid.NewV7()).String(), Status: casework.ImportRunning, Format: o.Format, Mapping: o.Mapping, Name: filepath.Base(name),
			DryRun: o.DryRun, SkipRefused: o.SkipRefused, Place: "command line", Errors: "[]", CreatedByID: by.UserID, CreatedAt: now(), UpdatedAt: now(),
		}
		status, err := importOne(ctx, cases, row, by, name, m, dir, out, progress)
		if err != nil {
			return err
		}
		short = short || row.Refused > 0 || status != casework.ImportDone && status != casework.ImportChecked
	}
	if short {
		return RefusedError{"không phải mọi bản ghi đều được nhập · not everything was imported"}
	}
	return nil
}

func importOne(ctx context.Context, cases *casework.Service, row *store.Import, by policy.Actor, name string, m *exchange.Mapping, dir string, out, progress io.Writer) (string, error) {
	f, err := source(name, dir)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }()
	tell := func() {
		_, _ = fmt.Fprintf(progress, "\r%s: đọc/read %d · ghi/written %d/%d", row.Name, row.RowsRead, row.Written, row.Accepted)
	}
	status, message, err := cases.RunImport(ctx, row, by, f, m, dir, tell, now)
	_, _ = fmt.Fprintln(progress)
	if err != nil && status != casework.ImportFailed {
		return status, err
	}
	var wrong []api.ImportError
	if err := json.Unmarshal([]byte(row.Errors), &wrong); err != nil {
		return status, err
	}
	for _, e := range wrong {
		place := fmt.Sprintf("%s:%d", row.Name, e.Line)
		for _, x := range []string{e.Sheet, e.Column, e.Header, e.Pointer} {
			if x != "" {
				place += " " + x
			}
		}
		_, _ = fmt.Fprintf(out, "%s: %s: %s · %s\n", place, e.Code, e.MessageVI, e.MessageEN)
	}
	if row.ErrorsCapped {
		_, _ = fmt.Fprintln(out, "…")
	}
	_, bad := fmt.Fprintf(out, "%s: %s: read %d, accepted %d, refused %d, already there %d, written %d. %s\n",
		row.Name, status, row.RowsRead, row.Accepted, row.Refused, row.AlreadyThere, row.Written, message)
	return status, errors.Join(err, bad)
}

// source opens a file; standard input is held in a file of its own first.
func source(name, dir string) (*os.File, error) {
	if name != "-" {
		return os.Open(name)
	}
	f, err := os.CreateTemp(dir, "stdin-")
	if err != nil {
		return nil, err
	}
	err = os.Remove(f.Name())
	if err == nil {
		var n int64
		n, err = io.Copy(f, io.LimitReader(os.Stdin, exchange.MaxFile+1))
		if n > exchange.MaxFile {
			err = errors.New("standard input has more than 256 MiB")
		}
	}
	if err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// mapping is a saved mapping, or one in a file.
func mapping(ctx context.Context, cases *casework.Service, o ImportOptions) (*exchange.Mapping, error) {
	raw, err := os.ReadFile(o.Mapping)
	if o.Mapping == "" || errors.Is(err, os.ErrNotExist) {
		return cases.MappingFor(ctx, o.Format, o.Mapping)
	}
	if err != nil {
		return nil, err
	}
	var in api.ImportMapping
	if err := json.Unmarshal(raw, &in); err != nil {
		return nil, fmt.Errorf("%s: %w", o.Mapping, err)
	}
	return exchange.NewMapping(in)
}

func propose(o ImportOptions, dir string, out io.Writer) error {
	f, err := source(o.Files[0], dir)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	headers, err := exchange.Headers(o.Format, f, 1, "", dir)
	if err != nil {
		return err
	}
	p := exchange.Propose(headers)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if len(p.Unknown)+len(p.Missing) > 0 {
		err = RefusedError{fmt.Sprintf("headers not known: %q; fields without a column: %q", p.Unknown, p.Missing)}
	}
	return errors.Join(enc.Encode(p.Mapping), err)
}
