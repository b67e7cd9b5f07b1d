// Package secret owns the one type of a setting that holds, or may hold, a password: an
// address of a database, of a broker, of a mail server. Whoever prints, logs or encodes it
// sees that it is set, and no more.
package secret

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"strings"
)

// Text is such a value. The empty Text is a setting that is not set, and prints as that.
type Text string

const hidden = "[redacted]"

// Reveal is the value itself, for whom it is meant: a driver or a dialogue that signs in.
func (t Text) Reveal() string { return string(t) }

// String implements fmt.Stringer.
func (t Text) String() string {
	if t == "" {
		return ""
	}
	return hidden
}

// Format implements fmt.Formatter, for every verb.
func (t Text) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, t.String()) }

// LogValue implements slog.LogValuer.
func (t Text) LogValue() slog.Value { return slog.StringValue(t.String()) }

// MarshalText implements encoding.TextMarshaler, and so JSON.
func (t Text) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// URL reads the value as an absolute address. The error does not repeat it.
func (t Text) URL() (*url.URL, error) {
	u, err := url.Parse(string(t))
	if err != nil || u.Host == "" {
		return nil, errors.New("not an address of the form scheme://host")
	}
	return u, nil
}

// Hide takes the value, and what in it is secret, out of the words of somebody else.
func (t Text) Hide(words string) string {
	if t == "" {
		return words
	}
	u, err := t.URL()
	if err != nil {
		return hidden // where a password would stand in it, nobody knows
	}
	var list []string
	if password, ok := u.User.Password(); ok {
		_, raw, _ := strings.Cut(u.User.String(), ":")
		list = append(list, password, raw)
	} else if u.User != nil {
		list = append(list, u.User.Username()) // a token
	}
	for _, password := range u.Query()["password"] {
		list = append(list, password, url.QueryEscape(password))
	}
	for _, s := range list {
		if s != "" {
			words = strings.ReplaceAll(words, s, hidden)
		}
	}
	return words
}
