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

// SendNationalReport says that a report went out.
func (c *Client) SendNationalReport(ctx context.Context, w Write, id, rid string, body api.SendReport) (api.NationalReport, error) {
	return call[api.NationalReport](ctx, c, http.MethodPost, incidentPath(id, "national-reports", rid, "send"), w.headers(), body)
}

// AcknowledgeNationalReport says who confirmed receipt.
func (c *Client) AcknowledgeNationalReport(ctx context.Context, w Write, id, rid string, body api.AcknowledgeReport) (api.NationalReport, error) {
	return call[api.NationalReport](ctx, c, http.MethodPost, incidentPath(id, "national-reports", rid, "acknowledge"), w.headers(), body)
}
