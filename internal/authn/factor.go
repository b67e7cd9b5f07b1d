package authn

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"

	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/store"
)

const (
	factorIssuer  = "Ung Cuu"
	factorPeriod  = 30 // seconds (RFC 6238)
	factorSkew    = 1  // periods that a clock may be off, each way
	recoveryCodes = 10
	draftTTL      = 15 * time.Minute
)

// vault seals the secrets of second factors with the key of the data folder.
type vault struct {
	seal cipher.AEAD
	id   string // of the key
}

// openVault reads DataDir/keys/second-factor.key (32 bytes in base64), or makes it. Every
// instance on one database needs the same file; a backup carries it.
func openVault(dataDir string) (*vault, error) {
	dir := filepath.Join(dataDir, "keys")
	path := filepath.Join(dir, "second-factor.key")
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		raw, err = makeFactorKey(dir, path)
	}
	if err != nil {
		return nil, fmt.Errorf("authn: key of the second factors (make one with: openssl rand -base64 32): %w", err)
	}
	key, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(raw)))
	if err != nil || len(key) != 32 {
		return nil, fmt.Errorf("authn: %s does not hold 32 bytes in base64", path)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("authn: %s: %w", path, err)
	}
	seal, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("authn: %s: %w", path, err)
	}
	sum := sha256.Sum256(key)
	return &vault{seal, hex.EncodeToString(sum[:4])}, nil
}

// makeFactorKey writes a new key. Of two processes that start at once, the loser reads the
// winner's.
func makeFactorKey(dir, path string) ([]byte, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails: crypto/rand aborts the program instead
	tmp, err := os.CreateTemp(dir, "second-factor-*")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.Remove(tmp.Name()) }()
	_, err = tmp.WriteString(base64.StdEncoding.EncodeToString(key) + "\n")
	if err := errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return nil, err
	}
	if err := os.Link(tmp.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	return os.ReadFile(path)
}

// close seals a secret for one person.
func (v *vault) close(userID, secret string) string {
	nonce := make([]byte, v.seal.NonceSize())
	_, _ = rand.Read(nonce) // never fails: crypto/rand aborts the program instead
	return v.id + ":" + base64.StdEncoding.EncodeToString(v.seal.Seal(nonce, nonce, []byte(secret), []byte(userID)))
}

// open reads a sealed secret of the person.
func (v *vault) open(userID, sealed string) (string, error) {
	id, text, _ := strings.Cut(sealed, ":")
	if id != v.id {
		return "", fmt.Errorf("authn: a second factor is sealed with the key %s, this instance has %s: give every instance the same keys/second-factor.key", id, v.id)
	}
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(raw) < v.seal.NonceSize() {
		return "", errors.New("authn: a sealed second factor is broken")
	}
	n := v.seal.NonceSize()
	secret, err := v.seal.Open(nil, raw[:n], raw[n:], []byte(userID))
	if err != nil {
		return "", fmt.Errorf("authn: second factor: %w", err)
	}
	return string(secret), nil
}

// stepOf is the time step whose code was given, and whether there is one.
func stepOf(secret, code string, now time.Time) (int64, bool) {
	at := now.Unix() / factorPeriod
	found, ok := int64(0), false
	for step := at - factorSkew; step <= at+factorSkew; step++ {
		want, err := hotp.GenerateCode(secret, uint64(step)) //nolint:gosec // a time after 1970
		if err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			found, ok = step, true
		}
	}
	return found, ok
}

// Draft is a second factor that is not in force yet. Secret is in base32, for those who type.
type Draft struct{ Secret, URI string }

// DraftFactor makes a secret for the person and its row, sealed.
func (s *Service) DraftFactor(u *store.User, now time.Time) (Draft, store.Factor, error) {
	key, err := totp.Generate(totp.GenerateOpts{Issuer: factorIssuer, AccountName: u.Username, Period: factorPeriod})
	if err != nil {
		return Draft{}, store.Factor{}, fmt.Errorf("authn: second factor: %w", err)
	}
	return Draft{key.Secret(), key.URL()}, store.Factor{UserID: u.ID, Secret: s.vault.close(u.ID, key.Secret()), CreatedAt: now}, nil
}

// FirstCode checks the code that puts a drafted factor into force; its time step is used up. A
// draft is good for a quarter of an hour, and for as many tries as a login.
func (s *Service) FirstCode(ctx context.Context, f *store.Factor, code string, now time.Time) (step int64, err error) {
	if f == nil || f.ConfirmedAt != nil || now.After(f.CreatedAt.Add(draftTTL)) {
		text := fault.Text{VI: "Không có đăng ký nào chờ xác nhận (mỗi lần đăng ký có hiệu lực 15 phút).", EN: "Nothing awaits a code (an enrolment is good for 15 minutes)."}
		return 0, fault.New(fault.Conflict, text.VI, text.EN).Because(fault.Reason{Code: "nothing_to_confirm", Text: text})
	}
	if err := s.mayGuess(ctx, f.UserID); err != nil {
		return 0, err
	}
	secret, err := s.vault.open(f.UserID, f.Secret)
	if err != nil {
		return 0, unreadable(err)
	}
	step, ok := stepOf(secret, plainCode(code), now)
	if !ok {
		return 0, wrongCode()
	}
	return step, nil
}

func unreadable(cause error) error {
	return fault.New(fault.Unavailable, "Máy chủ này không đọc được mã bí mật; hãy báo quản trị.",
		"This server cannot read the secret; tell the administrator.").Wrap(cause)
}

func wrongCode() error {
	return fault.Input(fault.Field{Pointer: "/code", Code: "wrong", Text: fault.Text{
		VI: "Mã xác thực không đúng hoặc đã dùng.", EN: "The code is wrong, or was used."}})
}

// Reauthenticate asks a person who has logged in for the password again.
func (s *Service) Reauthenticate(ctx context.Context, userID, password string) (*store.User, error) {
	u, err := s.store.Read(ctx).User(userID)
	if err != nil {
		return nil, err
	}
	ok, err := s.compare(ctx, password, u.PasswordHash)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, fault.Input(fault.Field{Pointer: "/password", Code: "wrong", Text: fault.Text{
			VI: "Mật khẩu không đúng.", EN: "The password is wrong."}})
	}
	return u, nil
}

// NewRecoveryCodes returns ten codes of 80 random bits, and what of them is stored. The bits are
// too many to try, so that a plain hash is enough.
func NewRecoveryCodes() (codes, hashes []string) {
	for range recoveryCodes {
		b := make([]byte, 10)
		_, _ = rand.Read(b) // never fails: crypto/rand aborts the program instead
		c := strings.ToLower(base32.StdEncoding.EncodeToString(b))
		codes = append(codes, c[:4]+"-"+c[4:8]+"-"+c[8:12]+"-"+c[12:])
		hashes = append(hashes, hashSecret(c))
	}
	return codes, hashes
}

// plainCode is a code as it is compared, however it was typed.
func plainCode(given string) string {
	if len(given) > 64 {
		return ""
	}
	return strings.ToLower(strings.NewReplacer(" ", "", "-", "").Replace(given))
}

// Proof is what somebody showed of their second factor: the time step of a code, or the hash of
// a recovery code. Nothing, for whom has none. It is good for one Spend.
type Proof struct {
	userID string
	step   int64
	code   string
}

// proveFactor looks for what was given among the codes of the factor and the recovery codes. It takes
// the same steps whether there is a factor or not.
func (s *Service) proveFactor(userID string, f *store.Factor, codes []store.RecoveryCode, given string, now time.Time) (p Proof, ok bool, err error) {
	p.userID = userID
	given = plainCode(given)
	secret, last := "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", int64(1)<<62 // RFC 6238's example, never accepted
	if f != nil && f.ConfirmedAt != nil {
		if secret, err = s.vault.open(userID, f.Secret); err == nil {
			last = f.LastStep
		}
	}
	if step, found := stepOf(secret, given, now); found && step > last {
		p.step, ok = step, true
	}
	hash := hashSecret(given)
	for _, c := range codes {
		if subtle.ConstantTimeCompare([]byte(c.Hash), []byte(hash)) == 1 {
			p.code, ok = c.Hash, true
		}
	}
	if ok {
		err = nil
	}
	return p, ok, err
}

// Spend uses the proof up; fault.Absent when somebody was faster with the same code.
func (p Proof) Spend(tx *store.Tx, now time.Time) error {
	switch {
	case p.code != "":
		return tx.TakeRecoveryCode(p.userID, p.code, now)
	case p.step != 0:
		return tx.TakeStep(p.userID, p.step)
	}
	return nil
}

// Verify asks a person who has logged in for the password and a code of the second factor; who
// has none shows nothing.
func (s *Service) Verify(ctx context.Context, userID, password, code string, now time.Time) (*store.User, Proof, error) {
	u, err := s.Reauthenticate(ctx, userID, password)
	if err != nil || u.SecondFactorAt == nil {
		return u, Proof{}, err
	}
	tx := s.store.Read(ctx)
	f, err := tx.Factor(userID)
	if err != nil {
		return nil, Proof{}, err
	}
	codes, err := tx.RecoveryCodes(userID)
	if err != nil {
		return nil, Proof{}, err
	}
	if err := s.mayGuess(ctx, userID); err != nil {
		return nil, Proof{}, err
	}
	p, ok, err := s.proveFactor(userID, f, codes, code, now)
	switch {
	case ok:
		return u, p, nil
	case err != nil:
		return nil, Proof{}, unreadable(err)
	}
	return nil, Proof{}, wrongCode()
}
