package incident

import (
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"

	"github.com/ungcuu/ungcuu/internal/fault"
)

func TestAStampOfSecrecyIsFoundInEveryWriting(t *testing.T) {
	for _, s := range []string{
		"MẬT", "TỐI MẬT", "TUYỆT MẬT", "  TỐI MẬT  ", "(TUYỆT MẬT)", "[MẬT]", "*** TỐI MẬT ***", "MẬT.", "«TUYỆT MẬT»", "-MẬT-",
		"Kính gửi đồng chí\nTỐI MẬT\nVề việc", "Kính gửi\r\nMẬT\r\nnội dung", "một\u2028MẬT\u2028hai", "\ufeffTUYỆT MẬT\nKế hoạch", "MẬ\u00adT", "TỐI M\u034fẬT", "M\u1eac\ufe0fT", "MA\u034f\u0302\u0323T",
		"T U Y Ệ T  M Ậ T", "TỐI\u00a0MẬT", "TUYỆT\tMẬT",
		"Độ mật: Tối mật", "ĐỘ MẬT: MẬT", "Mức độ mật - tuyệt mật", "văn bản\nđộ mật: mật.\n",
		"TUYỆT MẬT - Kế hoạch bảo vệ", "TỐI MẬT: nội dung", "MẬT – số 12", "TUYỆT MẬT Kế hoạch bảo vệ mục tiêu", "TỐI MẬT công văn số 12",
	} {
		require.True(t, stamped(s), "%q", s)
		require.True(t, stamped(norm.NFD.String(s)), "decomposed %q", s)
	}
}

func TestWordsThatOnlySpeakOfSecrecyPass(t *testing.T) {
	for _, s := range []string{
		"", "bảo mật", "mật khẩu", "Mật khẩu bị lộ", "MẬT KHẨU QUẢN TRỊ BỊ LỘ", "AN NINH, BẢO MẬT", "BẢO MẬT\nMÁY CHỦ", "Lộ mật khẩu\nMật khẩu quản trị",
		"TỐI MẬT ĐỘ TRUY CẬP TĂNG", "Tối mật độ truy cập tăng", "mật", "Mật", "tối mật", "có tài liệu đóng dấu mật, lưu ngoài hệ thống",
		"Nghi lộ tài liệu TỐI MẬT trên mạng", "Ong mật", "MẬT ONG", "khóa bí mật", "MẬT MÃ YẾU", "độ mật của dữ liệu: thường", "Độ mật: không", "Độ mật: thường",
		"TLP:RED", "M", "MAT", "TOI", "Cơ quan Mật mã", "TUYỆT ĐỐI BÍ MẬT", "BÍ MẬT",
	} {
		require.False(t, stamped(s), "%q", s)
		require.False(t, stamped(norm.NFD.String(s)), "decomposed %q", s)
	}
}

func TestADocumentWithADoMatIsRefusedWhateverElseIsWrong(t *testing.T) {
	for _, d := range []Document{
		{Secrecy: "mat"}, {Secrecy: "tuyet_mat", Number: "12"}, {Secrecy: "khac"}, {Symbol: "KH-CAT(M)"}, {Symbol: "BC-UBND (TM)"}, {Symbol: "QĐ-BCA[TUM]"},
		{Symbol: "BC-CAT-MẬT"}, {Symbol: norm.NFD.String("BC-CAT (MẬT)")}, {Number: "12 (M)"}, {Subject: "TỐI MẬT"}, {SignerPosition: "MẬT"},
	} {
		var c Checker
		c.Text("/title", "", true, 10)
		c.Document("/document", d)
		err := c.Err()
		require.ErrorIs(t, err, fault.StateSecret, "%+v", d)
		f, _ := fault.As(err)
		for _, x := range f.Fields {
			require.True(t, IsSecrecy(x.Code), "beside a state secret nothing else is told")
		}
	}
	for _, d := range []Document{
		{}, {Number: "3063", Symbol: "QĐ-UBND", Subject: "V/v bảo mật hệ thống"}, {Number: "123", Symbol: "STTTT-CNTT"}, {Symbol: "TB-M"}, {Symbol: "TM-CNTT", SignerPosition: "TM. ỦY BAN NHÂN DÂN"},
		{Symbol: "KH-CAT-PA05"}, {Symbol: "CV-BMM(PA05)"},
	} {
		var c Checker
		c.Document("/document", d)
		require.NoError(t, c.Err(), "%+v", d)
	}
}
