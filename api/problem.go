package api

import (
	"strconv"
	"time"
)

// Problem is a failure (RFC 9457, application/problem+json).
type Problem struct {
	Type     string       `json:"type" format:"uri-reference"`     // /problems/<kind>, a page about it
	Title    string       `json:"title"`                           // the kind of failure, in the caller's language
	Status   int          `json:"status"`                          // as in the status line
	Detail   string       `json:"detail"`                          // what is wrong with this request, and what to do
	Instance string       `json:"instance" format:"uri-reference"` // the path that was asked
	TraceID  string       `json:"trace_id"`                        // by which the operator finds it in the log
	Errors   []FieldError `json:"errors,omitempty"`                // what is wrong with the input
	Reasons  []Reason     `json:"reasons,omitempty"`               // why the move is refused
}

// FieldError names one wrong value: of the body by its JSON pointer (RFC 6901), of the query
// by "?" and the parameter's name.
type FieldError struct {
	Pointer string `json:"pointer"` // e.g. /detected_at, ?limit
	Code    string `json:"code"`    // a word for programs; stays
	Message string `json:"message"` // a sentence for people, in the caller's language
}

// Reason says why a move is refused, and the clause it rests on; basis is empty where no
// law is behind it.
type Reason struct {
	Code    string `json:"code"`    // a word for programs; stays
	Basis   string `json:"basis"`   // instrument and clause
	Message string `json:"message"` // a sentence for people, in the caller's language
}

// ProblemError is a Problem as the Go client returns it.
type ProblemError struct {
	Problem
	RetryAfter time.Duration // zero: nothing was said
}

func (e *ProblemError) Error() string {
	s := strconv.Itoa(e.Status) + " " + e.Title + ": " + e.Detail
	for _, f := range e.Errors {
		s += "; " + f.Pointer + " " + f.Code
	}
	for _, r := range e.Reasons {
		s += "; " + r.Code
	}
	return s
}
