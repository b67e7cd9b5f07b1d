package client

import (
	"context"
	"net/http"
	"net/url"

	"github.com/ungcuu/ungcuu/api"
)

// Rules lists the rules in force on a day.
func (c *Client) Rules(ctx context.Context, f api.RuleFilter) (api.RuleList, error) {
	return call[api.RuleList](ctx, c, http.MethodGet, "/api/v1/rules"+query(f), nil, nil)
}

// RuleFacts lists the facts that the trigger of a rule may ask for.
func (c *Client) RuleFacts(ctx context.Context, p api.Paging) (api.RuleFactList, error) {
	return call[api.RuleFactList](ctx, c, http.MethodGet, "/api/v1/rules/facts"+query(p), nil, nil)
}

// RuleBooks lists every book of rules that ever came into force.
func (c *Client) RuleBooks(ctx context.Context, p api.Paging) (api.RuleBookList, error) {
	return call[api.RuleBookList](ctx, c, http.MethodGet, "/api/v1/rules/books"+query(p), nil, nil)
}

// RuleBook reads a book of rules with all it was made of.
func (c *Client) RuleBook(ctx context.Context, version string) (api.RuleBook, error) {
	return call[api.RuleBook](ctx, c, http.MethodGet, "/api/v1/rules/books/"+url.PathEscape(version), nil, nil)
}
