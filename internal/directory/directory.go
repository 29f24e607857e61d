package directory

import (
	"context"
	"errors"
	"time"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/internal/store"
)

// Config is what a [Service] works with; all of it is required.
type Config struct {
	DB      *store.DB
	Catalog *catalogo.Catalog
	Now     func() time.Time
	NewID   func() string // UUIDv7
}

// A Service keeps customers and products. Safe for concurrent use.
type Service struct{ cfg Config }

// New returns the service over cfg.
func New(cfg Config) *Service { return &Service{cfg: cfg} }

var errDraft = errors.New("directory: body not written yet")

// Customers lists one page of customers by name.
func (s *Service) Customers(ctx context.Context, a store.Actor, f Filter) (CustomerPage, error) {
	return CustomerPage{}, errDraft
}

// Customer returns one customer.
func (s *Service) Customer(ctx context.Context, a store.Actor, id string) (Customer, error) {
	return Customer{}, errDraft
}

// SaveCustomer makes (ID empty) or changes a customer and returns it as stored, with warnings.
func (s *Service) SaveCustomer(ctx context.Context, a store.Actor, c Customer) (Customer, []cfdi.Finding, error) {
	return Customer{}, nil, errDraft
}

// SetCustomerActive deactivates a customer or brings it back.
func (s *Service) SetCustomerActive(ctx context.Context, a store.Actor, id string, active bool) error {
	return errDraft
}

// SearchCustomers returns the first n active customers whose words begin with those of q.
func (s *Service) SearchCustomers(ctx context.Context, a store.Actor, q string, n int) ([]Customer, error) {
	return nil, errDraft
}

// Products lists one page of products by description.
func (s *Service) Products(ctx context.Context, a store.Actor, f Filter) (ProductPage, error) {
	return ProductPage{}, errDraft
}

// Product returns one product.
func (s *Service) Product(ctx context.Context, a store.Actor, id string) (Product, error) {
	return Product{}, errDraft
}

// SaveProduct makes (ID empty) or changes a product and returns it as stored, with warnings.
func (s *Service) SaveProduct(ctx context.Context, a store.Actor, p Product) (Product, []cfdi.Finding, error) {
	return Product{}, nil, errDraft
}

// SetProductActive deactivates a product or brings it back.
func (s *Service) SetProductActive(ctx context.Context, a store.Actor, id string, active bool) error {
	return errDraft
}

// SearchProducts returns the first n active products whose words begin with those of q.
func (s *Service) SearchProducts(ctx context.Context, a store.Actor, q string, n int) ([]Product, error) {
	return nil, errDraft
}

// RecentKeys returns the SAT keys the company's products used last, at most n of each.
func (s *Service) RecentKeys(ctx context.Context, a store.Actor, n int) (Recents, error) {
	return Recents{}, errDraft
}
