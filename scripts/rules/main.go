// Command rules writes openapi/RULES.md: who must do what, tell whom, by when, by which clause,
// and openapi/rulepack.schema.json: the JSON Schema of the files of rules.
package main

import (
	"fmt"
	"os"

	"github.com/ungcuu/ungcuu/internal/regulation"
)

func main() {
	schema, err := regulation.Schema()
	if err == nil {
		err = os.WriteFile("openapi/rulepack.schema.json", schema, 0o644) //nolint:gosec // a document of the repository
	}
	if err == nil {
		err = os.WriteFile("openapi/RULES.md", []byte(regulation.Page()), 0o644) //nolint:gosec // a document of the repository
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
