package sample

// What officers write, in the words they use. {x} is filled in from lists["x"].

var titles = []string{
	"Tấn công từ chối dịch vụ vào", "Nghi ngờ mã độc tống tiền {malware} trên", "Lộ thông tin đăng nhập của cán bộ trên",
	"Giao diện bị thay đổi trái phép:", "Phát hiện cửa hậu (webshell) trên", "Thư điện tử giả mạo {place} nhằm vào người dùng của",
	"Dò quét lỗ hổng {cve} nhằm vào", "Tài khoản quản trị bị chiếm quyền trên", "Không truy cập được", "Rò rỉ dữ liệu cá nhân từ",
	"Đường truyền chập chờn, nghi bị tấn công:", "Máy trạm tại {place} kết nối tới máy chủ điều khiển, ảnh hưởng", "Lừa đảo mạo danh cán bộ {place} qua",
	"Cấu hình sai làm lộ tệp sao lưu của", "Chứng thư số hết hạn trên", "Đăng nhập bất thường từ {ip} vào", "Xóa dữ liệu trái phép trên", "Thư rác phát tán từ",
}

var descriptions = []string{
	"Từ {#} giờ ngày {date}, người dùng tại {place} không truy cập được {host}.",
	"Lưu lượng từ {ip} và {ip} tăng gấp {#} lần so với bình thường, tường lửa ghi nhận {#} nghìn gói tin mỗi giây.",
	"Cán bộ {person} báo nhận được thư có tệp đính kèm lạ, tiêu đề «{subject}».",
	"Trên máy chủ phát hiện tiến trình {malware} kết nối ra {ip}, mã băm {hash}.",
	"Các tệp trong thư mục dùng chung bị đổi đuôi, để lại yêu cầu trả tiền chuộc bằng tiền mã hóa.",
	"Nhật ký cho thấy tài khoản của {person} đăng nhập từ nước ngoài lúc {#} phút sau nửa đêm.",
	"Trang chủ bị chèn liên kết tới trang cờ bạc; đã chụp màn hình và lưu lại.",
	"Phần mềm giám sát cảnh báo lỗ hổng {cve} chưa được vá trên {host}.",
	"Chưa xác định được nguyên nhân; đơn vị vận hành đã khởi động lại dịch vụ nhưng sự cố lặp lại.",
	"Khoảng {#} hồ sơ của người dân tại {place} có thể đã bị sao chép ra ngoài.",
	"Đã ngắt kết nối máy trạm của phòng Văn thư khỏi mạng nội bộ, chờ hướng dẫn của Đội ứng cứu.",
	"Người dân phản ánh cuộc gọi tự xưng {person}, cán bộ {place}, yêu cầu cài đặt ứng dụng định danh giả.",
	"Hệ thống tên miền phân giải sai địa chỉ của {host} về {ip}.",
}

var notes = []string{
	"Đã chặn {ip} tại tường lửa biên, theo dõi thêm {#} giờ.", "Đang thu thập nhật ký từ {host}; dung lượng khoảng {#} GB.",
	"Trao đổi qua điện thoại với {person}: đơn vị đồng ý cho lấy ảnh ổ cứng.", "Mẫu {malware} đã gửi phân tích, mã băm {hash}.",
	"Khôi phục từ bản sao lưu ngày {date} thành công.", "Kẻ tấn công dùng lỗ hổng {cve}; cần vá toàn bộ cụm máy chủ.",
	"Lưu ý: nghi có người nội bộ tiếp tay, không trao đổi ngoài Đội.", "Đã đổi mật khẩu và bật xác thực hai lớp cho {#} tài khoản.",
	"Nhà mạng xác nhận đã làm sạch lưu lượng qua trung tâm lọc.", "Hẹn họp trực tuyến với {place} lúc {#} giờ ngày {date}.",
}

var actions = []string{
	"Đã vá lỗ hổng {cve} và cài lại máy chủ {host}.", "Gỡ mã độc {malware}, thay toàn bộ khóa và mật khẩu.", "Khôi phục dữ liệu từ bản sao lưu, không mất hồ sơ nào.",
	"Phối hợp nhà mạng lọc lưu lượng; dịch vụ trở lại sau {#} phút.", "Xác định nguồn tấn công từ {ip}, đã chuyển thông tin cho cơ quan điều tra.", "Thu hồi chứng thư và cấp lại cho {host}.",
}

var lessons = []string{
	"Cần sao lưu ngoại tuyến mỗi ngày.", "Rà soát quyền quản trị định kỳ hằng quý.", "Bật xác thực đa yếu tố cho mọi tài khoản đặc quyền.",
	"Diễn tập ứng cứu với {place} hai lần mỗi năm.", "Giám sát tập trung nhật ký của các máy chủ công khai.", "Tập huấn nhận biết thư lừa đảo cho cán bộ {place}.",
}

var asks = []string{
	"Đề nghị quý cơ quan cử cán bộ phối hợp xác minh chủ thể sử dụng địa chỉ {ip}.", "Đề nghị thu thập, bảo quản chứng cứ điện tử trên {host}.",
	"Đề nghị huy động lực lượng hỗ trợ khôi phục hệ thống tại {place}.", "Kính chuyển thông tin vụ việc có dấu hiệu tội phạm sử dụng công nghệ cao.",
	"Đề nghị hỗ trợ phân tích mẫu {malware}, mã băm {hash}.", "Yêu cầu báo cáo kết quả trước {#} giờ ngày {date}.",
}

var answers = []string{
	"Đồng ý phối hợp, cử đồng chí {person} làm đầu mối.", "Chưa bố trí được lực lượng trong thời gian này.", "Đã tiếp nhận, sẽ xác minh và trả lời bằng văn bản.",
	"Vụ việc không thuộc thẩm quyền, đề nghị chuyển cơ quan khác.",
}

var subjects = []string{
	"phối hợp xử lý sự cố tại {place}", "cung cấp thông tin về địa chỉ {ip}", "hỗ trợ ứng cứu hệ thống {system}", "báo cáo kết quả xử lý mã độc {malware}",
}

var lists = map[string][]string{
	"system": {
		"Cổng dịch vụ công", "Cổng thông tin điện tử {place}", "Hệ thống quản lý văn bản và điều hành", "Thư điện tử công vụ", "Cơ sở dữ liệu đất đai", "Hệ thống một cửa điện tử {place}",
		"Phần mềm quản lý bệnh viện đa khoa {place}", "Hệ thống hội nghị truyền hình", "Trục liên thông văn bản", "Cơ sở dữ liệu hộ tịch", "Trung tâm giám sát điều hành đô thị thông minh", "Hệ thống camera giao thông", "Cổng dữ liệu mở",
		"Trang thông tin trường THPT {place}", "Phần mềm kế toán ngân sách xã", "Hệ thống điểm danh học sinh", "Ứng dụng Sơn La số",
	},
	"place": {
		"Mường La", "Thuận Châu", "Quỳnh Nhai", "Bắc Yên", "Phù Yên", "Mộc Châu", "Yên Châu", "Mai Sơn", "Sông Mã", "Sốp Cộp", "Vân Hồ", "Chiềng Sinh", "Chiềng Cơi", "Tô Hiệu", "Chiềng Lề", "Quyết Thắng", "Quyết Tâm",
		"Hua La", "Chiềng Ngần", "Chiềng Đen", "Chiềng Xôm", "Tạ Bú", "Ít Ong", "Mường Bú", "Pi Toong", "Nậm Păm", "Hua Trai", "Ngọc Chiến", "Chiềng Lao", "Nặm Giôn", "Chiềng Hoa", "Tông Lạnh", "Phổng Lái", "Mường É", "Chiềng Pha", "Co Mạ", "Long Hẹ",
		"É Tòng", "Mường Giàng", "Chiềng Bằng", "Cà Nàng", "Pắc Ngà", "Tạ Khoa", "Hồng Ngài", "Xím Vàng", "Gia Phù", "Tường Phù", "Huy Bắc", "Quang Huy", "Suối Tọ", "Đá Đỏ", "Đông Sang", "Tân Lập", "Lóng Sập", "Chiềng Hặc", "Phiêng Khoài", "Hát Lót", "Cò Nòi", "Nà Ớt", "Chiềng Khương", "Nà Nghịu", "Mường Lầm", "Dồm Cang", "Púng Bánh",
	},
	"malware": {
		"LockBit", "Conti", "Emotet", "TrickBot", "AgentTesla", "Qakbot", "njRAT", "PlugX", "Mirai", "WannaCry", "Phobos", "Makop", "RedLine", "FormBook", "CobaltStrike", "XMRig", "GandCrab", "Ryuk", "BlackCat", "Akira",
	},
	"cve": {
		"CVE-2021-44228", "CVE-2021-34473", "CVE-2022-22965", "CVE-2022-30190", "CVE-2023-23397", "CVE-2023-34362", "CVE-2023-4966", "CVE-2024-3094", "CVE-2024-3400", "CVE-2024-21762", "CVE-2025-0282", "CVE-2025-53770", "CVE-2017-0144", "CVE-2019-0708",
	},
	"resource": {
		"Hai cán bộ kỹ thuật, một máy phân tích", "Thiết bị sao chép ổ cứng có chống ghi", "Một tổ ứng cứu lưu động", "Đường truyền dự phòng 200 Mbps", "Xe chuyên dụng và máy phát điện", "Chuyên gia giám định số",
	},
	"subject": subjects,
}

var (
	families = []string{"Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Lò", "Cầm", "Quàng", "Vì", "Đinh", "Bùi", "Đặng", "Đỗ", "Hà", "Lường", "Tòng", "Cà", "Mùa", "Giàng", "Thào", "Sùng", "Vàng"}
	middles  = []string{"Văn", "Thị", "Minh", "Đức", "Quốc", "Thu", "Ngọc", "Hữu", "Xuân", "Thanh", "A", "Bích"}
	givens   = []string{"Anh", "Bình", "Chung", "Dũng", "Đạt", "Giang", "Hà", "Hùng", "Khánh", "Lan", "Long", "Mai", "Nam", "Oanh", "Phong", "Quân", "Sơn", "Thắng", "Tuấn", "Uyên", "Vinh", "Yến", "Thủy", "Hương", "Trường"}
	hosts    = []string{"dichvucong", "mail", "qlvb", "motcua", "www", "csdl", "vpn", "hoinghi", "data", "api", "dangky", "tracuu", "bvdk", "camera", "sso", "ldap"}
	zones    = []string{"sonla", "muongla", "thuanchau", "quynhnhai", "bacyen", "phuyen", "mocchau", "yenchau", "maison", "songma", "sopcop", "vanho", "soyte", "sokhcn", "sotaichinh", "sogddt", "sotnmt", "tthdl"}
	signs    = []string{"UBND", "CAT-PA05", "BCH-TM", "SYT", "TTHDL", "SGDĐT", "STC", "VPUB", "ĐUCSC", "TTr"}
)

// Questions are searches that officers make: with and without diacritics, composed and not,
// with prefixes, punctuation, codes, numbers and addresses, for rare words and common ones.
var Questions = []string{
	"tấn công từ chối dịch vụ", "tan cong tu choi", "TẤN CÔNG", "tấn công", "dịch vụ công", "dich vu cong", "cổng", "cong",
	"đăng nhập", "dang nhap", "ĐĂNG NHẬP bất thường", "đ", "đội ứng cứu", "doi ung cuu", "lộ thông tin", "lo thong t",
	"mã độc tống tiền", "ma doc LockBit", "lockb", "wannacry muong", "CVE-2021-44228", "cve 2021", "44228", "cve-2024-34",
	"SL-2023", "SL-2022-0000", "SL-2024-000010", "sl", "000015", "2025", "Mường La", "muong la", "mường", "Thuận Châu xác minh", "É Tòng", "e tong",
	"tường lửa", "tuong lua bien", "sao lưu ngoại tuyến", "xac thuc da yeu to", "nội bộ tiếp tay", "noi bo tiep tay", "họp trực tuyến", "sonla.gov.vn", "dichvucong.sonla", "mail.muongla.gov.vn",
	"VPUB", "BC-SYT", "BC CAT PA05", "CV-BCH-TM", "V/v phối hợp xử lý", "hỗ trợ ứng cứu hệ thống", "đồng chí", "dong chi nguyen", "Nguyễn Văn Tuấn", "lo thi lan", "0912", "giám định số", "xe chuyên dụng, máy phát điện",
	"không thuộc thẩm quyền", "tội phạm sử dụng công nghệ cao", "huy động lực lượng", "tiền chuộc; tiền mã hóa", "cờ bạc", "zzz khong co", "t", "n v", "máy chủ m", "127", "(192)", "%", "--", "' or 1=1", "tan cong tan cong", "t tan cong", "hồ sơ của người dân tại",
	// the same, decomposed
	"ta\u0302\u0301n co\u0302ng", "đa\u0306ng nha\u0323\u0302p", "mu\u031bo\u031b\u0300ng la",
}
