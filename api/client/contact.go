package client

import (
	"context"

	"github.com/ungcuu/ungcuu/api"
)

// Contacts lists contacts.
func (c *Client) Contacts(ctx context.Context, f api.ContactFilter) (api.ContactList, error) {
	return get[api.ContactList](ctx, c, f, "contacts")
}

// StaleContacts lists the contacts that cannot be relied on.
func (c *Client) StaleContacts(ctx context.Context, p api.Paging) (api.StaleContactList, error) {
	return get[api.StaleContactList](ctx, c, p, "contacts", "stale")
}

// Contact reads one contact.
func (c *Client) Contact(ctx context.Context, id string) (api.Contact, error) {
	return get[api.Contact](ctx, c, nil, "contacts", id)
}

// CreateContact adds a contact.
func (c *Client) CreateContact(ctx context.Context, w Write, body api.NewContact) (api.Contact, error) {
	return post[api.Contact](ctx, c, w, body, "contacts")
}

// ChangeContact changes a contact.
func (c *Client) ChangeContact(ctx context.Context, w Write, id string, body api.ContactPatch) (api.Contact, error) {
	return patch[api.Contact](ctx, c, w, body, "contacts", id)
}

// ConfirmContact records that a contact was tried today.
func (c *Client) ConfirmContact(ctx context.Context, w Write, id string) (api.Contact, error) {
	return post[api.Contact](ctx, c, w, nil, "contacts", id, "confirm")
}

// EndContact ends a contact.
func (c *Client) EndContact(ctx context.Context, w Write, id string, body api.EndContact) (api.Contact, error) {
	return post[api.Contact](ctx, c, w, body, "contacts", id, "end")
}

// Shifts lists a duty roster.
func (c *Client) Shifts(ctx context.Context, f api.ShiftFilter) (api.ShiftList, error) {
	return get[api.ShiftList](ctx, c, f, "duty-shifts")
}

// AddShift puts somebody on the roster.
func (c *Client) AddShift(ctx context.Context, w Write, body api.NewShift) (api.Shift, error) {
	return post[api.Shift](ctx, c, w, body, "duty-shifts")
}

// CancelShift takes a shift off the roster.
func (c *Client) CancelShift(ctx context.Context, w Write, id string) (api.Shift, error) {
	return post[api.Shift](ctx, c, w, nil, "duty-shifts", id, "cancel")
}
