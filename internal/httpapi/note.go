package httpapi

import (
	"context"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/casework"
	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/store"
)

// addNote adds a note.
//
// @Summary   Thêm ghi chú · Add a note
// @Description audience: team chỉ đội đọc; participants các bên tham gia đọc, theo nhãn TLP. · team: the team alone; participants: whoever takes part, as the TLP label allows.
// @Tags      notes
// @Param     body  body      api.NewNote  true  "Ghi chú · The note"
// @Success   201   {object}  api.Note
// @Router    /api/v1/incidents/{id}/notes [post]
func (s *Server) addNote(ctx context.Context, x in[none, api.NewNote]) (out[api.Note], error) {
	n, err := s.cases.AddNote(ctx, x.Call, x.id, casework.NewNote{
		Text: x.body.Text, Audience: incident.Audience(x.body.Audience),
		TLP: incident.TLP(orElse(x.body.TLP, string(incident.TLPAmber))), Confidential: x.body.Confidential,
	})
	return out[api.Note]{body: noteView(n), location: incidents + "/" + x.id + "/notes"}, err
}

// notes lists the notes of a case.
//
// @Summary   Ghi chú của hồ sơ · Notes of an incident
// @Tags      notes
// @Param     filter  query     api.Paging  false  "Trang · Paging"
// @Success   200     {object}  api.NoteList
// @Router    /api/v1/incidents/{id}/notes [get]
func (s *Server) notes(ctx context.Context, x in[api.Paging, none]) (out[api.NoteList], error) {
	items, end, err := keyset(x.page, func(after *store.Position, limit int) (casework.Page[casework.NoteView], error) {
		return s.cases.Notes(ctx, x.By, x.id, after, limit)
	})
	return reply(api.NoteList{Items: each(items, noteView), Paged: end}, err)
}

// timeline lists the events of a case.
//
// @Summary   Dòng thời gian · Timeline
// @Description Theo thứ tự; chỗ trống ở seq là sự kiện không được xem. · In order; gaps in seq are events the caller may not see.
// @Tags      incidents
// @Param     filter  query     api.Paging  false  "Trang · Paging"
// @Success   200     {object}  api.Timeline
// @Router    /api/v1/incidents/{id}/timeline [get]
func (s *Server) timeline(ctx context.Context, x in[api.Paging, none]) (out[api.Timeline], error) {
	list, more, err := s.cases.Timeline(ctx, x.By, x.id, x.page.at.Seq, x.page.limit)
	if err != nil {
		return out[api.Timeline]{}, err
	}
	var end api.Paged
	if more {
		end = x.page.endAt(cursor{Seq: list[len(list)-1].Seq})
	}
	if x.page.count {
		total, capped, err := countBy(func(after *int64) (int, *int64, error) { return s.events(ctx, x, after) })
		if err != nil {
			return out[api.Timeline]{}, err
		}
		end = x.page.counted(end, total, capped)
	}
	return reply(api.Timeline{Paged: end, Items: each(list, func(e casework.Entry) api.TimelineEntry {
		return api.TimelineEntry{
			Seq: e.Seq, Type: e.Type, At: stamp(e.At), Data: e.Data,
			Actor: api.TimelineActor{Name: e.ActorName, Agency: e.AgencyName},
		}
	})}, nil)
}

func (s *Server) events(ctx context.Context, x in[api.Paging, none], after *int64) (int, *int64, error) {
	var seq int64
	if after != nil {
		seq = *after
	}
	list, more, err := s.cases.Timeline(ctx, x.By, x.id, seq, 200)
	if err != nil || !more {
		return len(list), nil, err
	}
	return len(list), &list[len(list)-1].Seq, nil
}

// participants lists the agencies that take part.
//
// @Summary   Các bên tham gia · Participants
// @Tags      incidents
// @Param     filter  query     api.Paging  false  "Trang · Paging"
// @Success   200     {object}  api.ParticipantList
// @Router    /api/v1/incidents/{id}/participants [get]
func (s *Server) participants(ctx context.Context, x in[api.Paging, none]) (out[api.ParticipantList], error) {
	list, err := s.cases.Participants(ctx, x.By, x.id)
	list, end := cut(x.page, list, func(p casework.ParticipantView) string { return p.Agency.ID })
	return reply(api.ParticipantList{Paged: end, Items: each(list, func(p casework.ParticipantView) api.Participant {
		return api.Participant{
			Agency: api.AgencyRef{ID: p.Agency.ID, Code: p.Agency.Code, Name: p.Agency.Name},
			Lead:   p.Lead, AsReporter: p.AsReporter, AsPartner: p.AsPartner, By: each(p.Takings, takingView),
		}
	})}, err)
}

func noteView(n casework.NoteView) api.Note {
	return api.Note{
		ID: n.ID, IncidentID: n.IncidentID, Audience: string(n.Audience), TLP: string(n.TLP), Confidential: n.Confidential, Text: n.Text,
		AuthorID: n.AuthorID, Author: orNull(n.AuthorName), AgencyID: n.AgencyID, Agency: orNull(n.AgencyName),
		CreatedAt: stamp(n.CreatedAt),
	}
}
