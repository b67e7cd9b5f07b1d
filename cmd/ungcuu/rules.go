package main

import (
	"os"

	"github.com/ungcuu/ungcuu/internal/app"
)

type rules struct {
	Check   rulesCheck   `cmd:"" help:"Check an operator's files of rules, and say what they change; nothing is opened but the files."`
	Explain rulesExplain `cmd:"" help:"Say of each rule why it calls for a duty in a case, or does not."`
	Schema  rulesSchema  `cmd:"" help:"Print the JSON Schema of the files of rules, for editors."`
}

type rulesCheck struct {
	Province string   `env:"UNGCUU_PROVINCE" default:"son-la" help:"Profile of the province."`
	Files    []string `arg:"" help:"Files or a folder of them, in the order in which they are laid over the packs of the program." type:"path"`
}

// Run checks. The exit code is 1 where a file has a mistake.
func (c *rulesCheck) Run() error { return app.CheckRules(c.Province, c.Files, os.Stdout) }

type rulesSchema struct{}

// Run prints.
func (*rulesSchema) Run() error { return app.RulesSchema(os.Stdout) }
