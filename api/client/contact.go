package client

import (
	"context"
	"net/http"
	"net/url"

	"github.com/ungcuu/ungcuu/api"
)

func contactPath(id, more string) string { return "/api/v1/contacts/" + url.PathEscape(id) + more }

// Contacts lists contacts.
func (c *Client) Contacts(ctx context.Context, f api.ContactFilter) (api.ContactList, error) {
	return call[api.ContactList](ctx, c, http.MethodGet, "/api/v1/contacts"+query(f), nil, nil)
}

// StaleContacts lists the contacts that cannot be relied on.
func (c *Client) StaleContacts(ctx context.Context, p api.Paging) (api.StaleContactList, error) {
	return call[api.StaleContactList](ctx, c, http.MethodGet, "/api/v1/contacts/stale"+query(p), nil, nil)
}

// Contact reads one contact.
func (c *Client) Contact(ctx context.Context, id string) (api.Contact, error) {
	return call[api.Contact](ctx, c, http.MethodGet, contactPath(id, ""), nil, nil)
}

// CreateContact adds a contact.
func (c *Client) CreateContact(ctx context.Context, w Write, body api.NewContact) (api.Contact, error) {
	return call[api.Contact](ctx, c, http.MethodPost, "/api/v1/contacts", w.headers(), body)
}

// ChangeContact changes a contact.
func (c *Client) ChangeContact(ctx context.Context, w Write, id string, body api.ContactPatch) (api.Contact, error) {
	return call[api.Contact](ctx, c, http.MethodPatch, contactPath(id, ""), w.headers(), body)
}

// ConfirmContact records that a contact was tried today.
func (c *Client) ConfirmContact(ctx context.Context, w Write, id string) (api.Contact, error) {
	return call[api.Contact](ctx, c, http.MethodPost, contactPath(id, "/confirm"), w.headers(), nil)
}

// EndContact ends a contact.
func (c *Client) EndContact(ctx context.Context, w Write, id string, body api.EndContact) (api.Contact, error) {
	return call[api.Contact](ctx, c, http.MethodPost, contactPath(id, "/end"), w.headers(), body)
}

// Shifts lists a duty roster.
func (c *Client) Shifts(ctx context.Context, f api.ShiftFilter) (api.ShiftList, error) {
	return call[api.ShiftList](ctx, c, http.MethodGet, "/api/v1/duty-shifts"+query(f), nil, nil)
}

// AddShift puts somebody on the roster.
func (c *Client) AddShift(ctx context.Context, w Write, body api.NewShift) (api.Shift, error) {
	return call[api.Shift](ctx, c, http.MethodPost, "/api/v1/duty-shifts", w.headers(), body)
}

// CancelShift takes a shift off the roster.
func (c *Client) CancelShift(ctx context.Context, w Write, id string) (api.Shift, error) {
	return call[api.Shift](ctx, c, http.MethodPost, "/api/v1/duty-shifts/"+url.PathEscape(id)+"/cancel", w.headers(), nil)
}
