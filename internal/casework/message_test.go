package casework_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
)

func TestTheReporterAndTheDeskTalkAndNobodyElseHears(t *testing.T) {
	eachDesk(t, func(d *desk) {
		v := d.triaged()
		d.ask(v.ID, d.agency(incident.RolePolice), incident.Coordination)
		say := func(who string) error {
			_, err := d.SendMessage(d.ctx(), d.call(who, ""), v.ID, "Lời của "+who)
			return err
		}
		require.NoError(d, say("reporter"))
		require.NoError(d, say("officer"))
		require.NoError(d, say("lead"))
		for _, who := range []string{"police", "auditor", "leader"} {
			require.ErrorIs(d, say(who), fault.Forbidden, who)
		}
		for _, who := range []string{"other", "military", "admin"} {
			require.ErrorIs(d, say(who), fault.NotFound, who)
		}
		reads := func(who string) (out []incident.MessageDirection) {
			page, err := d.Messages(d.ctx(), d.by(who), v.ID, nil, 10)
			require.NoError(d, err)
			for _, m := range page.Items {
				out = append(out, m.Direction)
			}
			require.Len(d, d.typesOf(who, v.ID, "message"), len(out), "the timeline tells %s as much as the list", who)
			return out
		}
		whole := []incident.MessageDirection{incident.FromAgency, incident.ToAgency, incident.ToAgency}
		for _, who := range []string{"reporter", "officer", "lead2", "auditor"} {
			require.Equal(d, whole, reads(who), who)
		}
		for _, who := range []string{"police", "leader"} {
			require.Empty(d, reads(who), who)
		}
		_, err := d.Messages(d.ctx(), d.by("other"), v.ID, nil, 10)
		require.ErrorIs(d, err, fault.NotFound)
		_, err = d.SendMessage(d.ctx(), d.call("officer", ""), v.ID, " ")
		require.ErrorIs(d, err, fault.Invalid)

		w := d.report()
		_, err = d.Reject(d.ctx(), d.call("lead", "*"), w.ID, "false_positive", "Bảo trì")
		require.NoError(d, err)
		_, err = d.SendMessage(d.ctx(), d.call("reporter", ""), w.ID, "Vì sao?")
		require.ErrorIs(d, err, fault.Conflict)
		_, err = d.Messages(d.ctx(), d.by("reporter"), w.ID, nil, 10)
		require.NoError(d, err)
	})
}
