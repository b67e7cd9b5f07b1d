package incident

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAnAddressOfMailIsWhatItLooksLike(t *testing.T) {
	for _, good := range []string{"", "lan@sonla.gov.vn", "truc.ban+cat@sonla.gov.vn", "o'neil@a-b.example", "đầu.mối@tỉnh.vn", "a@1a.vn", "=x?@b.vn"} {
		var c Checker
		c.Email("/email", good)
		require.NoError(t, c.Err(), good)
	}
	for _, bad := range []string{
		"a", "a@b", "a b@c.vn", "a@b.vn,x@y.vn", "a;b@c.vn", "a:b@c.vn", `"a"@b.vn`, "a@b.vn(x)", "a@[127.0.0.1].x", `a\@b.vn`, "<a@b.vn>",
		"a\u202e@b.vn", "a@b.v\u200bn", "a\u2028b@c.vn", "a\u00a0b@c.vn", "a@b.vn\n", "a@-b.vn", "a@b..vn", ".a@b.vn", "a.@b.vn", "a@b@c.vn",
	} {
		var c Checker
		c.Email("/email", bad)
		require.Error(t, c.Err(), "%q", bad)
	}
}
