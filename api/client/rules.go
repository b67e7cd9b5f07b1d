package client

import (
	"context"

	"github.com/ungcuu/ungcuu/api"
)

// Rules lists the rules in force on a day.
func (c *Client) Rules(ctx context.Context, f api.RuleFilter) (api.RuleList, error) {
	return get[api.RuleList](ctx, c, f, "rules")
}

// RuleFacts lists the facts that the trigger of a rule may ask for.
func (c *Client) RuleFacts(ctx context.Context, p api.Paging) (api.RuleFactList, error) {
	return get[api.RuleFactList](ctx, c, p, "rules", "facts")
}

// RuleBooks lists every book of rules that ever came into force, for those who answer for them; 403 for others.
func (c *Client) RuleBooks(ctx context.Context, p api.Paging) (api.RuleBookList, error) {
	return get[api.RuleBookList](ctx, c, p, "rules", "books")
}

// RuleBook reads a book of rules with all it was made of; 404 for a version that was never in force.
func (c *Client) RuleBook(ctx context.Context, version string) (api.RuleBook, error) {
	return get[api.RuleBook](ctx, c, nil, "rules", "books", version)
}
