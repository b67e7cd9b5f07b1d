// Command rules writes openapi/rulepack.schema.json: the JSON Schema of the files of rules, from
// the types that regulation reads them into.
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
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
