package app

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/ungcuu/ungcuu/internal/regulation"
	"github.com/ungcuu/ungcuu/openapi"
)

// RulesError says that files of rules have mistakes. They have been told.
type RulesError struct{ Count int }

func (e RulesError) Error() string { return fmt.Sprintf("%d lỗi / mistakes", e.Count) }

// CheckRules lays files of an operator over the packs of the program, in their order, as a desk
// would at its start. It writes to out what they change in the province, or every mistake with its
// line and column; then the error is RulesError. It opens no database.
func CheckRules(province string, files []string, out io.Writer) error {
	before, err := regulation.Load()
	if err != nil {
		return err
	}
	var overlays []regulation.Source
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		overlays = append(overlays, regulation.Source{Name: name, Text: text})
	}
	after, err := regulation.Load(overlays...)
	var wrong regulation.Problems
	if errors.As(err, &wrong) {
		_, err := fmt.Fprintln(out, wrong.Error())
		return errors.Join(err, RulesError{len(wrong)})
	}
	if err != nil {
		return err
	}
	if _, ok := after.Profile(province); !ok {
		return fmt.Errorf("UNGCUU_PROVINCE: there is no profile %q", province)
	}
	w := &lines{out: out}
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
		w.line("%s\t%s\t%s\t%s → %s", from, c.Rule, c.Title.VI, inWords(c.Old), inWords(c.New))
	}
	if !changed {
		w.line("Không quy định nào về nghĩa vụ thay đổi. · No rule of a duty changes.")
	}
	w.line("%s", after.Version())
	return w.err
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

func (l *lines) line(format string, args ...any) {
	if l.err == nil {
		_, l.err = fmt.Fprintf(l.out, format+"\n", args...)
	}
}

// RulesSchema writes the JSON Schema of the files of rules.
func RulesSchema(out io.Writer) error {
	_, err := out.Write(openapi.RulePack)
	return err
}
