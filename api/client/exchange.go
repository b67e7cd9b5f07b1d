package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/ungcuu/ungcuu/api"
)

// StartImport sends a file of old records; mediaType is that of the file.
func (c *Client) StartImport(ctx context.Context, q api.ImportQuery, mediaType string, file io.Reader) (api.Import, error) {
	var out api.Import
	resp, err := c.stream(ctx, http.MethodPost, path("imports")+query(q), mediaType, file)
	if err != nil {
		return out, err
	}
	defer func() { _ = resp.Body.Close() }()
	if err := json.NewDecoder(io.LimitReader(resp.Body, maxAnswer)).Decode(&out); err != nil {
		return out, fmt.Errorf("client: answer: %w", err)
	}
	return out, nil
}

// Import reads how far an import has come.
func (c *Client) Import(ctx context.Context, id string) (api.Import, error) {
	return get[api.Import](ctx, c, nil, "imports", id)
}

// Imports lists the imports, the newest first.
func (c *Client) Imports(ctx context.Context, p api.Paging) (api.ImportList, error) {
	return get[api.ImportList](ctx, c, p, "imports")
}

// ImportMappings lists the mappings of columns.
func (c *Client) ImportMappings(ctx context.Context, p api.Paging) (api.ImportMappingList, error) {
	return get[api.ImportMappingList](ctx, c, p, "import-mappings")
}

// ImportMapping reads a mapping.
func (c *Client) ImportMapping(ctx context.Context, name string) (api.NamedImportMapping, error) {
	return get[api.NamedImportMapping](ctx, c, nil, "import-mappings", name)
}

// PutImportMapping saves a mapping under its name.
func (c *Client) PutImportMapping(ctx context.Context, name string, body api.ImportMapping) (api.NamedImportMapping, error) {
	return call[api.NamedImportMapping](ctx, c, http.MethodPut, path("import-mappings", name), nil, body)
}

// DropImportMapping removes a mapping.
func (c *Client) DropImportMapping(ctx context.Context, name string) error {
	_, err := c.send(ctx, http.MethodDelete, path("import-mappings", name), nil, nil)
	return err
}

// ProposeImportMapping proposes a mapping by the headers of a file.
func (c *Client) ProposeImportMapping(ctx context.Context, body api.ProposeMapping) (api.MappingProposal, error) {
	return post[api.MappingProposal](ctx, c, Write{}, body, "import-mappings", "propose")
}

// Export writes the cases in sight to w as they come. After an error, what was written is
// not whole.
func (c *Client) Export(ctx context.Context, q api.ExportQuery, w io.Writer) error {
	resp, err := c.stream(ctx, http.MethodGet, path("incidents", "export")+query(q), "", nil)
	if err != nil {
		return err
	}
	_, err = io.Copy(w, resp.Body)
	return errors.Join(err, resp.Body.Close())
}

// stream sends a body as it comes, and leaves the answer to be read.
func (c *Client) stream(ctx context.Context, method, path, mediaType string, body io.Reader) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, body)
	if err != nil {
		return nil, fmt.Errorf("client: %w", err)
	}
	if mediaType != "" {
		req.Header.Set("Content-Type", mediaType)
	}
	if c.opts.Token != "" {
		req.Header.Set("Authorization", "Bearer "+c.opts.Token)
	}
	if c.opts.Language != "" {
		req.Header.Set("Accept-Language", c.opts.Language)
	}
	resp, err := c.opts.HTTPClient.Do(req)
	if err != nil {
		return nil, fmt.Errorf("client: %w", err)
	}
	if resp.StatusCode < 300 {
		return resp, nil
	}
	raw, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	return nil, errors.Join(err, resp.Body.Close(), problem(resp, raw))
}
