package app

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/ungcuu/ungcuu/internal/regulation"
	"github.com/ungcuu/ungcuu/internal/rulebook"
	"github.com/ungcuu/ungcuu/openapi"
)

// RulesError says that files of rules have mistakes. They have been told.
type RulesError struct{ Count int }

func (e RulesError) Error() string { return fmt.Sprintf("%d lỗi / mistakes", e.Count) }

// CheckRules lays files of an operator, or the files of a folder, over the packs of the program, in
// their order, as a desk would at its start. It writes to out what they change in the province, or
// every mistake with its line and column; then the error is RulesError. It opens no database.
func CheckRules(province string, files []string, out io.Writer) error {
	before, err := regulation.Load()
	if err != nil {
		return err
	}
	overlays, wrong, err := overlaysOf(files)
	if err != nil {
		return err
	}
	after, err := regulation.Load(overlays...)
	var bad regulation.Problems
	if errors.As(err, &bad) {
		wrong = append(wrong, bad...)
	}
	if len(wrong) > 0 {
		_, err := fmt.Fprintln(out, wrong.Error())
		return errors.Join(err, RulesError{len(wrong)})
	}
	if err != nil {
		return err
	}
	if _, ok := after.Profile(province); !ok {
		return fmt.Errorf("UNGCUU_PROVINCE: không có hồ sơ của tỉnh %q / there is no profile %[1]q", province)
	}
	w := &lines{out: out}
	w.changes(province, before, after)
	w.line("%s", after.Version())
	return w.err
}

// overlaysOf reads the files in their order, and says which of them cannot be read.
func overlaysOf(files []string) ([]regulation.Source, regulation.Problems, error) {
	var overlays []regulation.Source
	var wrong regulation.Problems
	for _, name := range files {
		list, err := rulebook.Read(name)
		var unread regulation.Problems
		if err != nil && !errors.As(err, &unread) {
			return nil, nil, err
		}
		wrong = append(wrong, unread...)
		for _, s := range list {
			if s.Name == filepath.Base(name) {
				s.Name = name
			} else {
				s.Name = filepath.Join(name, s.Name)
			}
			overlays = append(overlays, s)
		}
	}
	return overlays, wrong, nil
}

// changes says what a book changes in the province: clocks, classification, forms, days off.
func (w *lines) changes(province string, before, after *regulation.Book) {
	changed := false
	for _, c := range after.Changes(before) {
		if c.Province != province {
			continue
		}
		changed = true
		from := c.From
		if from == "" {
			from = "mọi ngày / all days"
		}
		keys := ""
		if c.Old == c.New {
			keys = " (khác ở: " + strings.Join(c.Keys, ", ") + ")"
		}
		old := inWords(c.Old)
		if c.Added {
			old = "quy định mới"
		}
		w.line("%s\t%s\t%s\t%s → %s%s", from, c.Rule, c.Title.VI, old, inWords(c.New), keys)
	}
	for _, name := range after.Tables(before) {
		changed = true
		w.line("Bảng phân loại, biểu mẫu · Classification, form\t%s", name)
	}
	off, worked := after.Days(before)
	for _, x := range []struct {
		words string
		days  []string
	}{{"Ngày nghỉ · Off", off}, {"Ngày làm việc · Worked", worked}} {
		if n := len(x.days); n > 0 {
			changed = true
			w.line("%s\t%s%s", x.words, strings.Join(x.days[:min(n, mostDays)], ", "), more(n-mostDays))
		}
	}
	if !changed {
		w.line("Không có gì thay đổi. · Nothing changes.")
	}
}

// mostDays is how many days are written out.
const mostDays = 12

func more(n int) string {
	if n <= 0 {
		return ""
	}
	return fmt.Sprintf(" … (+%d)", n)
}

func inWords(t regulation.Text) string {
	if t.VI == "" {
		return "không áp dụng"
	}
	return t.VI
}

// lines writes until something goes wrong.
type lines struct {
	out io.Writer
	err error
}

func (w *lines) line(format string, args ...any) {
	if w.err == nil {
		_, w.err = fmt.Fprintf(w.out, format+"\n", args...)
	}
}

// RulesSchema writes the JSON Schema of the files of rules.
func RulesSchema(out io.Writer) error {
	_, err := out.Write(openapi.RulePack)
	return err
}
