package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"github.com/ungcuu/ungcuu/internal/ledger"
	"github.com/ungcuu/ungcuu/internal/verify"
)

// FindingsError says that the record was looked at and is not whole.
type FindingsError struct{ Count int64 }

// Error implements error.
func (e FindingsError) Error() string {
	return fmt.Sprintf("%d điểm không khớp / findings", e.Count)
}

// maxInJSON is how many findings the JSON answer lists; all are counted.
const maxInJSON = 10_000

// Verify checks the whole record of the desk, also while it runs, and writes what is wrong to
// out: a line for each finding and a summary, or one JSON document. Progress goes to told. It
// returns FindingsError when something is wrong, another error when it could not be looked at.
func Verify(ctx context.Context, c Config, asJSON bool, out, told io.Writer, log *slog.Logger) (err error) {
	st, err := c.openExisting(ctx, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	found := []verify.Finding{}
	report, err := verify.Run(ctx, verify.Config{
		Store: st, Ledger: ledger.Path(c.Data),
		Found: func(f verify.Finding) {
			switch {
			case !asJSON:
				_, _ = fmt.Fprintln(out, f)
			case len(found) < maxInJSON:
				found = append(found, f)
			}
		},
		Progress: func(events int64) {
			_, _ = fmt.Fprintf(told, "đã kiểm tra %d sự kiện / events checked\n", events)
		},
	})
	if err != nil {
		return err
	}
	if asJSON {
		enc := json.NewEncoder(out)
		enc.SetIndent("", "  ")
		err = enc.Encode(struct {
			verify.Report
			Findings []verify.Finding `json:"findings"`
		}{report, found})
	} else {
		_, err = fmt.Fprintf(out, "%d chuỗi, %d sự kiện (%d đã xoá dữ liệu), %d dòng sổ niêm phong, %d sự kiện chưa vào sổ, %d điểm không khớp\n"+
			"%[1]d chains, %[2]d events (%[3]d redacted), %[4]d ledger lines, %[5]d events not in the ledger yet, %[6]d findings\n",
			report.Chains, report.Events, report.Redacted, report.LedgerLines, report.ToLedger, report.Findings)
	}
	if err == nil && report.Findings > 0 {
		err = FindingsError{report.Findings}
	}
	return err
}
