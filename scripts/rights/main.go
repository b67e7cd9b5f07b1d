// Command rights writes openapi/RIGHTS.md: who may do and see what, from the tables of policy.
package main

import (
	"fmt"
	"os"

	"github.com/ungcuu/ungcuu/internal/policy"
)

func main() {
	if err := os.WriteFile("openapi/RIGHTS.md", []byte(policy.Rights()), 0o644); err != nil { //nolint:gosec // a document of the repository
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
