// Package directory owns the registry of agencies and people: reading it, and filling it at
// the first start from the province's regulation.
package directory

import (
	"context"

	"github.com/ungcuu/ungcuu/internal/incident"
	"github.com/ungcuu/ungcuu/internal/store"
)

// Service is the use cases of the registry.
type Service struct{ store *store.Store }

// New makes the use cases.
func New(st *store.Store) *Service { return &Service{store: st} }

// Agencies lists every agency with its dated roles, successors and seats; every account may
// read it.
func (s *Service) Agencies(ctx context.Context) ([]incident.Agency, error) {
	return s.store.Read(ctx).Agencies()
}

// Agency reads one agency.
func (s *Service) Agency(ctx context.Context, id string) (*incident.Agency, error) {
	return s.store.Read(ctx).Agency(id)
}
