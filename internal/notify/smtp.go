package notify

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail"

	"github.com/ungcuu/ungcuu/internal/store"
)

// mailer sends through one mail server.
type mailer struct {
	note   func(id string) // told of every delivery that the server accepted; nil: nobody
	client *mail.Client
	from   *netmail.Address
	domain string // of the sender, for the Message-ID
}

// sendTimeout bounds the dialogue with the server; it is well below claim.
const sendTimeout = 20 * time.Second

// newMailer reads the settings; nil without a URL. Credentials travel encrypted, except to
// this very machine; without credentials encryption is used when the server offers it.
func newMailer(c SMTP) (*mailer, error) {
	if c.URL == "" {
		return nil, nil
	}
	u, err := c.URL.URL()
	if err != nil || u.Hostname() == "" || u.Scheme != "smtp" && u.Scheme != "smtps" {
		return nil, errors.New("notify: the mail server must be smtp://host:port or smtps://host:port")
	}
	from, err := netmail.ParseAddress(c.From)
	if err != nil {
		return nil, fmt.Errorf("notify: sender %q: %w", c.From, err)
	}
	password, signsIn := "", u.User != nil && u.User.Username() != ""
	if signsIn {
		password, _ = u.User.Password()
	}
	here := u.Hostname() == "localhost" || net.ParseIP(u.Hostname()).IsLoopback()
	port := 25
	switch {
	case u.Port() != "":
		if port, err = strconv.Atoi(u.Port()); err != nil {
			return nil, errors.New("notify: the port of the mail server is no number")
		}
	case u.Scheme == "smtps":
		port = 465
	case signsIn:
		port = 587
	}
	options := []mail.Option{
		mail.WithPort(port),
		mail.WithTimeout(sendTimeout),
		mail.WithTLSConfig(&tls.Config{ServerName: u.Hostname(), MinVersion: tls.VersionTLS12}),
		// Addresses are ASCII; a demand for SMTPUTF8 would make an older relay bounce the mail.
		mail.WithoutSMTPUTF8(),
	}
	switch {
	case u.Scheme == "smtps":
		options = append(options, mail.WithSSL())
	case signsIn && !here:
		options = append(options, mail.WithTLSPolicy(mail.TLSMandatory))
	default:
		options = append(options, mail.WithTLSPolicy(mail.TLSOpportunistic))
	}
	if signsIn {
		options = append(options, mail.WithUsername(u.User.Username()), mail.WithPassword(password))
		if here && u.Scheme == "smtp" {
			options = append(options, mail.WithOpportunisticSMTPAuth(mail.SMTPAuthSCRAMSHA256, mail.SMTPAuthPlainNoEnc, mail.SMTPAuthLoginNoEnc))
		} else {
			options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover))
		}
	}
	client, err := mail.NewClient(u.Hostname(), options...)
	if err != nil {
		return nil, fmt.Errorf("notify: mail server: %w", err)
	}
	return &mailer{client: client, from: from, domain: from.Address[strings.LastIndex(from.Address, "@")+1:]}, nil
}

// serverError says that the server could not be used at all: the next mail need not be tried.
type serverError struct{ cause error }

func (e *serverError) Error() string { return "mail server: " + e.cause.Error() }
func (e *serverError) Unwrap() error { return e.cause }

// recipientError says that this recipient can never be reached.
type recipientError struct{ cause error }

func (e *recipientError) Error() string { return "recipient: " + e.cause.Error() }
func (e *recipientError) Unwrap() error { return e.cause }

// send sends one delivery. A dialogue that has begun is finished even when ctx ends, because
// half a dialogue is a mail that may have gone out. What the server accepts is noted before
// anything else happens.
func (m *mailer) send(ctx context.Context, d store.Delivery) error {
	msg, err := m.message(d)
	if err != nil {
		return &recipientError{err}
	}
	conn, err := m.client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return &serverError{err}
	}
	defer m.client.CloseWithSMTPClient(conn) //nolint:errcheck // the server has answered already
	err = m.client.SendWithSMTPClient(conn, msg)
	if err == nil || msg.IsDelivered() {
		if m.note != nil {
			m.note(d.ID)
		}
		return nil
	}
	var refused *mail.SendError
	switch {
	case !errors.As(err, &refused) || refused.ErrorCode() == 0:
		return &serverError{err}
	case refused.Reason == mail.ErrSMTPRcptTo && refused.ErrorCode() >= 500:
		return &recipientError{err}
	}
	return err
}

func (m *mailer) message(d store.Delivery) (*mail.Msg, error) {
	to, err := netmail.ParseAddress(d.Recipient)
	if err != nil {
		return nil, fmt.Errorf("%q is no e-mail address: %w", d.Recipient, err)
	}
	msg := mail.NewMsg(mail.WithCharset(mail.CharsetUTF8), mail.WithEncoding(mail.EncodingQP), mail.WithNoDefaultUserAgent())
	msg.FromMailAddress(m.from)
	msg.ToMailAddress(to)
	msg.Subject(d.Subject)
	msg.SetMessageIDWithValue(d.ID + "@" + m.domain)
	msg.SetDateWithValue(time.Now().In(zone))
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetBodyString(mail.TypeTextPlain, d.Body)
	return msg, nil
}
