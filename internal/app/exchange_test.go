package app_test

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/app"
	"github.com/ungcuu/ungcuu/internal/exchange"
	"github.com/ungcuu/ungcuu/internal/store"
	"github.com/ungcuu/ungcuu/internal/store/storetest"
)

// bring imports a file as the administrator and waits for its end.
func (w *world) bring(q api.ImportQuery, file []byte) api.Import {
	w.Helper()
	i, err := w.as("admin").StartImport(w.Context(), q, "application/octet-stream", bytes.NewReader(file))
	require.NoError(w, err)
	await(w.T, 60*time.Second, "the import ends", func() bool {
		i, err = w.as("admin").Import(w.Context(), i.ID)
		require.NoError(w, err)
		return i.Status != "queued" && i.Status != "running"
	})
	return i
}

func (w *world) export(as, format string) []byte {
	w.Helper()
	var b bytes.Buffer
	require.NoError(w, w.as(as).Export(w.Context(), api.ExportQuery{Format: format}, &b))
	return b.Bytes()
}

func TestRealRecordsComeInOnceAndGoOutAgain(t *testing.T) {
	records := shared(t, "data/incidents-dev.json")
	databases(t, func(t *testing.T, cfg app.Config) {
		w := start(t, cfg)
		contents := storetest.Contents(t, store.Config{DataDir: w.cfg.Data, DatabaseURL: w.cfg.DatabaseURL})
		before := contents()
		dry := w.bring(api.ImportQuery{Format: "records", DryRun: true}, records)
		require.Equal(t, "checked", dry.Status)
		require.Equal(t, before, contents(), "a dry run writes nothing")
		listed := func(i api.Import) {
			t.Helper()
			require.Len(t, i.Errors, 4)
			for _, e := range i.Errors {
				require.Positive(t, e.Line)
				require.Equal(t, "/detected_at required", e.Pointer+" "+e.Code)
			}
		}
		whole := w.bring(api.ImportQuery{Format: "records", Name: "incidents-dev.json"}, records)
		require.Equal(t, "refused", whole.Status, "%+v", whole)
		require.Equal(t, []int{20, 16, 4, 0, 0}, []int{whole.Read, whole.Accepted, whole.Refused, whole.AlreadyThere, whole.Written})
		listed(whole)
		require.Equal(t, before, contents(), "one refused row keeps the whole file out")
		i := w.bring(api.ImportQuery{Format: "records", Name: "incidents-dev.json", SkipRefused: true}, records)
		require.Equal(t, "done", i.Status, "%+v", i)
		require.True(t, i.SkipRefused)
		require.Equal(t, []int{20, 16, 4, 0, 16}, []int{i.Read, i.Accepted, i.Refused, i.AlreadyThere, i.Written})
		listed(i)
		after := contents()
		again := w.bring(api.ImportQuery{Format: "records", SkipRefused: true}, records)
		require.Equal(t, []int{20, 0, 4, 16, 0}, []int{again.Read, again.Accepted, again.Refused, again.AlreadyThere, again.Written})
		require.Equal(t, after, contents())

		list, err := w.as("officer").Incidents(t.Context(), api.IncidentFilter{Paging: api.Paging{Limit: 200}})
		require.NoError(t, err)
		require.Len(t, list.Items, 16)
		one := list.Items[0]
		require.True(t, one.Imported)
		require.Equal(t, "closed", one.Status)
		require.Empty(t, one.Natures, "a label of the collector is no fact")
		duties, err := w.as("officer").CaseObligations(t.Context(), one.ID, api.Paging{})
		require.NoError(t, err)
		require.Empty(t, duties.Items)
		line, err := w.as("officer").Timeline(t.Context(), one.ID, api.Paging{})
		require.NoError(t, err)
		require.Len(t, line.Items, 1)
		require.Equal(t, "incident.imported", line.Items[0].Type)
		moves, err := w.as("lead").Moves(t.Context(), one.ID, api.Paging{Limit: 50})
		require.NoError(t, err)
		for _, m := range moves.Items {
			require.False(t, m.Allowed, m.Move)
		}
		for _, format := range exchange.ExportFormats {
			out := w.export("officer", format)
			back := w.bring(api.ImportQuery{Format: format}, out)
			require.Equal(t, []int{16, 0, 0, 16}, []int{back.Read, back.Accepted, back.Refused, back.AlreadyThere}, "%s: %+v", format, back.Errors)
		}
		require.Equal(t, after, contents())
		found, err := w.as("officer").Incidents(t.Context(), api.IncidentFilter{Q: "tan son nhat"})
		require.NoError(t, err)
		require.Len(t, found.Items, 2, "one has it in its title, one in its description")
	})
}

func TestAnExportHoldsWhatItsReaderMaySee(t *testing.T) {
	databases(t, func(t *testing.T, cfg app.Config) {
		d := openDoor(t, cfg)
		d.make(caseKind{state: "closed"})
		d.make(caseKind{state: "triaged", restricted: true})
		for who, want := range map[string]struct {
			cases                 int
			description, category bool
			contact               bool
		}{
			"lead": {2, true, true, true}, "officer": {1, true, true, true}, "auditor": {2, true, true, true},
			"leader": {1, false, true, false}, "reporter": {1, true, false, true}, "other": {}, "admin": {},
		} {
			rows := strings.Split(strings.TrimSpace(string(d.export(who, "jsonl"))), "\n")
			if want.cases == 0 {
				require.Equal(t, []string{""}, rows, who)
				continue
			}
			require.Len(t, rows, want.cases, who)
			for _, row := range rows {
				require.Equal(t, want.description, strings.Contains(row, "Không truy cập được từ 7 giờ"), who)
				require.Equal(t, want.category, strings.Contains(row, "availability.ddos"), who)
				require.Equal(t, want.contact, strings.Contains(row, "Đinh Thị Lan"), who)
			}
		}
		r := d.send(httpCall{as: "officer", method: http.MethodGet, path: "/api/v1/incidents/export?format=csv&q=cong+dich"})
		require.Equal(t, http.StatusOK, r.status)
		require.Regexp(t, `^attachment; filename="ungcuu-su-co-\d{8}-\d{4}\.csv"$`, r.header.Get("Content-Disposition"))
		require.Equal(t, 3, strings.Count(r.body, "\n"))
		// A live case that comes back unchanged is there; one that was edited is refused.
		line := d.export("officer", "jsonl")
		require.Equal(t, 1, d.bring(api.ImportQuery{Format: "jsonl"}, line).AlreadyThere)
		edited := d.bring(api.ImportQuery{Format: "jsonl"}, bytes.Replace(line, []byte("7 giờ"), []byte("8 giờ"), 1))
		require.Equal(t, 1, edited.Refused)
		require.Equal(t, "differs", edited.Errors[0].Code)
		require.NotContains(t, edited.Errors[0].MessageEN, "description", "the administrator does not see the case")
	})
}

func TestAnOldRecordStandsInItsYearAndKeepsWhatWasDone(t *testing.T) {
	databases(t, func(t *testing.T, cfg app.Config) {
		w := start(t, cfg)
		line := `{"title":"Trang web bị thay đổi","description":"Bị chèn hình","detected_at":"2019-01-02T00:00:00Z","system":{"name":"Cổng TTĐT"},"resolution":{"summary":"Khôi phục từ bản sao lưu"}}`
		i := w.bring(api.ImportQuery{Format: "jsonl"}, []byte(line))
		require.Equal(t, 1, i.Written, "%+v", i.Errors)
		list, err := w.as("officer").Incidents(t.Context(), api.IncidentFilter{Q: "chen hinh"})
		require.NoError(t, err)
		require.Len(t, list.Items, 1)
		got := list.Items[0]
		require.Equal(t, "SL-2019-000001", got.Code)
		require.Equal(t, got.DetectedAt, got.ReportedAt)
		require.Equal(t, &api.Resolution{Summary: "Khôi phục từ bản sao lưu"}, got.Resolution)
		again := w.bring(api.ImportQuery{Format: "jsonl"}, []byte(line))
		require.Equal(t, []int{1, 0}, []int{again.AlreadyThere, again.Refused})
	})
}

const bookHead = "Ngày phát hiện,Đơn vị,Tiêu đề,Mô tả,Mức độ,Loại sự cố,Hệ thống,Số tham chiếu,Bí mật nhà nước\n"

func TestABookIsReadByASavedMapping(t *testing.T) {
	databases(t, func(t *testing.T, cfg app.Config) {
		w := start(t, cfg)
		admin := w.as("admin")
		contents := storetest.Contents(t, store.Config{DataDir: w.cfg.Data, DatabaseURL: w.cfg.DatabaseURL})
		p, err := admin.ProposeImportMapping(t.Context(), api.ProposeMapping{Headers: strings.Split(strings.TrimSpace(bookHead), ",")})
		require.NoError(t, err)
		require.Empty(t, p.Missing)
		p.Mapping.Source = "Sổ theo dõi 2019"
		_, err = admin.PutImportMapping(t.Context(), "so-theo-doi", p.Mapping)
		require.NoError(t, err)
		m, err := admin.ImportMapping(t.Context(), "so-theo-doi")
		require.NoError(t, err)
		require.Equal(t, p.Mapping.Columns, m.Columns)
		q := api.ImportQuery{Format: "csv", Mapping: "so-theo-doi", Name: "so.csv"}
		good := bookHead + "02/03/2019 08:15,Sở Y tế,Mã độc,Máy chủ hỏng,Cao,Mã độc,HIS,12,\n03/03/2019,Xã Mường La,Thư rác,Nhiều thư,Thấp,Thư rác,Thư,13,\n"
		before := contents()
		for want, body := range map[string]string{
			"3 A /detected_at not_in_date_formats": strings.Replace(good, "03/03/2019", "hôm qua", 1),
			"3 I  ragged_row":                      strings.Replace(good, "13,\n", "\n", 1),
			"1   missing_header":                   strings.Replace(good, "Mô tả", "Ghi chú", 1),
			"3 C /title control_character":         strings.Replace(good, "Thư rác,N", "Thư\x07rác,N", 1),
		} {
			i := w.bring(q, []byte(body))
			require.Equal(t, "broken", i.Status, want)
			e := i.Errors[0]
			require.Equal(t, want, strings.Join([]string{strconv.Itoa(e.Line), e.Column, e.Pointer, e.Code}, " "))
			require.Equal(t, before, contents(), "%s wrote something", want)
		}
		mixed := []byte(good + "04/03/2019,,Tài liệu mật,nội dung mật,Cao,Khác,X,14,có\n05/03/2019,,Sai,x,Rất nặng,Khác,X,15,\n,,Không ngày,x,Cao,Khác,X,16,\n02/03/2019 08:15,Sở Y tế,Mã độc,Khác,Cao,Mã độc,HIS,12,\n")
		i := w.bring(q, mixed)
		require.Equal(t, "refused", i.Status)
		require.Equal(t, []int{6, 2, 4, 0}, []int{i.Read, i.Accepted, i.Refused, i.Written}, "%+v", i.Errors)
		require.Equal(t, before, contents())
		skip := q
		skip.SkipRefused = true
		i = w.bring(skip, mixed)
		require.Equal(t, "done", i.Status)
		require.Equal(t, []int{6, 2, 4}, []int{i.Read, i.Written, i.Refused}, "%+v", i.Errors)
		var codes []string
		for _, e := range i.Errors {
			codes = append(codes, strconv.Itoa(e.Line)+" "+e.Column+" "+e.Code)
			require.NotContains(t, e.Message+e.MessageEN, "nội dung mật")
		}
		require.ElementsMatch(t, []string{"4 I state_secret", "5 E not_in_list", "6 A required", "7  repeated"}, codes)
		list, err := w.as("officer").Incidents(t.Context(), api.IncidentFilter{Q: "thu rac"})
		require.NoError(t, err)
		require.Len(t, list.Items, 1)
		require.Contains(t, *list.Items[0].Description, "Đơn vị báo cáo (theo dữ liệu nhập): Xã Mường La")
		require.Equal(t, "day", list.Items[0].DetectedPrecision)
		changed := w.bring(q, []byte(strings.Replace(good, "Máy chủ hỏng", "Máy chủ cháy", 1)))
		require.Equal(t, "refused", changed.Status)
		require.Equal(t, []int{1, 1, 0}, []int{changed.AlreadyThere, changed.Refused, changed.Written})
		require.Contains(t, changed.Errors[0].MessageEN, "description")
		require.NoError(t, admin.DropImportMapping(t.Context(), "so-theo-doi"))
		_, err = admin.ImportMapping(t.Context(), "so-theo-doi")
		w.fails(err, http.StatusNotFound, "")
		all, err := admin.Imports(t.Context(), api.Paging{Limit: 2})
		require.NoError(t, err)
		require.Len(t, all.Items, 2)
		require.Equal(t, changed.ID, all.Items[0].ID)
	})
}

func TestTheCommandLineImportsAndSaysWhatItRefused(t *testing.T) {
	databases(t, func(t *testing.T, cfg app.Config) {
		w := start(t, cfg)
		name := filepath.Join(t.TempDir(), "a.jsonl")
		require.NoError(t, os.WriteFile(name, []byte(`{"title":"a","description":"b","detected_at":"2019-01-02T00:00:00Z","system":{"name":"s"},"reported_at":"2019-02-01T00:00:00Z"}`+"\n{\"title\":\"b\",\"description\":\"b\",\"detected_at\":\"\",\"system\":{\"name\":\"s\"}}\n"), 0o600))
		var out bytes.Buffer
		err := app.Import(t.Context(), w.cfg, app.ImportOptions{Format: "jsonl", Files: []string{name}, As: "admin"}, slog.New(slog.DiscardHandler), &out, io.Discard)
		var refused app.RefusedError
		require.ErrorAs(t, err, &refused)
		require.Contains(t, out.String(), "a.jsonl:2 /detected_at: required")
		require.Contains(t, out.String(), "a.jsonl: refused: read 2, accepted 1, refused 1, already there 0, written 0")
		none, err := w.as("officer").Incidents(t.Context(), api.IncidentFilter{})
		require.NoError(t, err)
		require.Empty(t, none.Items)
		out.Reset()
		err = app.Import(t.Context(), w.cfg, app.ImportOptions{Format: "jsonl", Files: []string{name}, As: "admin", SkipRefused: true}, slog.New(slog.DiscardHandler), &out, io.Discard)
		require.ErrorAs(t, err, &refused)
		require.Contains(t, out.String(), "read 2, accepted 1, refused 1, already there 0, written 1")
		list, err := w.as("officer").Incidents(t.Context(), api.IncidentFilter{})
		require.NoError(t, err)
		require.Len(t, list.Items, 1)
		require.Equal(t, "SL-2019-000001", list.Items[0].Code)
		require.Error(t, app.Import(t.Context(), w.cfg, app.ImportOptions{Format: "jsonl", Files: []string{name}, As: "officer"}, slog.New(slog.DiscardHandler), &out, io.Discard))
	})
}
