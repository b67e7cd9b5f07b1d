// Package fault owns the vocabulary of expected failures: what went wrong, told in the
// reader's language, with the legal basis where a rule refused.
// Anything that is not a fault is a bug.
package fault

import (
	"errors"
	"time"
)

// Kind is the class of an expected failure. It is itself an error, so that
// errors.Is(err, fault.Conflict) answers.
type Kind string

// The kinds. httpapi maps each to exactly one status code.
const (
	Malformed       Kind = "malformed"        // the request cannot be read at all
	Invalid         Kind = "invalid"          // readable, but a value is wrong
	Unauthenticated Kind = "unauthenticated"  // no caller, or not a valid one
	Forbidden       Kind = "forbidden"        // the caller may see it, but not do this
	NotFound        Kind = "not-found"        // absent, or not the caller's to see
	Conflict        Kind = "conflict"         // the object's state does not allow it
	Stale           Kind = "stale"            // the caller has an old version
	VersionRequired Kind = "version-required" // the caller must say which version it saw
	KeyReused       Kind = "key-reused"       // an Idempotency-Key came with another body
	Busy            Kind = "busy"             // someone else holds it; try again
	TooMany         Kind = "too-many"         // over a limit of rate
	TooLarge        Kind = "too-large"        // over a limit of size
	Unsupported     Kind = "unsupported"      // a media type the API does not take
	NotAllowed      Kind = "not-allowed"      // the path knows other methods
	Unavailable     Kind = "unavailable"      // a part the request needs is away
	StateSecret     Kind = "state-secret"     // content this system must not hold
)

func (k Kind) Error() string { return string(k) }

// In reports whether err is, or wraps, a fault of this kind.
func (k Kind) In(err error) bool { return errors.Is(err, k) }

// Text is one sentence in both languages. Officers read Vietnamese first.
type Text struct{ VI, EN string }

// In returns the sentence in the language lang ("en"; anything else is Vietnamese).
func (t Text) In(lang string) string {
	if lang == "en" && t.EN != "" {
		return t.EN
	}
	return t.VI
}

// Field names one wrong value of the input by its JSON pointer (RFC 6901).
type Field struct {
	Pointer string
	Code    string
	Text    Text
}

// Reason says why a move is refused: a stable code, the clause it rests on (may be
// empty) and a sentence.
type Reason struct {
	Code  string
	Basis string
	Text  Text
}

// Error is an expected failure.
type Error struct {
	Kind       Kind
	Text       Text
	Fields     []Field
	Reasons    []Reason
	RetryAfter time.Duration
	cause      error
}

func (e *Error) Error() string {
	s := string(e.Kind) + ": " + e.Text.EN
	for _, f := range e.Fields {
		s += "; " + f.Pointer + " " + f.Code
	}
	for _, r := range e.Reasons {
		s += "; " + r.Code
	}
	if e.cause != nil {
		s += ": " + e.cause.Error()
	}
	return s
}

// Is makes errors.Is(err, fault.Conflict) true for every Error of that kind.
func (e *Error) Is(target error) bool {
	k, ok := target.(Kind)
	return ok && k == e.Kind
}

func (e *Error) Unwrap() error { return e.cause }

// New makes a failure of a kind with its sentence in Vietnamese and English.
func New(kind Kind, vi, en string) *Error {
	return &Error{Kind: kind, Text: Text{VI: vi, EN: en}}
}

// Wrap keeps the technical cause for the log; it is never shown to a caller.
func (e *Error) Wrap(cause error) *Error {
	c := *e
	c.cause = cause
	return &c
}

// Because adds the reasons of a refused move.
func (e *Error) Because(reasons ...Reason) *Error {
	c := *e
	c.Reasons = append(append([]Reason{}, e.Reasons...), reasons...)
	return &c
}

// Absent is the one answer for what does not exist and for what the caller may not see.
func Absent() *Error {
	return New(NotFound, "Không tìm thấy, hoặc tài khoản này không được xem.",
		"Not found, or not yours to see.")
}

// Input is one Invalid failure over the given fields; nil when there are none.
func Input(fields ...Field) error {
	if len(fields) == 0 {
		return nil
	}
	return &Error{Kind: Invalid, Fields: fields, Text: Text{
		VI: "Dữ liệu gửi lên chưa đúng; xem từng mục trong errors.",
		EN: "The input is not valid; see each item of errors.",
	}}
}

// As returns the fault inside err, if there is one.
func As(err error) (*Error, bool) {
	var e *Error
	ok := errors.As(err, &e)
	return e, ok
}
