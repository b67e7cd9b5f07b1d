// Command deploycheck reads the files of deploy/ with the types of the programs they are for:
// Kubernetes' own types (strictly: an unknown field is an error), Compose's loader with its
// schema, and BuildKit's parser of Dockerfiles. It is a module of its own, so that none of
// them becomes a dependency of the product.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	apps "k8s.io/api/apps/v1"
	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	policy "k8s.io/api/policy/v1"
	"sigs.k8s.io/yaml"
)

func main() {
	dir := "deploy"
	if len(os.Args) > 1 {
		dir = os.Args[1]
	}
	if err := errors.Join(dockerfile(dir), compose(dir), kubernetes(dir)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func dockerfile(dir string) error {
	raw, err := os.ReadFile(filepath.Join(dir, "Dockerfile"))
	if err != nil {
		return err
	}
	parsed, err := parser.Parse(bytes.NewReader(raw))
	if err != nil {
		return fmt.Errorf("Dockerfile: %w", err)
	}
	for _, w := range parsed.Warnings {
		return fmt.Errorf("Dockerfile: %s", w.Short)
	}
	stages, _, err := instructions.Parse(parsed.AST, nil)
	if err != nil {
		return fmt.Errorf("Dockerfile: %w", err)
	}
	last := stages[len(stages)-1]
	user := ""
	for _, c := range last.Commands {
		switch c := c.(type) {
		case *instructions.UserCommand:
			user = c.User
		case *instructions.RunCommand:
			return fmt.Errorf("Dockerfile: nothing can run in an empty image")
		}
	}
	if last.BaseName != "scratch" || user == "" || strings.HasPrefix(user, "0") || user == "root" {
		return fmt.Errorf("Dockerfile: want the last stage from scratch with a user, not from %s as %q", last.BaseName, user)
	}
	fmt.Println("Dockerfile: ok,", len(stages), "stages")
	return nil
}

func compose(dir string) error {
	env := []string{"NATS_RELAY_PASSWORD=a", "NATS_NOTIFY_PASSWORD=b", "NATS_LEDGER_PASSWORD=c"}
	for _, files := range [][]string{{"compose.yaml"}, {"compose.yaml", "compose.dev.yaml"}} {
		var paths []string
		for _, f := range files {
			paths = append(paths, filepath.Join(dir, f))
		}
		opts, err := cli.NewProjectOptions(paths, cli.WithEnv(env))
		if err != nil {
			return fmt.Errorf("compose: %w", err)
		}
		project, err := opts.LoadProject(context.Background())
		if err != nil {
			return fmt.Errorf("%s: %w", strings.Join(files, " + "), err)
		}
		for _, s := range project.Services {
			for _, v := range s.Volumes {
				if v.Type != "bind" {
					continue
				}
				if _, err := os.Stat(v.Source); err != nil {
					return fmt.Errorf("compose: %s: %w", s.Name, err)
				}
			}
		}
		fmt.Println(strings.Join(files, " + ")+": ok,", len(project.Services), "services")
	}
	return nil
}

// kinds makes an empty object of each kind that the manifests may have.
var kinds = map[string]func() any{
	"v1 Namespace":                       func() any { return &core.Namespace{} },
	"v1 ConfigMap":                       func() any { return &core.ConfigMap{} },
	"v1 Secret":                          func() any { return &core.Secret{} },
	"v1 Service":                         func() any { return &core.Service{} },
	"v1 PersistentVolumeClaim":           func() any { return &core.PersistentVolumeClaim{} },
	"apps/v1 Deployment":                 func() any { return &apps.Deployment{} },
	"apps/v1 StatefulSet":                func() any { return &apps.StatefulSet{} },
	"policy/v1 PodDisruptionBudget":      func() any { return &policy.PodDisruptionBudget{} },
	"networking.k8s.io/v1 NetworkPolicy": func() any { return &networking.NetworkPolicy{} },
}

func kubernetes(dir string) error {
	files, err := filepath.Glob(filepath.Join(dir, "kubernetes", "*.yaml"))
	if err != nil || len(files) == 0 {
		return fmt.Errorf("kubernetes: no manifests: %w", err)
	}
	var objects []any
	var wrong []error
	have := map[string]bool{}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		for i, doc := range strings.Split("\n"+string(raw), "\n---\n") {
			o, name, err := object([]byte(doc))
			if err != nil {
				wrong = append(wrong, fmt.Errorf("%s, document %d: %w", file, i+1, err))
				continue
			}
			have[name] = true
			objects = append(objects, o)
		}
	}
	for _, o := range objects {
		switch o := o.(type) {
		case *apps.Deployment:
			wrong = append(wrong, pod(o.Name, o.Spec.Selector.MatchLabels, o.Spec.Template, nil, have))
		case *apps.StatefulSet:
			wrong = append(wrong, pod(o.Name, o.Spec.Selector.MatchLabels, o.Spec.Template, o.Spec.VolumeClaimTemplates, have))
			if !have["Service "+o.Spec.ServiceName] {
				wrong = append(wrong, fmt.Errorf("%s: there is no service %s", o.Name, o.Spec.ServiceName))
			}
		}
	}
	if err := errors.Join(wrong...); err != nil {
		return err
	}
	fmt.Println("kubernetes: ok,", len(objects), "objects")
	return nil
}

func object(doc []byte) (o any, name string, err error) {
	var head struct {
		APIVersion, Kind string
		Metadata         struct{ Name, Namespace string }
	}
	if err := yaml.Unmarshal(doc, &head); err != nil {
		return nil, "", err
	}
	empty := kinds[head.APIVersion+" "+head.Kind]
	if empty == nil {
		return nil, "", fmt.Errorf("%s %s is no kind that is known here", head.APIVersion, head.Kind)
	}
	if head.Kind != "Namespace" && head.Metadata.Namespace != "ungcuu" {
		return nil, "", fmt.Errorf("%s %s is in no namespace", head.Kind, head.Metadata.Name)
	}
	o = empty()
	if err := yaml.UnmarshalStrict(doc, o); err != nil && !errors.Is(err, io.EOF) {
		return nil, "", fmt.Errorf("%s %s: %w", head.Kind, head.Metadata.Name, err)
	}
	return o, head.Kind + " " + head.Metadata.Name, nil
}

// pod asks for what the level "restricted" of pod security asks for, and that everything the
// pod names exists.
func pod(name string, selector map[string]string, t core.PodTemplateSpec, claims []core.PersistentVolumeClaim, have map[string]bool) error {
	var wrong []error
	say := func(format string, v ...any) { wrong = append(wrong, fmt.Errorf(name+": "+format, v...)) }
	for k, v := range selector {
		if t.Labels[k] != v {
			say("the selector does not match its own pods: %s", k)
		}
	}
	need := func(what string) {
		if !have[what] {
			say("there is no %s", what)
		}
	}
	var volumes []string
	for _, c := range claims {
		volumes = append(volumes, c.Name)
	}
	for _, v := range t.Spec.Volumes {
		volumes = append(volumes, v.Name)
		if v.Secret != nil {
			need("Secret " + v.Secret.SecretName)
		}
		if v.PersistentVolumeClaim != nil {
			need("PersistentVolumeClaim " + v.PersistentVolumeClaim.ClaimName)
		}
	}
	s := t.Spec.SecurityContext
	if s == nil || s.RunAsNonRoot == nil || !*s.RunAsNonRoot || s.SeccompProfile == nil || s.SeccompProfile.Type != core.SeccompProfileTypeRuntimeDefault {
		say("the pod is not restricted")
	}
	for _, c := range t.Spec.Containers {
		s := c.SecurityContext
		if s == nil || s.AllowPrivilegeEscalation == nil || *s.AllowPrivilegeEscalation || s.Capabilities == nil || !slices.Contains(s.Capabilities.Drop, "ALL") {
			say("container %s is not restricted", c.Name)
		}
		for _, e := range c.EnvFrom {
			if e.SecretRef != nil {
				need("Secret " + e.SecretRef.Name)
			}
			if e.ConfigMapRef != nil {
				need("ConfigMap " + e.ConfigMapRef.Name)
			}
		}
		for _, m := range c.VolumeMounts {
			if !slices.Contains(volumes, m.Name) {
				say("container %s mounts %s, which is no volume", c.Name, m.Name)
			}
		}
		if c.LivenessProbe == nil {
			say("container %s has no probe", c.Name)
		}
	}
	return errors.Join(wrong...)
}
