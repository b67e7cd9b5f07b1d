package notify

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/regulation"
)

// line is one field of a report as its form names it. The value stands as it was written, so
// that a redaction finds it in the mail too.
type line struct{ Label, Value string }

// ofForm puts what the report says into the letter, in the words of its form: whoever sends a
// report by e-mail sends the report. One of a restricted case or under TLP:RED stays thin,
// because a duty desk's box is no list of named recipients; so does one whose form is gone.
func (w *Worker) ofForm(l *letter, inc *incident.Incident, r *incident.NationalReport) {
	if r.Form == "" || inc.ForNamed() || w.rules == nil {
		return
	}
	form, ok := w.rules.Book().FormVersion(r.Form, r.FormFrom)
	if !ok {
		return
	}
	l.Form, l.Clause, l.KeepSecret = form.Title.VI, form.Basis(), r.KeepSecret
	for _, f := range form.Fields {
		if s := inWords(f, r.Fields[f.Name]); s != "" {
			l.Lines = append(l.Lines, line{f.Title.VI, s})
		}
	}
	d := r.Document
	add := func(label, s string) {
		if s != "" {
			l.Lines = append(l.Lines, line{label, s})
		}
	}
	add("Số, ký hiệu văn bản", strings.Trim(d.Number+"/"+d.Symbol, "/"))
	add("Ngày văn bản", civilDay(d.IssuedOn))
	add("Người ký", d.SignerName)
	add("Chức vụ người ký", d.SignerPosition)
}

// inWords is a value as officers read it; "" when nothing was filled in.
func inWords(f regulation.FormField, v any) string {
	switch x := v.(type) {
	case string:
		switch f.Type {
		case regulation.FieldTime:
			if t, err := time.Parse(time.RFC3339Nano, x); err == nil {
				return local(&t) + " (giờ Việt Nam)"
			}
		case regulation.FieldDay:
			return civilDay(x)
		case regulation.FieldChoice:
			return choiceInWords(f, x)
		}
		return strings.TrimSpace(x)
	case bool:
		if x {
			return "Có"
		}
		return "Không"
	case float64:
		return strconv.FormatFloat(x, 'f', -1, 64)
	case []any:
		var list []string
		for _, one := range x {
			if s, ok := one.(string); ok {
				list = append(list, choiceInWords(f, s))
			}
		}
		return strings.Join(list, "; ")
	}
	return ""
}

func choiceInWords(f regulation.FormField, value string) string {
	i := slices.IndexFunc(f.Choices, func(c regulation.Choice) bool { return c.Value == value })
	if i < 0 {
		return value
	}
	return f.Choices[i].Title.VI
}

func civilDay(s string) string {
	if t, err := time.Parse(time.DateOnly, s); err == nil {
		return t.Format("02/01/2006")
	}
	return s
}
