package client

import (
	"context"

	"github.com/ungcuu/ungcuu/api"
)

// NationalReports lists the national reports of a case.
func (c *Client) NationalReports(ctx context.Context, id string, p api.Paging) (api.NationalReportList, error) {
	return get[api.NationalReportList](ctx, c, p, "incidents", id, "national-reports")
}

// NationalReport reads one national report.
func (c *Client) NationalReport(ctx context.Context, id, rid string) (api.NationalReport, error) {
	return get[api.NationalReport](ctx, c, nil, "incidents", id, "national-reports", rid)
}

// FileNationalReport makes the draft of a report; for what is refused see api.NewNationalReport.
func (c *Client) FileNationalReport(ctx context.Context, w Write, id string, body api.NewNationalReport) (api.NationalReport, error) {
	return post[api.NationalReport](ctx, c, w, body, "incidents", id, "national-reports")
}

// ChangeNationalReport changes a draft; Write.Version is the draft's, 412 where it has moved on, 428 without.
func (c *Client) ChangeNationalReport(ctx context.Context, w Write, id, rid string, body api.NationalReportPatch) (api.NationalReport, error) {
	return patch[api.NationalReport](ctx, c, w, body, "incidents", id, "national-reports", rid)
}

// WithdrawNationalReport takes a draft back; that of a request for help is a team lead's, 403 for others.
func (c *Client) WithdrawNationalReport(ctx context.Context, w Write, id, rid string, body api.WithdrawNationalReport) (api.NationalReport, error) {
	return post[api.NationalReport](ctx, c, w, body, "incidents", id, "national-reports", rid, "withdraw")
}

// ReportForms lists the forms of reports in force on a day.
func (c *Client) ReportForms(ctx context.Context, f api.ReportFormFilter) (api.ReportFormList, error) {
	return get[api.ReportFormList](ctx, c, f, "report-forms")
}

// SendNationalReport says that a report went out; 409 names what its form still asks for, see api.SendReport.
func (c *Client) SendNationalReport(ctx context.Context, w Write, id, rid string, body api.SendReport) (api.NationalReport, error) {
	return post[api.NationalReport](ctx, c, w, body, "incidents", id, "national-reports", rid, "send")
}

// AcknowledgeNationalReport says who confirmed receipt; for what is refused see api.AcknowledgeReport.
func (c *Client) AcknowledgeNationalReport(ctx context.Context, w Write, id, rid string, body api.AcknowledgeReport) (api.NationalReport, error) {
	return post[api.NationalReport](ctx, c, w, body, "incidents", id, "national-reports", rid, "acknowledge")
}
