package httpapi

import (
	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/incident"
)

func classView(i *incident.Incident) *api.Classification {
	c := i.Class
	return &api.Classification{
		Class: orNull(c.Class), InForce: c.Pack != "" && !i.Imported, Pack: orNull(c.Pack), Book: orNull(c.Book), Basis: orNull(c.Basis),
		Dangerous: c.Dangerous, DangerBasis: orNull(c.DangerBasis), Facts: filledMap(i.Facts),
	}
}
