package app_test

import (
	"bytes"
	"io"
	"mime"
	"net"
	"net/mail"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-smtp"
	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/secret"
)

// letter is one mail that arrived.
type letter struct {
	To, Subject, MessageID, Raw string
}

// mailbox is a real mail server on loopback that keeps what it gets.
type mailbox struct {
	url secret.Text

	mu      sync.Mutex
	letters []letter
}

func newMailbox(t *testing.T) *mailbox {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	m := &mailbox{url: secret.Text("smtp://" + ln.Addr().String())}
	s := smtp.NewServer(m)
	s.Domain, s.AllowInsecureAuth = "localhost", true
	go func() { _ = s.Serve(ln) }()
	t.Cleanup(func() { _ = s.Close() })
	return m
}

// NewSession implements smtp.Backend.
func (m *mailbox) NewSession(*smtp.Conn) (smtp.Session, error) { return &session{box: m}, nil }

// all is every mail but the receipts, of which each report makes one.
func (m *mailbox) all() []letter {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(m.letters), func(l letter) bool {
		return strings.Contains(l.Subject, "Đã tiếp nhận báo cáo sự cố")
	})
}

// about is what of it names one of the cases: on some days a desk that starts reminds of duties of
// the calendar too.
func (m *mailbox) about(cases ...api.Incident) []letter {
	return slices.DeleteFunc(m.all(), func(l letter) bool {
		return !slices.ContainsFunc(cases, func(inc api.Incident) bool { return strings.Contains(l.Subject, inc.Code) })
	})
}

const notReceipts = " AND subject NOT LIKE '%Đã tiếp nhận báo cáo sự cố%'"

type session struct {
	box *mailbox
	to  string
}

func (s *session) Reset()                                    {}
func (s *session) Logout() error                             { return nil }
func (s *session) Mail(string, *smtp.MailOptions) error      { return nil }
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error { s.to = to; return nil }

func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	msg, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return err
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(msg.Header.Get("Subject"))
	if err != nil {
		return err
	}
	s.box.mu.Lock()
	defer s.box.mu.Unlock()
	s.box.letters = append(s.box.letters, letter{s.to, subject, msg.Header.Get("Message-Id"), string(raw)})
	return nil
}
