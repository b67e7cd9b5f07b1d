package notify

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"
	"text/template"
	"time"

	"github.com/ungcuu/ungcuu/internal/incident"
)

//go:embed mail/*.txt
var files embed.FS

// letter is what a mail may say. It is thin, because mails travel in the open: no title,
// description, message, nature or TLP. A report to the national level that is sent by e-mail
// is the exception: it carries its form.
type letter struct {
	Code              string
	FormerCode        string // of the case that was merged into this one
	KindCode          string
	Kind, KindEN      string
	Heading           string // the kind, as it goes on with "… sự cố"
	Urgency           string
	UrgencyEN         string
	Tag               string // "[HỎA TỐC] ", empty for the ordinary urgency
	From, FromEN      string // the agency that asked or sent
	To, ToEN          string // the agency that was addressed
	Status, StatusEN  string
	AcknowledgeBy     string
	Clause            string
	Duty              duty   // of a reminder
	Form              string // of a report: the title of its form
	Lines             []line // and what it says
	KeepSecret        bool
	ReceivedAt        string // of a receipt: when the report came in
	Phone             string // and the published telephone of who handles it
	template, agency  string // which mail, and whose duty contacts get it
	also              string // an address beside them
	quiet             bool   // that nobody could be told is no failure
	eventID, incident string
}

// zone is the one time zone of Viet Nam, which has no summer time.
var zone = time.FixedZone("Asia/Ho_Chi_Minh", 7*60*60)

func civil(t time.Time) string { return t.In(zone).Format(time.DateOnly) }

func local(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.In(zone).Format("02/01/2006 15:04")
}

var headings = map[incident.HandoverKind]string{
	incident.Notice:           "Thông báo về sự cố",
	incident.Coordination:     "Đề nghị phối hợp xử lý sự cố",
	incident.Mobilisation:     "Đề nghị huy động nguồn lực xử lý sự cố",
	incident.Investigation:    "Chuyển điều tra, xác minh sự cố",
	incident.EvidenceTransfer: "Bàn giao chứng cứ của sự cố",
	incident.SanctionReferral: "Đề nghị xử lý vi phạm liên quan đến sự cố",
	incident.Direction:        "Xin ý kiến chỉ đạo về sự cố",
}

var kindsEN = map[incident.HandoverKind]string{
	incident.Notice:           "notice",
	incident.Coordination:     "request for coordination",
	incident.Mobilisation:     "request for resources",
	incident.Investigation:    "referral for investigation",
	incident.EvidenceTransfer: "transfer of evidence",
	incident.SanctionReferral: "referral for sanctions",
	incident.Direction:        "request for direction",
}

var statusesEN = map[incident.HandoverStatus]string{
	incident.Accepted: "accepted", incident.PartlyAccepted: "partly accepted",
}

var urgenciesEN = map[incident.Urgency]string{
	incident.Normal: "ordinary", incident.Khan: "urgent", incident.ThuongKhan: "very urgent", incident.HoaToc: "express",
}

// reports are the national reports, by kind: the help request, and the forms of the incident
// reports that the rules name.
var reports = map[incident.ReportKind][2]string{
	incident.HelpRequest: {"Đề nghị hỗ trợ xử lý sự cố", "request for help"},
	"notice":             {"Thông báo sự cố", "notice of an incident"},
	"initial":            {"Báo cáo ban đầu sự cố", "initial report"},
	"progress":           {"Báo cáo diễn biến sự cố", "progress report"},
	"plan":               {"Báo cáo phương án ứng cứu sự cố", "response plan"},
	"final":              {"Báo cáo kết thúc ứng phó sự cố", "final report"},
}

func (l *letter) ofHandover(h *incident.Handover, status incident.HandoverStatus) {
	l.KindCode, l.Kind, l.KindEN, l.Heading = string(h.Kind), h.Kind.VI(), kindsEN[h.Kind], headings[h.Kind]
	l.Urgency, l.UrgencyEN = incident.UrgencyVI[h.Urgency], urgenciesEN[h.Urgency]
	if h.Urgency != incident.Normal && l.Urgency != "" {
		l.Tag = "[" + strings.ToUpper(l.Urgency) + "] "
	}
	l.Status, l.StatusEN = status.VI(), statusesEN[status]
	l.AcknowledgeBy = local(h.AcknowledgeBy)
}

func (l *letter) ofReport(r *incident.NationalReport) {
	words, ok := reports[r.Kind]
	if !ok {
		words = [2]string{"Thông báo, báo cáo sự cố", "incident report"}
	}
	l.KindCode, l.Kind, l.Heading, l.KindEN = string(r.Kind), words[0], words[0], words[1]
}

// parties names both sides.
func (l *letter) parties(from, to *incident.Agency) {
	l.From, l.FromEN, l.To, l.ToEN = from.Name, from.NameEN, to.Name, to.NameEN
	if l.FromEN == "" {
		l.FromEN = l.From
	}
	if l.ToEN == "" {
		l.ToEN = l.To
	}
}

// letters are the mails, by the name of their file.
type letters map[string]*template.Template

func readLetters() (letters, error) {
	names, err := fs.Glob(files, "mail/[a-z]*.txt")
	if err != nil {
		return nil, fmt.Errorf("notify: mails: %w", err)
	}
	all := letters{}
	for _, name := range names {
		t, err := template.New("").Option("missingkey=error").Funcs(template.FuncMap{"upper": strings.ToUpper}).ParseFS(files, "mail/_shared.txt", name)
		if err != nil {
			return nil, fmt.Errorf("notify: mails: %w", err)
		}
		all[strings.TrimSuffix(strings.TrimPrefix(name, "mail/"), ".txt")] = t
	}
	return all, nil
}

// write renders the subject and the body, Vietnamese first.
func (ls letters) write(l *letter) (subject, body string, err error) {
	t, ok := ls[l.template]
	if !ok {
		return "", "", fmt.Errorf("notify: there is no mail %q", l.template)
	}
	part := func(name string) string {
		var b strings.Builder
		if e := t.ExecuteTemplate(&b, name, l); e != nil && err == nil {
			err = fmt.Errorf("notify: mail %s: %w", l.template, e)
		}
		return strings.TrimSpace(b.String())
	}
	subject = strings.Join(strings.Fields(part("subject")), " ") // one line, whatever a name holds
	body = part("vi") + "\n\n" + strings.Repeat("-", 40) + "\n\n" + part("en") + "\n"
	return subject, body, err
}
