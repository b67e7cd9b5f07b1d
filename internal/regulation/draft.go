package regulation

import (
	_ "embed"

	"go.yaml.in/yaml/v3"
)

//go:embed packs/forms.yaml
var draftFile []byte

func draftForms() []Form {
	var p struct {
		Forms []Form `yaml:"forms"`
	}
	if err := yaml.Unmarshal(draftFile, &p); err != nil {
		panic(err)
	}
	return p.Forms
}
