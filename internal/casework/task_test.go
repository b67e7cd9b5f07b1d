package casework_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/casework"
	"github.com/ungcuu/ungcuu/internal/checklist"
	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/incident"
)

func (d *desk) task(who, caseID string, edit func(*casework.NewTask)) (casework.TaskView, error) {
	in := casework.NewTask{Title: "Chặn dải địa chỉ", Audience: incident.AudienceParticipants, TLP: incident.TLPGreen}
	if edit != nil {
		edit(&in)
	}
	return d.AddTask(d.ctx(), d.call(who, ""), caseID, in)
}

func (d *desk) tasksOf(who string, f casework.TaskFilter) []casework.TaskView {
	d.Helper()
	f.Limit, f.Now = 200, d.at
	page, err := d.Tasks(d.ctx(), d.by(who), f)
	require.NoError(d, err)
	return page.Items
}

func TestATaskIsDoneByAColleagueOfTheAssigneeWhoChangesNothingElse(t *testing.T) {
	eachDesk(t, func(d *desk) {
		v := d.triaged()
		d.ask(v.ID, d.agency(incident.RolePolice), incident.Coordination)
		police := d.by("police").UserID
		task, err := d.task("officer", v.ID, func(n *casework.NewTask) { n.AssigneeID = &police })
		require.NoError(d, err)
		require.Equal(d, "Hoàng Đức Anh", task.AssigneeName)
		require.Len(d, d.tasksOf("police", casework.TaskFilter{AssigneeID: police}), 1)

		change := func(who, match string, p api.TaskPatch) (casework.TaskView, error) {
			return d.ChangeTask(d.ctx(), d.call(who, match), v.ID, task.ID, p)
		}
		_, err = change("police", `"1"`, api.TaskPatch{Title: api.Set("Khác")})
		require.ErrorIs(d, err, fault.Forbidden)
		_, err = change("reporter", `"1"`, api.TaskPatch{Status: api.Set("done")})
		require.ErrorIs(d, err, fault.Forbidden)
		_, err = change("military", `"1"`, api.TaskPatch{Status: api.Set("done")})
		require.ErrorIs(d, err, fault.NotFound)
		_, err = change("police", "", api.TaskPatch{Status: api.Set("done")})
		require.ErrorIs(d, err, fault.VersionRequired)
		got, err := change("police", `"1"`, api.TaskPatch{Status: api.Set("in_progress")})
		require.NoError(d, err)
		require.EqualValues(d, 2, got.Version)
		_, err = change("police", `"1"`, api.TaskPatch{Status: api.Set("done")})
		require.ErrorIs(d, err, fault.Stale)
		_, err = change("officer", "*", api.TaskPatch{Status: api.Set("cancelled")})
		require.ErrorIs(d, err, fault.Invalid, "a cancellation needs its reason")
		got, err = change("police", `"2"`, api.TaskPatch{Status: api.Set("done")})
		require.NoError(d, err)
		require.NotNil(d, got.EndedAt)
		_, err = change("officer", "*", api.TaskPatch{Title: api.Set("Khác")})
		require.ErrorIs(d, err, fault.Conflict, "what is done is not rewritten")
		same, err := change("officer", "*", api.TaskPatch{Status: api.Set("done")})
		require.NoError(d, err)
		require.EqualValues(d, 3, same.Version, "the same again changes nothing")
		got, err = change("officer", "*", api.TaskPatch{Status: api.Set("in_progress"), Reason: "Chưa xong", AssigneeID: api.Patch[string]{}})
		require.NoError(d, err)
		require.Nil(d, got.EndedAt)

		after, err := d.Get(d.ctx(), d.by("officer"), v.ID)
		require.NoError(d, err)
		require.Equal(d, v.Version, after.Version, "tasks do not move the case's version")
		require.Equal(d, []string{"task.added", "task.started", "task.done", "task.reopened"}, d.typesOf("police", v.ID, "task"))
	})
}

// typesOf is what the reader's timeline says of one kind of object.
func (d *desk) typesOf(who, caseID, kind string) (out []string) {
	d.Helper()
	entries, _, err := d.Timeline(d.ctx(), d.by(who), caseID, 0, 500)
	require.NoError(d, err)
	for _, e := range entries {
		if len(e.Type) > len(kind) && e.Type[:len(kind)+1] == kind+"." {
			out = append(out, e.Type)
		}
	}
	return out
}

func TestATaskGoesOnlyToWhoWillBeAbleToReadIt(t *testing.T) {
	eachDesk(t, func(d *desk) {
		v := d.triaged()
		d.ask(v.ID, d.agency(incident.RolePolice), incident.Coordination)
		for _, x := range []struct {
			who      string
			audience incident.Audience
			tlp      incident.TLP
			code     string
		}{
			{"police", incident.AudienceParticipants, incident.TLPAmber, ""},
			{"officer", incident.AudienceTeam, incident.TLPRed, ""},
			{"police", incident.AudienceTeam, incident.TLPGreen, "may_not_read"},
			{"police", incident.AudienceParticipants, incident.TLPAmberStrict, "may_not_read"},
			{"military", incident.AudienceParticipants, incident.TLPClear, "not_taking_part"},
			{"auditor", incident.AudienceTeam, incident.TLPClear, "not_taking_part"},
		} {
			id := d.by(x.who).UserID
			task, err := d.task("officer", v.ID, func(n *casework.NewTask) { n.AssigneeID, n.Audience, n.TLP = &id, x.audience, x.tlp })
			if x.code == "" {
				require.NoError(d, err)
				_, err = d.Service.Task(d.ctx(), d.by(x.who), v.ID, task.ID)
				require.NoError(d, err, "%s reads its task", x.who)
				continue
			}
			f, ok := fault.As(err)
			require.True(d, ok, "%s %s %s", x.who, x.audience, x.tlp)
			require.Equal(d, x.code, f.Fields[0].Code)
		}
		_, err := d.Correct(d.ctx(), d.call("lead", "*"), v.ID, api.IncidentPatch{Restricted: api.Set(true)})
		require.NoError(d, err)
		id := d.by("officer").UserID
		_, err = d.task("lead", v.ID, func(n *casework.NewTask) { n.AssigneeID = &id })
		f, ok := fault.As(err)
		require.True(d, ok)
		require.Equal(d, "not_named", f.Fields[0].Code)
		require.Empty(d, d.tasksOf("officer", casework.TaskFilter{}), "a restricted case keeps its tasks to who is named")
		require.Empty(d, d.tasksOf("police", casework.TaskFilter{}))
	})
}

func TestTasksOverAllCasesAreFilteredAndPaged(t *testing.T) {
	eachDesk(t, func(d *desk) {
		officer, soon := d.by("officer").UserID, d.at.Add(24*time.Hour)
		var ids []string
		for range 3 {
			v := d.triaged()
			for i := range 2 {
				task, err := d.task("officer", v.ID, func(n *casework.NewTask) {
					n.AssigneeID, n.Audience = &officer, incident.AudienceTeam
					if i == 0 {
						n.DueAt = &soon
					}
				})
				require.NoError(d, err)
				ids = append([]string{task.ID}, ids...)
			}
		}
		var got []string
		f := casework.TaskFilter{AssigneeID: officer, Limit: 4, Now: d.at}
		for {
			page, err := d.Tasks(d.ctx(), d.by("officer"), f)
			require.NoError(d, err)
			for _, x := range page.Items {
				got = append(got, x.ID)
			}
			if page.Next == nil {
				break
			}
			f.After = page.Next
		}
		require.Equal(d, ids, got, "every task once, the newest first")
		yes, no := true, false
		later := soon.Add(time.Second)
		require.Len(d, d.tasksOf("officer", casework.TaskFilter{DueBefore: &later}), 3)
		require.Empty(d, d.tasksOf("officer", casework.TaskFilter{Overdue: &yes}))
		d.at = soon.Add(time.Hour)
		require.Len(d, d.tasksOf("officer", casework.TaskFilter{Overdue: &yes}), 3)
		require.Len(d, d.tasksOf("officer", casework.TaskFilter{Overdue: &no}), 3)
		require.Empty(d, d.tasksOf("officer", casework.TaskFilter{Status: []string{"done"}}))
		require.Empty(d, d.tasksOf("reporter", casework.TaskFilter{}), "the team's tasks are the team's")
		require.Len(d, d.tasksOf("auditor", casework.TaskFilter{}), 6)
	})
}

func TestAChecklistIsAppliedOnceAndAgainOnlyWhatIsMissing(t *testing.T) {
	eachDesk(t, func(d *desk) {
		v := d.triaged()
		_, err := d.ApplyChecklist(d.ctx(), d.call("officer", ""), v.ID, "")
		f, ok := fault.As(err)
		require.True(d, ok)
		require.Equal(d, "no_national_type", f.Reasons[0].Code)
		_, err = d.Correct(d.ctx(), d.call("officer", "*"), v.ID, api.IncidentPatch{CategoryVN: api.Set("DOS")})
		require.NoError(d, err)
		dos, _ := checklist.Find("DOS")
		made, err := d.ApplyChecklist(d.ctx(), d.call("officer", ""), v.ID, "")
		require.NoError(d, err)
		require.Len(d, made, len(dos.Steps))
		require.Equal(d, dos.Steps[0].Text.VI, made[0].Title)
		_, err = d.ChangeTask(d.ctx(), d.call("officer", "*"), v.ID, made[0].ID, api.TaskPatch{Status: api.Set("cancelled"), Reason: "Đã làm qua điện thoại"})
		require.NoError(d, err)
		again, err := d.ApplyChecklist(d.ctx(), d.call("officer", ""), v.ID, "DOS")
		require.NoError(d, err)
		require.Empty(d, again, "a step that was cancelled does not come back")
		phish, _ := checklist.Find("PHISH")
		more, err := d.ApplyChecklist(d.ctx(), d.call("officer", ""), v.ID, "PHISH")
		require.NoError(d, err)
		common := 0
		for _, s := range phish.Steps {
			for _, x := range dos.Steps {
				if x.Key == s.Key {
					common++
				}
			}
		}
		require.Len(d, more, len(phish.Steps)-common)
		require.Len(d, d.typesOf("officer", v.ID, "task"), len(made)+1+len(more))
		_, err = d.ApplyChecklist(d.ctx(), d.call("reporter", ""), v.ID, "DOS")
		require.ErrorIs(d, err, fault.Forbidden)
		_, err = d.ApplyChecklist(d.ctx(), d.call("other", ""), v.ID, "DOS")
		require.ErrorIs(d, err, fault.NotFound)
	})
}

// A merge or a closure leaves tasks behind. They would be overdue for ever if nobody could end
// them.
func TestWhatACaseLeavesUndoneIsStillEndedAndNothingElseOfIt(t *testing.T) {
	eachDesk(t, func(d *desk) {
		v, into := d.triaged(), d.triaged()
		due := d.at.Add(time.Minute)
		var ids []string
		for range 2 {
			task, err := d.task("officer", v.ID, func(n *casework.NewTask) { n.DueAt = &due })
			require.NoError(d, err)
			ids = append(ids, task.ID)
		}
		d.merge(v.ID, into.ID)
		d.at = d.at.Add(time.Hour)
		overdue := true
		require.Len(d, d.tasksOf("officer", casework.TaskFilter{Overdue: &overdue}), 2)
		change := func(id string, p api.TaskPatch) error {
			_, err := d.ChangeTask(d.ctx(), d.call("officer", "*"), v.ID, id, p)
			return err
		}
		for _, p := range []api.TaskPatch{
			{Title: api.Set("Khác")}, {Status: api.Set("in_progress")}, {Title: api.Set("Khác"), Status: api.Set("done")},
		} {
			require.ErrorIs(d, change(ids[0], p), fault.Conflict)
		}
		require.NoError(d, change(ids[0], api.TaskPatch{Status: api.Set("done")}))
		require.NoError(d, change(ids[1], api.TaskPatch{Status: api.Set("cancelled"), Reason: "Làm tiếp ở hồ sơ nhận gộp"}))
		require.Empty(d, d.tasksOf("officer", casework.TaskFilter{Overdue: &overdue}))
		require.ErrorIs(d, change(ids[0], api.TaskPatch{Status: api.Set("open"), Reason: "r"}), fault.Conflict, "nothing is taken up again")
		_, err := d.task("officer", v.ID, nil)
		require.ErrorIs(d, err, fault.Conflict)
	})
}
