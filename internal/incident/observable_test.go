package incident

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAnObservableHasOneFormHoweverItIsWritten(t *testing.T) {
	for _, x := range []struct {
		t          ObservableType
		want       string
		given, not []string
	}{
		{ObservableIP, "10.1.2.3", []string{"10.1.2.3", " 10[.]1[.]2[.]3 ", "10(.)1.2.3", "::ffff:10.1.2.3"}, []string{"10.1.2", "10.1.2.3/32", "fe80::1%eth0", "evil.vn", ""}},
		{ObservableIP, "2001:db8::1", []string{"2001:DB8:0:0:0:0:0:1", "2001:db8::1", "2001[:]db8::1"}, []string{"[2001:db8::1]"}},
		{ObservableIPRange, "203.0.113.0/24", []string{"203.0.113.7/24", "203[.]0[.]113[.]0/24"}, []string{"203.0.113.0", "203.0.113.0/33"}},
		{ObservableDomain, "evil.vn", []string{"EVIL.vn", "evil[.]vn", "evil(dot)vn.", `evil\.vn`}, []string{"evil..vn", "ev il.vn", "http://evil.vn", "1.2.3.4", "-a.vn", strings.Repeat("a.", 130) + "vn"}},
		{ObservableDomain, "xn--snla-lgb.vn", []string{"sơnla.vn", "SƠNLA.VN", "xn--snla-lgb.vn"}, nil},
		{ObservableDomain, "_dmarc.sonla.gov.vn", []string{"_dmarc.sonla.gov.vn"}, nil},
		{ObservableURL, "http://evil.vn/A?b=C", []string{"hxxp://evil[.]vn/A?b=C", "HXXP://EVIL.vn:80/A?b=C", "hxxp[:]//evil.vn/A?b=C", "http[://]evil.vn/A?b=C"}, []string{"evil.vn/A", "http://", "javascript:alert(1)", "http://a b/"}},
		{ObservableURL, "https://[2001:db8::1]:8443/", []string{"hxxps://[2001:db8::1]:8443"}, nil},
		{ObservableEmail, "lua@evil.vn", []string{"Lua@Evil.vn", "lua[@]evil[.]vn", "lua[at]evil.vn"}, []string{"lua", "@evil.vn", "a b@evil.vn", "lua@"}},
		{ObservableMD5, strings.Repeat("ab", 16), []string{strings.Repeat("AB", 16)}, []string{strings.Repeat("ab", 20), strings.Repeat("zz", 16)}},
		{ObservableSHA1, strings.Repeat("0f", 20), []string{strings.Repeat("0F", 20)}, []string{strings.Repeat("0f", 16)}},
		{ObservableSHA256, strings.Repeat("0f", 32), []string{" " + strings.Repeat("0f", 32)}, []string{strings.Repeat("0f", 64)}},
		{ObservableSHA512, strings.Repeat("0f", 64), []string{strings.Repeat("0f", 64)}, []string{strings.Repeat("0f", 32)}},
		{ObservableMAC, "00:1a:2b:3c:4d:5e", []string{"00-1A-2B-3C-4D-5E", "001a.2b3c.4d5e"}, []string{"00:1a:2b", "02:00:5e:10:00:00:00:01"}},
		{ObservableASN, "AS45899", []string{"as45899", "45899", "AS045899"}, []string{"AS", "AS4294967296", "-1"}},
		{ObservableFilename, "Bảng lương[.]EXE", []string{"Bảng lương[.]EXE "}, []string{"", " ", "a\nb"}},
		{ObservableAccount, "SONLA\\Administrator", []string{"SONLA\\Administrator"}, nil},
		{ObservableOther, "mutex Global\\x1", []string{" mutex Global\\x1"}, []string{strings.Repeat("a", maxObservable+1)}},
		{"hash", "", nil, []string{"x"}},
	} {
		for _, given := range x.given {
			got, ok := NormalObservable(x.t, given)
			require.True(t, ok, "%s %q", x.t, given)
			require.Equal(t, x.want, got, "%s %q", x.t, given)
		}
		for _, given := range x.not {
			_, ok := NormalObservable(x.t, given)
			require.False(t, ok, "%s %q", x.t, given)
		}
		if len(x.given) > 0 {
			again, ok := NormalObservable(x.t, x.want)
			require.True(t, ok)
			require.Equal(t, x.want, again, "the normal form is its own")
		}
	}
}

func FuzzANormalFormIsItsOwn(f *testing.F) {
	for _, s := range []string{"hxxp://evil[.]vn", "10.1.2.3/8", "AS1", "a@b.vn", "Đ", "%", "http://[::1%25en0]/"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, typ := range ObservableTypes {
			if v, ok := NormalObservable(typ, s); ok {
				again, ok := NormalObservable(typ, v)
				require.True(t, ok, "%s %q %q", typ, s, v)
				require.Equal(t, v, again, "%s %q", typ, s)
			}
		}
	})
}
