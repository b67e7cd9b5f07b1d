package api

import (
	"strconv"
	"time"
)

// Problem is a failure (RFC 9457, application/problem+json).
type Problem struct {
	Type     string       `json:"type" format:"uri-reference"` // /problems/<kind>, a page about it
	Title    string       `json:"title"`
	Status   int          `json:"status"`
	Detail   string       `json:"detail"`
	Instance string       `json:"instance" format:"uri-reference"`
	TraceID  string       `json:"trace_id"`
	Errors   []FieldError `json:"errors,omitempty"`  // what is wrong with the input
	Reasons  []Reason     `json:"reasons,omitempty"` // why the move is refused
}

// FieldError names one wrong value: of the body by its JSON pointer (RFC 6901), of the query
// by "?" and the parameter's name.
type FieldError struct {
	Pointer string `json:"pointer"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// Reason says why a move is refused, and the clause it rests on; basis is empty where no
// law is behind it.
type Reason struct {
	Code    string `json:"code"`
	Basis   string `json:"basis"`
	Message string `json:"message"`
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
