package casework_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/incident"
)

// A rule that rests on the class, with tables of the class that an operator lays over the packs.
const (
	ofTheClass = `
id: theo-lop
kind: overlay
title: {vi: Theo lớp, en: By class}
rules:
  - id: T-serious
    instrument: Luật thử
    clause: Điều 9
    confidence: inferred
    title: {vi: Báo cáo, en: Report}
    when: serious
    owed_by: team
    told: [police]
    clock: {start: detected, unit: hours, value: 24}
`
	strictClass = `
id: lop-moi
kind: overlay
title: {vi: Bảng mới, en: Another table}
classification:
  - id: QD05-9
    kind: class
    value: serious
    instrument: Thông tư thử
    clause: Điều 1
    confidence: inferred
    from: 2026-07-01
    when: level == 5 && control_lost
`
)

func TestADutyThatRestsOnTheClassDoesNotEndBecauseTheTableOfClassesChanged(t *testing.T) {
	eachLawDesk(t, func(d *lawDesk) {
		d.shelf.Put(bookOf(d, testRules, ofTheClass))
		v := d.triaged()
		d.correct(v.ID, api.IncidentPatch{System: api.Set(api.SystemPatch{Level: api.Set(4)})})
		d.correct(v.ID, stated("control_lost", "owner_cannot_cope"))
		x := d.one(v.ID, "T-serious")
		require.Equal(d, incident.DutyPending, x.Status)

		d.shelf.Put(bookOf(d, testRules, ofTheClass, strictClass))
		d.correct(v.ID, stated("exceeds_capacity"))
		require.Equal(d, "ordinary", d.get("officer", v.ID).Class.Class, "the new table makes it ordinary")
		require.Equal(d, x, d.one(v.ID, "T-serious"), "but the facts on which the duty rests are what they were")

		taken := api.IncidentPatch{Facts: api.Set(map[string]api.Patch[bool]{"control_lost": api.Set(false)})}
		d.correct(v.ID, taken)
		require.Equal(d, incident.DutyPending, d.one(v.ID, "T-serious").Status, "by the new table it was not owed before either: the file is the cause")

		d.shelf.Put(bookOf(d, testRules, ofTheClass))
		d.correct(v.ID, stated("control_lost"))
		d.correct(v.ID, taken)
		require.True(d, ptr(d.one(v.ID, "T-serious")).Lapsed(), "by the table of before, the fact was")
	})
}
