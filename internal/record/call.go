package record

import (
	"strconv"
	"strings"
	"time"

	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/store"
)

// Call is one write request: who asks, when it arrived, which version they saw, and the key
// that makes a retry safe.
type Call struct {
	By    policy.Actor
	At    time.Time             // UTC, microseconds
	Match string                // the raw If-Match header; "" when there was none
	Key   *store.IdempotencyKey // nil without an Idempotency-Key
}

// Replay is the answer that was given before to the same Idempotency-Key. A use case returns
// it as an error, after access has been checked again.
type Replay struct{ Answer store.Answer }

func (Replay) Error() string { return "answered before" }

// Claim takes the request's key, or returns the answer it was given before.
func (c Call) Claim(tx *store.Tx) error {
	if c.Key == nil {
		return nil
	}
	answer, err := tx.Claim(*c.Key, c.At)
	if err != nil {
		return err
	}
	if answer != nil {
		return Replay{*answer}
	}
	return nil
}

// Saw checks the If-Match header against the version in force.
func (c Call) Saw(version int64) error {
	if c.Match == "" {
		return fault.New(fault.VersionRequired,
			"Cần gửi If-Match với phiên bản đã đọc (ETag), để không ghi đè thay đổi của người khác.",
			"Send If-Match with the version you read (its ETag).")
	}
	want := `"` + strconv.FormatInt(version, 10) + `"`
	for _, tag := range strings.Split(c.Match, ",") {
		if tag = strings.TrimSpace(tag); tag == "*" || tag == want {
			return nil
		}
	}
	return fault.New(fault.Stale,
		"Dữ liệu đã được người khác thay đổi (phiên bản hiện tại "+want+"). Hãy đọc lại rồi thực hiện.",
		"It was changed meanwhile (now version "+want+"). Read it again.")
}
