package backup

import (
	"archive/tar"
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"

	"github.com/ungcuu/ungcuu/internal/fault"
)

// reader walks through the members of a backup.
type reader struct {
	packed *zstd.Decoder
	tar    *tar.Reader
	seen   []Member // with their digests, once each was read
	sum    hash.Hash
}

const encrypted = "age-encryption.org/"

// decrypted reads a backup that may be encrypted; identity is the path of a file with the
// secret keys, as age-keygen writes it.
func decrypted(r io.Reader, identity string) (io.Reader, error) {
	in := bufio.NewReaderSize(r, 1<<16)
	if head, err := in.Peek(len(encrypted)); err != nil || string(head) != encrypted {
		return in, nil // what is too short is refused by who reads it
	}
	if identity == "" {
		return nil, fault.New(fault.Invalid, "Bản sao lưu đã mã hoá bằng age; hãy cho biết tệp khoá bí mật (--identity).",
			"The backup is encrypted by age; name the file with the secret key (--identity).")
	}
	f, err := os.Open(identity)
	if err != nil {
		return nil, fmt.Errorf("restore: %w", err)
	}
	defer f.Close()
	keys, err := age.ParseIdentities(f)
	if err != nil {
		return nil, fault.New(fault.Invalid, "Tệp khoá bí mật age không đúng.", "This is no file of secret keys of age.").Wrap(err)
	}
	out, err := age.Decrypt(in, keys...)
	var none *age.NoIdentityMatchError
	if errors.As(err, &none) {
		return nil, fault.New(fault.Invalid, "Khoá bí mật này không mở được bản sao lưu.", "This secret key does not open the backup.").Wrap(err)
	}
	if err != nil {
		return nil, unreadable(err)
	}
	return out, nil
}

func newReader(r io.Reader) (*reader, error) {
	packed, err := zstd.NewReader(newUnsealing(r), zstd.WithDecoderConcurrency(2), zstd.WithDecoderMaxWindow(64<<20))
	if err != nil {
		return nil, fmt.Errorf("backup: %w", err)
	}
	return &reader{packed: packed, tar: tar.NewReader(packed)}, nil
}

func (r *reader) close() { r.packed.Close() }

// next is the next member and its content; io.EOF after the last. The digest of the one
// before is known then.
func (r *reader) next() (string, io.Reader, error) {
	r.settle()
	h, err := r.tar.Next()
	if err != nil {
		return "", nil, unreadable(err)
	}
	if h.Typeflag != tar.TypeReg || !filepath.IsLocal(h.Name) || path.Clean(h.Name) != h.Name {
		return "", nil, broken("có mục «"+strconv.Quote(h.Name)+"» không hợp lệ", "it has the member "+strconv.Quote(h.Name))
	}
	r.seen = append(r.seen, Member{Name: h.Name, Size: h.Size})
	r.sum = sha256.New()
	return h.Name, io.TeeReader(r.tar, r.sum), nil
}

func (r *reader) settle() {
	if r.sum != nil {
		r.seen[len(r.seen)-1].SHA256 = hex.EncodeToString(r.sum.Sum(nil))
		r.sum = nil
	}
}

// unreadable makes every error of a file that is not as it was written one refusal.
func unreadable(err error) error {
	if _, known := fault.As(err); known || errors.Is(err, io.EOF) {
		return err
	}
	return fmt.Errorf("%w (%w)", broken("tệp bị hỏng hoặc bị sửa", "the file is damaged or was edited"), err)
}

// Check reads a whole backup, compares every digest, and returns its manifest. Nothing is
// written anywhere.
func Check(file io.Reader) (*Manifest, error) {
	r, err := newReader(file)
	if err != nil {
		return nil, err
	}
	defer r.close()
	var m *Manifest
	for {
		name, content, err := r.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if m != nil {
			return nil, broken("có mục sau bản kê", "there are members behind the manifest")
		}
		if name == manifestName {
			if m, err = readManifest(content); err != nil {
				return nil, err
			}
			r.settle()
			if err := m.match(r.seen[:len(r.seen)-1]); err != nil {
				return nil, err
			}
			continue
		}
		if _, err := io.Copy(io.Discard, content); err != nil {
			return nil, unreadable(err)
		}
	}
	// What tar left unread, and the seal.
	if n, err := io.Copy(io.Discard, r.packed); err != nil || n > 0 {
		return nil, unreadable(errors.Join(err, errors.New("bytes behind the end")))
	}
	if m == nil {
		return nil, broken("thiếu bản kê", "it has no manifest")
	}
	return m, nil
}

func readManifest(r io.Reader) (*Manifest, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxManifest))
	if err != nil {
		return nil, unreadable(err)
	}
	var m Manifest
	if err := json.Unmarshal(text, &m); err != nil {
		return nil, unreadable(err)
	}
	if m.Format != Format {
		return nil, broken(fmt.Sprintf("định dạng %d, chương trình này đọc được %d", m.Format, Format),
			fmt.Sprintf("it has format %d, this program reads %d", m.Format, Format))
	}
	return &m, nil
}

// match compares what the manifest lists with what there is: first the files, then the rows.
func (m *Manifest) match(seen []Member) error {
	if len(seen) != len(m.Members) {
		return broken("số mục khác với bản kê", "it has not the members its manifest lists")
	}
	names, rows := map[string]bool{}, false
	for i, s := range seen {
		if s != m.Members[i] {
			return broken("mục «"+s.Name+"» khác với bản kê", "the member "+s.Name+" is not as its manifest lists it")
		}
		isRows := strings.HasPrefix(s.Name, rowsPrefix)
		first, _, _ := strings.Cut(strings.TrimPrefix(s.Name, dataPrefix), "/")
		if names[s.Name] || rows && !isRows || !isRows && (!strings.HasPrefix(s.Name, dataPrefix) || left[first]) {
			return broken("mục «"+s.Name+"» không hợp lệ", "the member "+s.Name+" does not belong there")
		}
		names[s.Name], rows = true, isRows
	}
	return nil
}
