package main

import (
	"fmt"
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
)

// comment is what the code says of a type and, by their names in Go, of its fields.
type comment struct {
	text   string
	fields map[string]string
}

// comments are those of the types of a package, by their names; swag reads none of a type, and
// of fields only those of the types that annotations name.
func comments(dir string) (map[string]comment, error) {
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	set := token.NewFileSet()
	var files []*ast.File
	for _, name := range names {
		f, err := parser.ParseFile(set, name, nil, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	p, err := doc.NewFromFiles(set, files, dir)
	if err != nil {
		return nil, fmt.Errorf("comments of %s: %w", dir, err)
	}
	out := map[string]comment{}
	for _, t := range p.Types {
		c := comment{inLine(t.Doc), map[string]string{}}
		ast.Inspect(t.Decl, func(n ast.Node) bool {
			if f, ok := n.(*ast.Field); ok && len(f.Names) == 1 {
				c.fields[f.Names[0].Name] = inLine(f.Doc.Text() + f.Comment.Text())
			}
			return true
		})
		out[t.Name] = c
	}
	return out, nil
}

func inLine(s string) string { return strings.Join(strings.Fields(s), " ") }
