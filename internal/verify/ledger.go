package verify

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/ungcuu/ungcuu/internal/ledger"
)

// sealed is what is kept of a line of the ledger: about 60 bytes, so that a million events
// take 60 MB.
type sealed struct {
	line int64
	seq  int64
	hash [32]byte
	rest [8]byte // of the digest of everything else that the line says of its event
	seen bool
}

// outside is the ledger's file, by chain.
type outside struct {
	there  bool
	lines  int64
	chains map[uuid.UUID][]sealed
}

// load reads the ledger's file. Lines that are wrong by themselves are told at once.
func (c *check) load(path string) error {
	c.out.chains = map[uuid.UUID][]sealed{}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	c.out.there = true
	expected := int64(1)
	err := ledger.Each(path, func(l ledger.Line) {
		c.out.lines++
		at := c.out.lines
		if l.Alarm == ledger.Damaged {
			expected++
			c.find(Finding{Kind: LedgerDamaged, Line: at}, say("dòng không đọc được", "the line cannot be read"))
			return
		}
		if l.N != expected {
			c.find(Finding{Kind: LedgerNumber, Line: at, Chain: l.Chain, Seq: l.Seq}, say(
				"dòng mang số %d, lẽ ra là %d: có dòng bị xoá, thêm hoặc đổi chỗ",
				"the line has number %d where %d was next: lines were taken out, put in or moved", l.N, expected))
		}
		expected = l.N + 1
		if l.Alarm != "" {
			c.find(Finding{Kind: LedgerAlarm, Line: at, Chain: l.Chain, Seq: l.Seq}, say(
				"sổ đã cảnh báo «%s» (chờ: %s, nhận: %s)", "the ledger gave the alarm %q (expected: %s, got: %s)", l.Alarm, l.Expected, l.Got))
			return
		}
		c.keep(l, at)
	})
	if err != nil {
		return fmt.Errorf("verify: %w", err)
	}
	return nil
}

// keep notes a line for the moment when its event comes.
func (c *check) keep(l ledger.Line, at int64) {
	chain, err := uuid.Parse(l.Chain)
	sum, bad := hex.DecodeString(l.Hash)
	if err != nil || bad != nil || len(sum) != sha256.Size || l.Seq < 1 || chain.String() != l.Chain {
		c.find(Finding{Kind: LedgerLine, Line: at, Chain: l.Chain, Seq: max(l.Seq, 0)}, say(
			"dòng không phải là một niêm phong", "the line is no seal"))
		return
	}
	list := c.out.chains[chain]
	i, known := find(list, l.Seq)
	if known {
		c.find(Finding{Kind: LedgerRepeat, Line: at, Chain: l.Chain, Seq: l.Seq}, say(
			"sự kiện đã có ở dòng %d", "the event already has line %d", list[i].line))
		return
	}
	s := sealed{line: at, seq: l.Seq, rest: rest(l.ID, l.At, l.Prev)}
	copy(s.hash[:], sum)
	c.out.chains[chain] = slices.Insert(list, i, s)
}

// find is where the event of that number stands, or would stand, in the lines of a chain.
func find(list []sealed, seq int64) (int, bool) {
	if n := len(list); n == 0 || list[n-1].seq < seq {
		return n, false
	}
	return slices.BinarySearchFunc(list, seq, func(s sealed, seq int64) int { return cmp.Compare(s.seq, seq) })
}

func rest(id, at, prev string) [8]byte {
	sum := sha256.Sum256([]byte(strings.Join([]string{id, at, prev}, "\n")))
	return [8]byte(sum[:8])
}

func hexOf(sum [32]byte) string { return hex.EncodeToString(sum[:]) }
