package client

import (
	"context"
	"net/http"

	"github.com/ungcuu/ungcuu/api"
)

// NationalReports lists the national reports of a case.
func (c *Client) NationalReports(ctx context.Context, id string, p api.Paging) (api.NationalReportList, error) {
	return call[api.NationalReportList](ctx, c, http.MethodGet, incidentPath(id, "national-reports")+query(p), nil, nil)
}

// NationalReport reads one national report.
func (c *Client) NationalReport(ctx context.Context, id, rid string) (api.NationalReport, error) {
	return call[api.NationalReport](ctx, c, http.MethodGet, incidentPath(id, "national-reports", rid), nil, nil)
}

// FileNationalReport makes the draft of a report.
func (c *Client) FileNationalReport(ctx context.Context, w Write, id string, body api.NewNationalReport) (api.NationalReport, error) {
	return call[api.NationalReport](ctx, c, http.MethodPost, incidentPath(id, "national-reports"), w.headers(), body)
}

// ChangeNationalReport changes a draft; Write.Version is the draft's.
func (c *Client) ChangeNationalReport(ctx context.Context, w Write, id, rid string, body api.NationalReportPatch) (api.NationalReport, error) {
	return call[api.NationalReport](ctx, c, http.MethodPatch, incidentPath(id, "national-reports", rid), w.headers(), body)
}

// WithdrawNationalReport takes a draft back.
func (c *Client) WithdrawNationalReport(ctx context.Context, w Write, id, rid string, body api.WithdrawNationalReport) (api.NationalReport, error) {
	return call[api.NationalReport](ctx, c, http.MethodPost, incidentPath(id, "national-reports", rid, "withdraw"), w.headers(), body)
}

// ReportForms lists the forms of reports in force on a day.
func (c *Client) ReportForms(ctx context.Context, f api.ReportFormFilter) (api.ReportFormList, error) {
	return call[api.ReportFormList](ctx, c, http.MethodGet, "/api/v1/report-forms"+query(f), nil, nil)
}

// SendNationalReport says that a report went out.
func (c *Client) SendNationalReport(ctx context.Context, w Write, id, rid string, body api.SendReport) (api.NationalReport, error) {
	return call[api.NationalReport](ctx, c, http.MethodPost, incidentPath(id, "national-reports", rid, "send"), w.headers(), body)
}

// AcknowledgeNationalReport says who confirmed receipt.
func (c *Client) AcknowledgeNationalReport(ctx context.Context, w Write, id, rid string, body api.AcknowledgeReport) (api.NationalReport, error) {
	return call[api.NationalReport](ctx, c, http.MethodPost, incidentPath(id, "national-reports", rid, "acknowledge"), w.headers(), body)
}
