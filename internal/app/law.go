package app

import (
	"errors"
	"fmt"

	"github.com/ungcuu/ungcuu/internal/regulation"
	"github.com/ungcuu/ungcuu/internal/rulebook"
)

// lawOf is the profile of the province with the book of the packs of the program and of what the
// operator lays over them, and the operator's files. Its error tells every mistake in them by
// file, line and column, and what to do. It reads files and touches nothing
// else, and none of the operator's where no part needs them.
func (c Config) lawOf() (regulation.Province, []regulation.Source, error) {
	province, err := c.profile()
	if err != nil || !c.useRules() {
		return province, nil, err
	}
	book, files, err := rulebook.Open(c.Rules)
	var wrong regulation.Problems
	if errors.As(err, &wrong) {
		return province, nil, fmt.Errorf("UNGCUU_RULES: quy định có %d chỗ chưa đúng; hệ thống không khởi động và chưa thay đổi gì / %[1]d mistakes in the rules; the desk does not start and has changed nothing\n%[2]w\n%[3]s\n%[4]s",
			len(wrong), wrong, rulebook.ToDo.VI, rulebook.ToDo.EN)
	}
	if err != nil {
		return province, nil, fmt.Errorf("UNGCUU_RULES: %w", err)
	}
	province.Rules = regulation.NewShelf(book)
	return province, files, nil
}

// useRules reports whether a part runs that opens duties, or writes reports by their forms.
func (c Config) useRules() bool { return c.runs("api") || c.runs("notify") }
