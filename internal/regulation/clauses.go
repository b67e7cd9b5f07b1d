package regulation

import (
	"bytes"
	_ "embed"
	"fmt"
	"sync"

	"go.yaml.in/yaml/v3"
)

//go:embed clauses.yaml
var clausesFile []byte

// Clause is one khoản or điểm of a province's regulation and what answers it.
type Clause struct {
	Province string `yaml:"province"` // SL, BG, TH, NT
	Clause   string `yaml:"clause"`   // 6.1.e: Điều 6 khoản 1 điểm e
	Who      Text   `yaml:"who"`      // whose clause it is
	Answer   `yaml:",inline"`
}

// Deadline is one deadline of the law and what keeps it.
type Deadline struct {
	Basis  string `yaml:"basis"` // instruments and clauses
	Limit  Text   `yaml:"limit"` // in the words of the clause
	Answer `yaml:",inline"`
}

// Answer is what of the desk answers a clause: rules, routes of the API, or neither.
type Answer struct {
	What        Text     `yaml:"what"`
	Rules       []string `yaml:"rules"`        // ids
	Endpoints   []string `yaml:"endpoints"`    // method and path, as in the route table
	NotSoftware Text     `yaml:"not_software"` // why what the clause asks is not done by the desk; may name routes that help
}

type clauseTable struct {
	Clauses   []Clause   `yaml:"clauses"`
	Deadlines []Deadline `yaml:"deadlines"`
}

// Clauses is the table of clauses and of deadlines: which rule or route answers each, or why it
// is not software.
var Clauses = sync.OnceValues(func() ([]Clause, []Deadline) {
	var out clauseTable
	dec := yaml.NewDecoder(bytes.NewReader(clausesFile))
	dec.KnownFields(true)
	if err := dec.Decode(&out); err != nil {
		panic(fmt.Sprintf("clauses.yaml: %v", err)) // part of the program: a test reads it
	}
	return out.Clauses, out.Deadlines
})
