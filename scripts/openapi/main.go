// Command openapi writes openapi/openapi.json: the annotations of the handlers (swag), turned
// into OpenAPI 3 (kin-openapi) and completed from the table of routes, the types of package
// api and the closed lists of the domain.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"os"

	"github.com/getkin/kin-openapi/openapi2"
	"github.com/getkin/kin-openapi/openapi2conv"
	"github.com/getkin/kin-openapi/openapi3conv"
	"github.com/swaggo/swag"

	"github.com/ungcuu/ungcuu/internal/httpapi"
)

func main() {
	if err := run("openapi/openapi.json"); err != nil {
		log.Fatal(err)
	}
}

func run(path string) error {
	doc, err := annotated()
	if err != nil {
		return err
	}
	if err := mend(doc, httpapi.Routes()); err != nil {
		return err
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(doc); err != nil {
		return fmt.Errorf("encode: %w", err)
	}
	return os.WriteFile(path, b.Bytes(), 0o644) //nolint:gosec // a document for everyone
}

// annotated is what the annotations say, as OpenAPI 3.1.
func annotated() (object, error) {
	p := swag.New(swag.SetDebugger(log.New(io.Discard, "", 0)), swag.SetStrict(true))
	if err := p.ParseAPIMultiSearchDir([]string{"openapi", "internal/httpapi", "api"}, "openapi.go", 0); err != nil {
		return nil, fmt.Errorf("annotations: %w", err)
	}
	raw, err := json.Marshal(p.GetSwagger())
	if err != nil {
		return nil, fmt.Errorf("annotations: %w", err)
	}
	var two openapi2.T
	if err := json.Unmarshal(raw, &two); err != nil {
		return nil, fmt.Errorf("swagger 2: %w", err)
	}
	three, err := openapi2conv.ToV3(&two)
	if err != nil {
		return nil, fmt.Errorf("to OpenAPI 3: %w", err)
	}
	openapi3conv.Upgrade(three)
	if raw, err = json.Marshal(three); err != nil {
		return nil, fmt.Errorf("encode: %w", err)
	}
	var doc object
	err = json.Unmarshal(raw, &doc)
	return doc, err
}
