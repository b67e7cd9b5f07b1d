package authn

import (
	"context"
	"crypto/subtle"
	"fmt"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"

	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/store"
)

// maxRefreshes bounds what one session may leave behind; a shift needs fifty.
const maxRefreshes = 1000

// Tokens is what a login or a refresh gives. ExpiresIn is in seconds, of the access token.
type Tokens struct {
	Access             string
	ExpiresIn          int
	Refresh            string
	MustChangePassword bool
}

// tokenType is the typ of our access tokens (RFC 9068 2.1): no other JWT that this key might
// ever sign passes for one.
const tokenType = "at+jwt"

type claims struct {
	jwt.RegisteredClaims
	Session string `json:"sid,omitempty"`
	Key     string `json:"key,omitempty"`   // of client credentials: the system's key
	Scope   string `json:"scope,omitempty"` // and the verbs
}

// registered are the claims that every token of ours has.
func registered(subject string, ttl time.Duration, now time.Time) jwt.RegisteredClaims {
	return jwt.RegisteredClaims{
		Issuer: issuer, Subject: subject, Audience: jwt.ClaimStrings{issuer}, IssuedAt: jwt.NewNumericDate(now),
		NotBefore: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(now.Add(ttl)), ID: uuid.NewString(),
	}
}

// sign makes an access token of ours.
func (k signer) sign(c claims) (string, error) {
	t := jwt.NewWithClaims(jwt.SigningMethodEdDSA, c)
	t.Header["kid"], t.Header["typ"] = k.kid, tokenType
	access, err := t.SignedString(k.key)
	if err != nil {
		return "", fmt.Errorf("authn: sign: %w", err)
	}
	return access, nil
}

func (k signer) tokens(session string, u *store.User, secret string, now time.Time) (Tokens, error) {
	access, err := k.sign(claims{RegisteredClaims: registered(u.ID, accessTTL, now), Session: session})
	return Tokens{
		Access: access, ExpiresIn: int(accessTTL / time.Second), Refresh: session + "." + secret,
		MustChangePassword: u.MustChangePassword,
	}, err
}

// Refresh rotates the refresh token. One that was traded in before ends the whole session:
// either its owner or a thief holds the newer one, and nobody can tell which (RFC 9700 4.14.2).
// That holds for a client that lost the answer and asks again, too: it logs in anew. A secret
// that never was one ends nothing, so that who knows a session's id alone cannot end it.
func (s *Service) Refresh(ctx context.Context, refresh string, now time.Time) (Tokens, error) {
	id, secret, ok := strings.Cut(refresh, ".")
	if !ok {
		return Tokens{}, Unknown()
	}
	k, err := s.signer(ctx, now)
	if err != nil {
		return Tokens{}, err
	}
	var out Tokens
	ended, owner := false, ""
	err = s.store.Write(ctx, func(_ context.Context, tx *store.Tx) error {
		sess, err := tx.LockSession(id)
		if err != nil {
			return err
		}
		if sess.EndedAt != nil || !now.Before(sess.ExpiresAt) {
			return Unknown()
		}
		hash := hashSecret(secret)
		reused, traded, err := tx.Spent(sess.ID, hash)
		if err != nil {
			return err
		}
		if reused || traded >= maxRefreshes {
			ended, owner = true, sess.UserID
			return tx.EndSession(sess.ID, now)
		}
		if subtle.ConstantTimeCompare([]byte(hash), []byte(sess.RefreshHash)) != 1 {
			return Unknown()
		}
		u, err := tx.User(sess.UserID)
		if err != nil {
			return err
		}
		if s.Shut(u, now) {
			return Unknown()
		}
		next, nextHash := newSecret()
		if err := tx.RotateSession(sess, nextHash, now); err != nil {
			return err
		}
		out, err = k.tokens(sess.ID, u, next, now)
		return err
	})
	if ended {
		s.forget(id)
	}
	if ended && err == nil {
		return Tokens{}, refused(Refused{Why: RefreshReused, UserID: owner, SessionID: id})
	}
	if fault.NotFound.In(err) {
		return Tokens{}, Unknown()
	}
	return out, err
}

// Logout ends the session. A token of the identity provider belongs to none of ours.
func (s *Service) Logout(ctx context.Context, session string, now time.Time) error {
	if session == "" {
		vi, en := "Phiên này do nhà cung cấp danh tính quản lý; hãy đăng xuất tại đó.", "The identity provider keeps this session; log out there."
		return fault.New(fault.Conflict, vi, en).Because(fault.Reason{Code: "provider_session", Text: fault.Text{VI: vi, EN: en}})
	}
	err := s.store.Write(ctx, func(_ context.Context, tx *store.Tx) error { return tx.EndSession(session, now) })
	s.forget(session)
	return err
}

// DropSessions forgets the sessions that are over for more than a day.
func (s *Service) DropSessions(ctx context.Context, now time.Time) error {
	return s.store.Write(ctx, func(_ context.Context, tx *store.Tx) error { return tx.DropSessions(now.Add(-24 * time.Hour)) })
}
