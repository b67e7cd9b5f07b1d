package store

// rightsNumber is the counter that moves with every change of people, their grants, their
// passwords and their sessions that does not lock the registry.
const rightsNumber = "rights"

// RightsNumber is a number that moves with every committed change of who may do what: of
// agencies, people, grants, identities, passwords and ended sessions. What was read after it
// stands as long as it does not move.
func (t *Tx) RightsNumber() (int64, error) {
	var n int64
	err := scan(t.db.Raw("SELECT coalesce(sum(value), 0) FROM counters WHERE name = ? OR name = ?", registryNumber, rightsNumber), &n)
	return n, err
}

// countRights moves the number as the last act of a transaction, so that its row is never
// waited for while something else is held for long, and two transactions cannot wait for each
// other over it.
func (t *Tx) countRights() error {
	if !t.rights || t.changing { // a locked registry has counted
		return nil
	}
	return t.db.Exec("INSERT INTO counters (name, value) VALUES (?, 1) "+
		"ON CONFLICT (name) DO UPDATE SET value = counters.value + 1", rightsNumber).Error
}
