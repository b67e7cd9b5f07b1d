package regulation

import (
	"slices"
	"strings"
	"sync"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/cost"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// Limits of a trigger. The cost is CEL's own measure: about one for each operation.
const (
	maxExpression = 4000   // characters
	maxCost       = 20_000 // estimated at load, for the largest case
	maxRunCost    = 40_000 // counted at run
	maxListed     = 32     // items of a list of facts, for the estimate
	maxItem       = 64     // characters of a text of a fact, for the estimate
)

// Fact is one name that a trigger may read.
type Fact struct {
	Name   string
	Type   string // bool, int, string, list(string)
	Title  Text
	Source string   // where it comes from: a field of the API, or the clause that defines it
	Values []string // what a text may be; nil: anything
	Rules  bool     // only rules may read it, not rows of a classification
}

// program is a compiled trigger. It is safe for concurrent use.
type program struct {
	text  string
	run   cel.Program
	reads []int // the facts it reads: indexes into FactTable, in its order
	// constant is what a trigger without facts says; nil otherwise.
	constant *bool
	slot     int // where an evaluation keeps its answer: the same expression is asked once
}

// triggers compiles the expressions of one book.
type triggers struct {
	known map[string]*program
	slots int
}

func environment(rules bool) *cel.Env {
	options := []cel.EnvOption{
		cel.ParserExpressionSizeLimit(maxExpression), cel.ParserRecursionLimit(60), cel.ExpressionNestingDepthLimit(60),
		cel.ParserErrorRecoveryLimit(3),
	}
	for _, f := range FactTable {
		if !f.Rules || rules {
			options = append(options, cel.Variable(f.Name, celTypes[f.Type]))
		}
	}
	env, err := cel.NewEnv(options...)
	if err != nil {
		panic("regulation: the table of facts is broken: " + err.Error())
	}
	return env
}

// The environments of rules and of rows of a classification; CEL takes long to make one.
var (
	ofRules = sync.OnceValue(func() *cel.Env { return environment(true) })
	ofRows  = sync.OnceValue(func() *cel.Env { return environment(false) })
)

var celTypes = map[string]*cel.Type{
	"bool": cel.BoolType, "int": cel.IntType, "string": cel.StringType, "list(string)": cel.ListType(cel.StringType),
}

// mistake is what is wrong with an expression, at a character of it.
type mistake struct {
	offset int
	text   Text
}

// compile checks an expression of a rule, or of a row of a classification.
func (t *triggers) compile(text string, row bool) (*program, []mistake) {
	key, environment := "rule "+text, ofRules
	if row {
		key, environment = "row "+text, ofRows
	}
	env := environment()
	if p, ok := t.known[key]; ok {
		return p, nil
	}
	if n := len([]rune(text)); n > maxExpression {
		return nil, []mistake{{0, bilingual("the expression has %d characters; at most %d", n, maxExpression)}}
	}
	checked, issues := env.Compile(text)
	if err := issues.Err(); err != nil {
		var out []mistake
		for _, e := range issues.Errors() {
			out = append(out, mistake{offsetOf(text, e.Location.Line(), e.Location.Column()), ofTrigger(e.Message)})
		}
		return nil, out
	}
	if checked.OutputType() != cel.BoolType {
		return nil, []mistake{{0, bilingual("the expression is of type %s; it must be bool", checked.OutputType())}}
	}
	estimate, err := env.EstimateCost(checked, sizes{})
	if err != nil {
		return nil, []mistake{{0, ofTrigger(err.Error())}}
	}
	if estimate.Max > maxCost {
		return nil, []mistake{{0, bilingual("the expression is too dear: it may cost %d; at most %d", estimate.Max, maxCost)}}
	}
	if wrong := unknownValues(checked, text); len(wrong) > 0 {
		return nil, wrong
	}
	run, err := env.Program(checked, cel.EvalOptions(cel.OptOptimize), cel.CostLimit(maxRunCost))
	if err != nil {
		return nil, []mistake{{0, ofTrigger(err.Error())}}
	}
	p := &program{text: text, run: run, reads: readsOf(checked), slot: t.slots}
	if len(p.reads) == 0 {
		v, _, err := run.Eval(cel.NoVars())
		if err != nil {
			return nil, []mistake{{0, ofTrigger(err.Error())}}
		}
		yes := v == types.True
		p.constant = &yes
	}
	t.slots++
	t.known[key] = p
	return p, nil
}

func offsetOf(text string, line, column int) int {
	offset := 0
	for i, l := range strings.Split(text, "\n") {
		if i+1 == line {
			return offset + max(column, 0)
		}
		offset += len([]rune(l)) + 1
	}
	return 0
}

// sizes tells the estimate how long the facts may be.
type sizes struct{}

func (sizes) EstimateSize(n cost.AstNode) *cost.SizeEstimate {
	switch path := n.Path(); {
	case len(path) == 0:
		return nil
	case n.Type().Kind() == types.ListKind:
		s := cost.ListSizeEstimate(cost.RangedSizeEstimate(0, maxListed), cost.RangedSizeEstimate(0, maxItem))
		return &s
	default:
		s := cost.RangedSizeEstimate(0, maxItem)
		return &s
	}
}

func (sizes) EstimateCallCost(string, string, *cost.AstNode, []cost.AstNode) *cost.CallEstimate {
	return nil
}

// readsOf are the facts that a checked expression reads.
func readsOf(checked *cel.Ast) []int {
	var out []int
	for _, r := range checked.NativeRep().ReferenceMap() {
		if i, ok := factIndex[r.Name]; ok && len(r.OverloadIDs) == 0 && !slices.Contains(out, i) {
			out = append(out, i)
		}
	}
	slices.Sort(out)
	return out
}

// unknownValues finds comparisons of a fact with a value that it never has: a misspelt nature
// would be a duty that is never called for.
func unknownValues(checked *cel.Ast, text string) []mistake {
	var out []mistake
	native := checked.NativeRep()
	ast.PostOrderVisit(native.Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		if e.Kind() != ast.CallKind {
			return
		}
		call := e.AsCall()
		if args := call.Args(); len(args) == 2 && slices.Contains([]string{"_==_", "_!=_", "@in"}, call.FunctionName()) {
			for i, j := range []int{1, 0} {
				if args[i].Kind() != ast.IdentKind {
					continue
				}
				k, ok := factIndex[args[i].AsIdent()]
				if !ok || FactTable[k].Values == nil {
					continue
				}
				consts := []ast.Expr{args[j]}
				if args[j].Kind() == ast.ListKind {
					consts = args[j].AsList().Elements()
				}
				for _, c := range consts {
					if c.Kind() != ast.LiteralKind {
						continue
					}
					if s, ok := c.AsLiteral().Value().(string); ok && s != "" && !slices.Contains(FactTable[k].Values, s) {
						at := native.SourceInfo().GetStartLocation(c.ID())
						out = append(out, mistake{offsetOf(text, at.Line(), at.Column()),
							bilingual("%s is never %q%s; it may be %s", FactTable[k].Name, s, nearest(s, FactTable[k].Values), strings.Join(FactTable[k].Values, ", "))})
					}
				}
			}
		}
	}))
	return out
}

// facts are the facts of one case while its triggers are asked; they are also CEL's activation.
type facts struct {
	of      *Facts
	values  []ref.Val // in the order of FactTable; nil: not yet looked at
	answers []int8    // by slot of a program: 0 not yet asked, 1 true, -1 false
	class   *national // the pack that classified the case, on the day of its detection; nil: none did
	date    string
}

func (f *Facts) ask(slots int) *facts {
	return &facts{of: f, values: make([]ref.Val, len(FactTable)), answers: make([]int8, slots)}
}

// set gives a fact that the case does not have itself.
func (f *facts) set(i int, yes bool) { f.values[i] = types.Bool(yes) }

// plain is a fact as Go has it.
func (f *facts) plain(i int) any {
	if yes, ok := f.values[i].(types.Bool); ok {
		return bool(yes)
	}
	return f.of.valueOf(FactTable[i].Name)
}

// ResolveName implements cel.Activation.
func (f *facts) ResolveName(name string) (any, bool) {
	i, ok := factIndex[name]
	if !ok {
		return nil, false
	}
	if f.values[i] == nil {
		switch v := f.of.valueOf(name).(type) {
		case bool:
			f.values[i] = types.Bool(v)
		case int:
			f.values[i] = types.Int(v)
		case string:
			f.values[i] = types.String(v)
		case []string:
			f.values[i] = types.NewStringList(types.DefaultTypeAdapter, v)
		}
	}
	return f.values[i], true
}

// Parent implements cel.Activation.
func (f *facts) Parent() cel.Activation { return nil }

// ask evaluates a trigger. One that fails counts as true: a duty too many can be waived, one too
// few is missed.
func (f *facts) ask(p *program) bool {
	if p.constant != nil {
		return *p.constant
	}
	if a := f.answers[p.slot]; a != 0 {
		return a > 0
	}
	v, _, err := p.run.Eval(f)
	yes := err != nil || v != types.False
	f.answers[p.slot] = -1
	if yes {
		f.answers[p.slot] = 1
	}
	return yes
}

// because are the facts that a trigger reads, as they stand, and those of the case from which a
// classification made some of them.
func (f *facts) because(p *program) map[string]any {
	out := f.ofCase(p)
	for _, i := range p.reads {
		out[FactTable[i].Name] = f.plain(i)
	}
	return out
}

// ofCase are the facts of the case itself on which a trigger rests: in place of what a
// classification made of them, those that it read. They do not change with a book.
func (f *facts) ofCase(p *program) map[string]any {
	out := make(map[string]any, len(p.reads))
	for _, i := range p.reads {
		if !FactTable[i].Rules {
			out[FactTable[i].Name] = f.plain(i)
			continue
		}
		for _, j := range f.under(FactTable[i].Name) {
			out[FactTable[j].Name] = f.plain(j)
		}
	}
	return out
}

// under are the facts that the rows read which say whether a case is serious, or dangerous.
func (f *facts) under(made string) []int {
	if f.class == nil {
		return nil
	}
	var out []int
	for _, r := range f.class.rows {
		if (r.Kind == "situation") == (made == "dangerous") && r.program != nil && holds(r.From, r.To, f.date) {
			out = append(out, r.program.reads...)
		}
	}
	return out
}
