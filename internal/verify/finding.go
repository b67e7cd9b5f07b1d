package verify

import (
	"fmt"

	"github.com/ungcuu/ungcuu/internal/fault"
)

// Kind is what is wrong.
type Kind string

// The kinds of findings.
const (
	Gap            Kind = "gap"             // events of a chain are missing
	Unlinked       Kind = "unlinked"        // an event does not name the seal before it
	Altered        Kind = "altered"         // an event is not what was sealed
	AlteredPayload Kind = "altered_payload" // a payload is not what was sealed
	NoPayload      Kind = "no_payload"      // a payload is gone, and no redaction tells of it
	Head           Kind = "head"            // the owner names another end of its chain
	NoOwner        Kind = "no_owner"        // a chain that belongs to nothing
	Disagrees      Kind = "disagrees"       // the case is not what its events say
	NoMessage      Kind = "no_message"      // an event that stands in no outbox and is too young for that
	AlteredMessage Kind = "altered_message" // a message that does not tell its event
	NoEvent        Kind = "no_event"        // a payload or a message whose event is gone

	NoBook      Kind = "no_book"      // duties name a book of rules that is not kept
	AlteredBook Kind = "altered_book" // a book of rules is not what its version was made of
	UntoldBook  Kind = "untold_book"  // the record tells otherwise which book of rules was in force, or since when

	NoLedger      Kind = "no_ledger"      // there is no ledger file
	LedgerAlarm   Kind = "ledger_alarm"   // the ledger noted it when it happened
	LedgerDamaged Kind = "ledger_damaged" // a line that cannot be read
	LedgerNumber  Kind = "ledger_number"  // lines were taken out or put in
	LedgerRepeat  Kind = "ledger_repeat"  // two lines for one event
	LedgerLine    Kind = "ledger_line"    // a line that does not say what its event says
	LedgerSeal    Kind = "ledger_seal"    // the database has another seal than the ledger
	LedgerExtra   Kind = "ledger_extra"   // the ledger knows an event that the database has not
	LedgerMissing Kind = "ledger_missing" // an event that should have been in the ledger for long
)

// Finding is one thing that is wrong.
type Finding struct {
	Kind  Kind   `json:"kind"`
	Chain string `json:"chain,omitempty"` // id of the chain
	Code  string `json:"code,omitempty"`  // of the case that owns it
	Seq   int64  `json:"seq,omitempty"`   // of the event in its chain
	Line  int64  `json:"line,omitempty"`  // of the ledger file
	VI    string `json:"vi"`
	EN    string `json:"en"`
}

// String is the finding as an officer reads it: where, then what, in both languages.
func (f Finding) String() string {
	where := f.Code
	if where == "" {
		where = f.Chain
	}
	if f.Seq > 0 {
		where = fmt.Sprintf("%s #%d", where, f.Seq)
	}
	if f.Line > 0 {
		if where != "" {
			where += ", "
		}
		where += fmt.Sprintf("sổ niêm phong dòng / ledger line %d", f.Line)
	}
	return fmt.Sprintf("[%s] %s: %s / %s", f.Kind, where, f.VI, f.EN)
}

func say(vi, en string, v ...any) fault.Text {
	return fault.Text{VI: fmt.Sprintf(vi, v...), EN: fmt.Sprintf(en, v...)}
}
