// Package audit owns the seal: how an event is hashed into its chain, and how a chain is
// verified. It knows neither the database nor the case.
package audit

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/gowebpki/jcs"
)

// Version is the version of the sealing described at Seal. A chain may hold several; an old
// one is verified by the rule of its own version for ever.
const Version = 1

// Genesis is the previous hash of the first event of a chain.
var Genesis = strings.Repeat("0", 64)

// Entry is the metadata of one event, which the seal covers.
type Entry struct {
	SealVersion int
	ID          string
	ChainID     string
	Seq         int64 // from 1, without gaps
	Type        string
	ObjectKind  string
	ObjectID    string
	ActorID     string
	AgencyID    string
	At          time.Time
	PayloadHash string
	PrevHash    string
}

// TimeLayout is how a time is written where it is hashed: UTC, always six digits.
const TimeLayout = "2006-01-02T15:04:05.000000Z"

// Canonical returns the RFC 8785 (JSON Canonicalization Scheme) bytes of v.
func Canonical(v any) ([]byte, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("audit: encode: %w", err)
	}
	out, err := jcs.Transform(raw)
	if err != nil {
		return nil, fmt.Errorf("audit: canonical form: %w", err)
	}
	return out, nil
}

// PayloadHash is hex(SHA-256(salt "\n" canonical payload)). The salt is secret with the
// payload: without it, a guess at a redacted payload cannot be tested against the hash.
func PayloadHash(salt string, canonical []byte) string {
	h := sha256.New()
	h.Write([]byte(salt))
	h.Write([]byte{'\n'})
	h.Write(canonical)
	return hex.EncodeToString(h.Sum(nil))
}

// Seal returns the hash of version 1: hex(SHA-256(RFC 8785 of the metadata, the payload's
// hash and the previous hash)). It is frozen: a change of one byte of this form needs a new
// version.
func Seal(e Entry) (string, error) {
	if e.SealVersion != 1 {
		return "", fmt.Errorf("audit: seal version %d is not known", e.SealVersion)
	}
	b, err := Canonical(map[string]any{
		"seal_version": e.SealVersion,
		"id":           e.ID,
		"chain_id":     e.ChainID,
		"seq":          e.Seq,
		"type":         e.Type,
		"object_kind":  e.ObjectKind,
		"object_id":    e.ObjectID,
		"actor_id":     e.ActorID,
		"agency_id":    e.AgencyID,
		"at":           e.At.UTC().Format(TimeLayout),
		"payload_hash": e.PayloadHash,
		"prev_hash":    e.PrevHash,
	})
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:]), nil
}

// Link checks one event against the one before it: its place, its link and its seal.
// hash is what is stored for e; prevSeq and prevHash are 0 and Genesis before the first.
func Link(e Entry, hash string, prevSeq int64, prevHash string) error {
	if e.Seq != prevSeq+1 {
		return fmt.Errorf("audit: chain %s: event %d follows %d", e.ChainID, e.Seq, prevSeq)
	}
	if e.PrevHash != prevHash {
		return fmt.Errorf("audit: chain %s: event %d does not link to the one before it", e.ChainID, e.Seq)
	}
	want, err := Seal(e)
	if err != nil {
		return err
	}
	if want != hash {
		return fmt.Errorf("audit: chain %s: event %d was altered", e.ChainID, e.Seq)
	}
	return nil
}
