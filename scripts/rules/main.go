// Command rules writes openapi/RULES.md: who must do what, tell whom, by when, by which clause.
package main

import (
	"fmt"
	"os"

	"github.com/ungcuu/ungcuu/internal/regulation"
)

func main() {
	if err := os.WriteFile("openapi/RULES.md", []byte(regulation.Page()), 0o644); err != nil { //nolint:gosec // a document of the repository
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
