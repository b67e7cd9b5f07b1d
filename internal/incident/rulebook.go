package incident

// RulesReplaced is the fact that another book of rules came into force at the desk; it stands in
// the chain of the team. rules are the ids of the rules that are not what they were, files the
// files whose text is not.
func (a *Agency) RulesReplaced(from, to string, rules, files []string) Fact {
	return Fact{
		Type: "rules.replaced", ObjectKind: "rules", ObjectID: a.ID,
		Full: map[string]any{"from": from, "to": to, "rules": rules, "files": files},
		Thin: map[string]any{"from": from, "to": to},
	}
}
