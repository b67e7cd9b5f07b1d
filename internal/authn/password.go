package authn

import (
	"context"
	_ "embed"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/store"
)

// What a password must be (TCVN 14423:2026). MinPassword is its length in characters without a
// second factor.
const (
	MinPassword       = 14
	minPasswordFactor = 8
	maxPassword       = 256 // bytes
	minDifferent      = 5   // characters
	keptPasswords     = 10  // before the one in force, none of which comes again
)

//go:embed common-passwords.txt
var commonPasswords string

// common is the embedded list, sorted.
var common = sync.OnceValue(func() []string { return strings.Split(strings.TrimSpace(commonPasswords), "\n") })

func listed(s string) bool {
	_, found := slices.BinarySearch(common(), s)
	return found
}

// isCommon reports whether a password is among the common ones, whatever its case and the width
// of its letters, or one of them with digits and signs around it.
func isCommon(password string) bool {
	p := strings.ToLower(norm.NFKC.String(password))
	core := strings.TrimFunc(p, func(r rune) bool { return !unicode.IsLetter(r) })
	different := map[rune]bool{}
	for _, r := range p {
		different[r] = true
	}
	return len(different) < minDifferent || listed(p) || listed(core)
}

// names reports whether the password holds the username, the full name or the name of this
// program, whatever the case, the diacritics and what stands between the letters.
func names(password string, u *store.User) bool {
	words := store.Fold(norm.NFKC.String(password))
	all := strings.Join(words, "")
	for _, name := range []string{u.Username, u.FullName, "ungcuu"} {
		name = strings.Join(store.Fold(norm.NFKC.String(name)), "")
		if len(name) >= 4 && strings.Contains(all, name) || slices.Contains(words, name) {
			return true
		}
	}
	return false
}

// checkPassword notes what is wrong with a new password of the person.
func (s *Service) checkPassword(c *incident.Checker, pointer string, u *store.User, password string) {
	if s.rules.Demo != "" && password == s.rules.Demo {
		return
	}
	least, vi, en := MinPassword, "14", "14"
	if u.SecondFactorAt != nil {
		least, vi, en = minPasswordFactor, "8", "8"
	}
	switch {
	case utf8.RuneCountInString(password) < least || len(password) > maxPassword:
		c.Add(pointer, "length", "Mật khẩu mới cần ít nhất "+vi+" ký tự (tối đa 256 byte).", "At least "+en+" characters, at most 256 bytes.")
	case isCommon(password):
		c.Add(pointer, "common", "Mật khẩu này quá phổ biến, dễ đoán.", "This password is too common to be safe.")
	case names(password, u):
		c.Add(pointer, "names", "Mật khẩu không được chứa tên đăng nhập, họ tên hoặc “ungcuu”.", "It must not hold the username, the full name or “ungcuu”.")
	}
}

// checkReuse refuses a password that the person had before. It hashes once for each.
func (s *Service) checkReuse(ctx context.Context, u *store.User, password string) error {
	if s.rules.Demo != "" {
		return nil
	}
	before, err := s.store.Read(ctx).PasswordHistory(u.ID)
	if err != nil {
		return err
	}
	for _, hash := range before {
		same, err := s.compare(ctx, password, hash)
		if err != nil {
			return err
		}
		if same {
			return fault.Input(fault.Field{Pointer: "/new_password", Code: "reused", Text: fault.Text{
				VI: "Mật khẩu này đã dùng trước đây.", EN: "This password was used before."}})
		}
	}
	return nil
}

// KeepPassword is how a new hash takes the place of the one in force, which goes into the
// history. fault.Busy when another was set since u was read.
func KeepPassword(tx *store.Tx, u *store.User, hash string, mustChange bool, at time.Time) error {
	err := tx.ReplacePassword(u.ID, u.PasswordHash, hash, mustChange, keptPasswords, at)
	if fault.Stale.In(err) {
		return fault.New(fault.Busy, "Mật khẩu vừa được thay đổi; hãy thử lại.", "The password was changed just now; try again.").Wrap(err)
	}
	return err
}

// ChangePassword sets a new password and ends every other session of the person.
func (s *Service) ChangePassword(ctx context.Context, by Session, old, next string, now time.Time) error {
	u, err := s.store.Read(ctx).User(by.Actor.UserID)
	if err != nil {
		return err
	}
	var c incident.Checker
	s.checkPassword(&c, "/new_password", u, next)
	if old == next {
		c.Add("/new_password", "same", "Mật khẩu mới phải khác mật khẩu cũ.", "It must differ from the old one.")
	}
	if err := c.Err(); err != nil {
		return err
	}
	ok, err := s.compare(ctx, old, u.PasswordHash)
	if err != nil {
		return err
	}
	if !ok {
		return fault.Input(fault.Field{Pointer: "/old_password", Code: "wrong", Text: fault.Text{
			VI: "Mật khẩu hiện tại không đúng.", EN: "The present password is wrong."}})
	}
	if err := s.checkReuse(ctx, u, next); err != nil {
		return err
	}
	hash, err := s.Hash(ctx, next)
	if err != nil {
		return err
	}
	err = s.store.Write(ctx, func(_ context.Context, tx *store.Tx) error {
		if err := KeepPassword(tx, u, hash, false, now); err != nil {
			return err
		}
		return tx.EndSessionsOf(u.ID, by.ID, now)
	})
	s.Forget()
	return err
}
