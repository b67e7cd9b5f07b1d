package incident

// Fact is something a rule made true, in the past tense. It becomes one sealed event:
// Full is its payload in the chain, Thin is what may leave on the broker (codes, ids,
// from and to; never free text, natures or TLP).
type Fact struct {
	Type       string // handover.acknowledged
	ObjectKind string // incident, handover, obligation, national_report, note
	ObjectID   string
	Full       map[string]any
	Thin       map[string]any
	// Bumps says that the case itself changed for its readers, so its version moves.
	Bumps bool
}
