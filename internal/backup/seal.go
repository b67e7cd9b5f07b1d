package backup

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"hash"
	"io"
)

// The last frame: zstd's magic of a frame to skip, its length, our name, the digest.
const (
	sealName = "ungcuu backup 1\n"
	sealSize = 8 + len(sealName) + sha256.Size
)

func sealHead() []byte {
	head := binary.LittleEndian.AppendUint32(nil, 0x184D2A50)
	head = binary.LittleEndian.AppendUint32(head, uint32(len(sealName)+sha256.Size))
	return append(head, sealName...)
}

// sealing writes through and remembers the digest.
type sealing struct {
	w    io.Writer
	sum  hash.Hash
	size int64
}

func newSealing(w io.Writer) *sealing { return &sealing{w: w, sum: sha256.New()} }

func (s *sealing) Write(p []byte) (int, error) {
	n, err := s.w.Write(p)
	s.sum.Write(p[:n])
	s.size += int64(n)
	return n, err
}

// seal writes the last frame.
func (s *sealing) seal() error {
	_, err := s.Write(append(sealHead(), s.sum.Sum(nil)...))
	return err
}

// unsealing reads everything but the last frame, and at the end of the file says whether that
// frame is there and right.
type unsealing struct {
	r     io.Reader
	sum   hash.Hash
	ahead []byte // read, not given yet; its last sealSize bytes may be the seal
	given int    // of ahead
	ended error
}

func newUnsealing(r io.Reader) *unsealing {
	return &unsealing{r: r, sum: sha256.New(), ahead: make([]byte, 0, 1<<17)}
}

func (u *unsealing) Read(p []byte) (int, error) {
	for len(u.ahead)-u.given <= sealSize {
		if u.ended != nil {
			return 0, u.ended
		}
		u.ahead = u.ahead[:copy(u.ahead, u.ahead[u.given:])]
		u.given = 0
		n, err := u.r.Read(u.ahead[len(u.ahead):cap(u.ahead)])
		u.ahead = u.ahead[:len(u.ahead)+n]
		if errors.Is(err, io.EOF) {
			u.ended = u.check()
		} else if err != nil {
			u.ended = err
		}
		if u.ended != nil && len(u.ahead) > sealSize {
			break
		}
	}
	n := copy(p, u.ahead[u.given:len(u.ahead)-sealSize])
	u.sum.Write(u.ahead[u.given : u.given+n])
	u.given += n
	return n, nil
}

// check is io.EOF when the seal is right. The digest of what is not given yet is added here.
func (u *unsealing) check() error {
	if len(u.ahead) < sealSize {
		return broken("tệp bị cắt hoặc không phải là bản sao lưu của Ứng Cứu", "the file was cut off, or is no backup of Ứng Cứu")
	}
	body, seal := u.ahead[:len(u.ahead)-sealSize], u.ahead[len(u.ahead)-sealSize:]
	digest, found := bytes.CutPrefix(seal, sealHead())
	if !found {
		return broken("tệp bị cắt hoặc không phải là bản sao lưu của Ứng Cứu", "the file was cut off, or is no backup of Ứng Cứu")
	}
	sum, err := clone(u.sum)
	if err != nil {
		return err
	}
	sum.Write(body)
	if !bytes.Equal(sum.Sum(nil), digest) {
		return broken("tệp bị hỏng hoặc bị sửa", "the file is damaged or was edited")
	}
	return io.EOF
}

func clone(h hash.Hash) (hash.Hash, error) {
	c, ok := h.(hash.Cloner)
	if !ok {
		return nil, errors.New("backup: the digest cannot be continued")
	}
	return c.Clone()
}
