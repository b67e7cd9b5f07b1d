// Command diagram writes the lifecycle's diagram into internal/README.md, from the table.
package main

import (
	"fmt"
	"os"
	"regexp"

	"github.com/ungcuu/ungcuu/internal/incident"
)

const doc = "internal/README.md"

var block = regexp.MustCompile("(?s)```mermaid\n.*?```")

func main() {
	text, err := os.ReadFile(doc)
	if err == nil {
		text = block.ReplaceAllLiteral(text, []byte("```mermaid\n"+incident.Diagram()+"```"))
		err = os.WriteFile(doc, text, 0o644) //nolint:gosec // a document of the repository
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
