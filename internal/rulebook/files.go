package rulebook

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/regulation"
)

// The bounds of what an operator lays over the packs.
const (
	maxFiles = 100
	maxFile  = 1 << 20 // bytes, as regulation.Load has it
)

// Read reads what an operator lays over the packs: the file, or in the order of their names the
// files *.yaml of the folder; nothing where path is empty. Names that begin with a dot are left
// out: editors and the volumes of Kubernetes keep their own there. Any other file is a mistake,
// because whoever put it there believes that it holds; so is a path that leads nowhere. Errors
// are regulation.Problems, whose files are full paths.
func Read(path string) ([]regulation.Source, error) {
	if path == "" {
		return nil, nil
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, regulation.Problems{unread(path, err)}
	}
	if !info.IsDir() {
		s, wrong := readFile(path)
		if wrong != nil {
			return nil, regulation.Problems{*wrong}
		}
		return []regulation.Source{s}, nil
	}
	entries, err := os.ReadDir(path) // in the order of their names
	if err != nil {
		return nil, regulation.Problems{unread(path, err)}
	}
	var list []regulation.Source
	var wrong regulation.Problems
	for _, e := range entries {
		name := filepath.Join(path, e.Name())
		if strings.HasPrefix(e.Name(), ".") || strings.HasSuffix(e.Name(), "~") {
			continue
		}
		if filepath.Ext(name) != ".yaml" {
			wrong = append(wrong, mistake(name, "tên tệp phải kết thúc bằng .yaml; hãy đổi tên hoặc đưa tệp ra khỏi thư mục / the name must end in .yaml; rename the file or move it elsewhere"))
			continue
		}
		s, bad := readFile(name)
		if bad != nil {
			wrong = append(wrong, *bad)
			continue
		}
		list = append(list, s)
	}
	if len(list) > maxFiles {
		wrong = append(wrong, mistake(path, fmt.Sprintf("nhiều nhất %d tệp / at most %[1]d files", maxFiles)))
	}
	if wrong != nil {
		return nil, wrong
	}
	return list, nil
}

func readFile(path string) (regulation.Source, *regulation.Problem) {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() { // a pipe would wait for its writer for ever
		p := mistake(path, "không phải tệp thường / not a regular file")
		return regulation.Source{}, &p
	}
	var text []byte
	if err == nil {
		text, err = readAll(path)
	}
	if err != nil {
		p := unread(path, err)
		return regulation.Source{}, &p
	}
	return regulation.Source{Name: filepath.Base(path), Text: text}, nil
}

func readAll(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxFile+1)) // regulation.Load refuses what is longer
}

func mistake(path, message string) regulation.Problem {
	return regulation.Problem{File: path, Line: 1, Column: 1, Message: message}
}

func unread(path string, err error) regulation.Problem {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return mistake(path, "không có tệp hoặc thư mục này / there is no such file or folder")
	case errors.Is(err, fs.ErrPermission):
		return mistake(path, "không được quyền đọc / may not be read")
	}
	return mistake(path, "không đọc được / cannot be read: "+err.Error())
}

// Open makes the book of the packs of the program and of what lies at path, as a desk that starts
// does, and returns the files too. Errors are regulation.Problems, whose files are full paths.
func Open(path string) (*regulation.Book, []regulation.Source, error) {
	list, err := Read(path)
	if err != nil {
		return nil, nil, err
	}
	b, err := load(path, list)
	return b, list, err
}

func load(path string, list []regulation.Source) (*regulation.Book, error) {
	b, err := regulation.Load(list...)
	var wrong regulation.Problems
	if !errors.As(err, &wrong) {
		return b, err
	}
	dir := path
	if info, err := os.Stat(path); err != nil || !info.IsDir() {
		dir = filepath.Dir(path)
	}
	full := make(regulation.Problems, len(wrong))
	for i, p := range wrong {
		for _, s := range list {
			if s.Name == p.File {
				p.File = filepath.Join(dir, s.Name)
				break
			}
		}
		full[i] = p
	}
	return nil, full
}

// ToDo is what an operator does about files that were refused.
var ToDo = fault.Text{
	VI: "Hãy sửa các dòng nêu trên (kiểm tra trước bằng «ungcuu rules check TỆP») rồi thử lại; bỏ trống UNGCUU_RULES thì chỉ dùng các bộ quy định kèm chương trình.",
	EN: "Correct the lines above (“ungcuu rules check FILE” tells beforehand) and try again; with an empty UNGCUU_RULES the packs of the program hold alone.",
}

// fingerprint tells two contents apart, and a content from a failure to read it.
func fingerprint(list []regulation.Source, err error) string {
	sum := sha256.New()
	if err != nil {
		_, _ = fmt.Fprintf(sum, "! %s", err)
	}
	for _, s := range list {
		_, _ = fmt.Fprintf(sum, "%d %s %d %s", len(s.Name), s.Name, len(s.Text), s.Text)
	}
	return hex.EncodeToString(sum.Sum(nil))
}
