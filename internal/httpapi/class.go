package httpapi

import (
	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/incident"
)

func classView(i *incident.Incident) *api.Classification {
	c := i.Class
	out := &api.Classification{
		Class: orNull(c.Class), Pack: orNull(c.Pack), Book: orNull(c.Book), Basis: orNull(c.Basis),
		Dangerous: c.Dangerous, DangerBasis: orNull(c.DangerBasis), Facts: filledMap(i.Facts),
	}
	switch {
	case i.Imported:
		out.InForce = "Hồ sơ cũ nhập vào để tra cứu, không phân cấp theo quy định. · An imported record is history and is not classified."
	case c.Pack == "":
		out.InForce = "Ngày phát hiện chưa có bộ quy định quốc gia nào có hiệu lực. · No national rule pack was in force on the day of detection."
	default:
		out.InForce = "Theo bộ quy định " + c.Pack + ", có hiệu lực vào ngày phát hiện. · By the pack " + c.Pack + ", in force on the day of detection."
	}
	return out
}
