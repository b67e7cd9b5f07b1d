package notify

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"mime"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/bus/bustest"
	"github.com/ungcuu/ungcuu/internal/secret"
)

// sink is a real SMTP server on loopback that keeps what it gets.
type sink struct {
	t        *testing.T
	addr     string
	server   *smtp.Server
	listener net.Listener
	tls      *tls.Config // set: TLS from the first byte

	mu     sync.Mutex
	got    []parcel
	refuse map[string]*smtp.SMTPError // by recipient
	hangUp bool                       // take the mail, but break the line before answering
	user   string                     // who signed in
}

type parcel struct {
	from, to string
	raw      []byte
}

// read is a mail as its reader sees it.
type read struct {
	subject, from, to, id, body string
	header                      netmail.Header
}

func newSink(t *testing.T) *sink {
	s := &sink{t: t, refuse: map[string]*smtp.SMTPError{}}
	s.start()
	t.Cleanup(s.stop)
	return s
}

func (s *sink) start() {
	s.t.Helper()
	if s.addr == "" {
		s.addr = fmt.Sprintf("127.0.0.1:%d", bustest.HoldPort(s.t))
	}
	l, err := net.Listen("tcp", s.addr)
	require.NoError(s.t, err)
	if s.tls != nil {
		l = tls.NewListener(l, s.tls)
	}
	s.server = smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		return &session{sink: s, conn: c}, nil
	}))
	s.server.AllowInsecureAuth = true
	s.server.EnableSMTPUTF8 = true
	s.server.ReadTimeout = 10 * time.Second
	s.server.ErrorLog = quietSMTP{}
	s.listener = l
	go func(server *smtp.Server) { _ = server.Serve(l) }(s.server)
}

// stop closes the listener itself as well: a server that does not serve yet knows of none.
func (s *sink) stop() { _, _ = s.server.Close(), s.listener.Close() }

func (s *sink) settings() SMTP {
	return SMTP{URL: secret.Text("smtp://" + s.addr), From: "Đội ứng cứu sự cố Sơn La <ungcuu@sonla.example>"}
}

func (s *sink) answer(recipient string, e *smtp.SMTPError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuse[recipient] = e
}

func (s *sink) parcels() []parcel {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]parcel{}, s.got...)
}

// mails decodes what came, as a mail program does.
func (s *sink) mails() []read {
	s.t.Helper()
	var list []read
	for _, p := range s.parcels() {
		m, err := netmail.ReadMessage(bytes.NewReader(p.raw))
		require.NoError(s.t, err)
		for name, values := range m.Header {
			for _, v := range values {
				require.True(s.t, ascii(v), "header %s is not ASCII on the wire: %q", name, v)
			}
		}
		kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
		require.NoError(s.t, err)
		require.Equal(s.t, "text/plain", kind)
		require.Equal(s.t, "utf-8", strings.ToLower(params["charset"]))
		require.Equal(s.t, "quoted-printable", strings.ToLower(m.Header.Get("Content-Transfer-Encoding")))
		body, err := io.ReadAll(quotedprintable.NewReader(m.Body))
		require.NoError(s.t, err)
		subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
		require.NoError(s.t, err)
		from, err := m.Header.AddressList("From")
		require.NoError(s.t, err)
		require.Equal(s.t, p.from, from[0].Address)
		list = append(list, read{
			subject: subject, from: from[0].Name, to: p.to, id: m.Header.Get("Message-Id"),
			body: strings.ReplaceAll(string(body), "\r\n", "\n"), header: m.Header,
		})
	}
	return list
}

func ascii(s string) bool {
	for _, r := range s {
		if r > 126 {
			return false
		}
	}
	return true
}

type session struct {
	sink     *sink
	conn     *smtp.Conn
	from, to string
}

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if password != "p@ss" {
			return smtp.ErrAuthFailed
		}
		s.sink.mu.Lock()
		defer s.sink.mu.Unlock()
		s.sink.user = user
		return nil
	}), nil
}

func (s *session) Mail(from string, o *smtp.MailOptions) error {
	if o.UTF8 {
		return fmt.Errorf("SMTPUTF8 was asked for")
	}
	s.from = from
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.sink.mu.Lock()
	defer s.sink.mu.Unlock()
	if e := s.sink.refuse[to]; e != nil {
		return e
	}
	s.to = to
	return nil
}

func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.sink.mu.Lock()
	defer s.sink.mu.Unlock()
	s.sink.got = append(s.sink.got, parcel{s.from, s.to, raw})
	if s.sink.hangUp {
		s.sink.hangUp = false
		_ = s.conn.Conn().Close()
	}
	return nil
}

func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }

type quietSMTP struct{}

func (quietSMTP) Printf(string, ...any) {}
func (quietSMTP) Println(...any)        {}
