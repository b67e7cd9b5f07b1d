// Command asyncapi writes openapi/asyncapi.json, the AsyncAPI 3.0 document of the events: from
// the catalogue in package api, the closed lists of the domain, and one recorded message of
// each type in examples.jsonl, which `UNGCUU_RECORD=1 go test ./internal/app -run
// TestEveryTypeOfEvent` writes.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log"
	"os"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/httpapi"
)

type object = map[string]any

func main() {
	if err := run("scripts/asyncapi/examples.jsonl", "openapi/asyncapi.json"); err != nil {
		log.Fatal(err)
	}
}

func run(from, to string) error {
	recorded, err := examples(from)
	if err != nil {
		return err
	}
	doc, err := document(api.EventTypes, httpapi.Lists(), recorded)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(doc); err != nil {
		return fmt.Errorf("encode: %w", err)
	}
	return os.WriteFile(to, b.Bytes(), 0o644) //nolint:gosec // a document for everyone
}

// examples reads the recorded messages, by type.
func examples(path string) (map[string]json.RawMessage, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	out := map[string]json.RawMessage{}
	for line := range bytes.Lines(raw) {
		var e api.Event
		if err := json.Unmarshal(line, &e); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		out[e.Type] = bytes.TrimSpace(line)
	}
	return out, nil
}
