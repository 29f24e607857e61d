package billing

import (
	"context"

	"iofacturo.mx/internal/job"
	"iofacturo.mx/internal/store"
)

// OwedJob is what a migration enqueues.
func OwedJob() job.Args { return owedArgs{} }

// StatementPage is [Service.Statement] with so many rows a page.
func StatementPage(ctx context.Context, s *Service, a store.Actor, id string, f StatementFilter, rows int) (Statement, error) {
	return s.statement(ctx, a, id, f, rows)
}

// Tipos are the TipoDeComprobante that can be issued.
func Tipos() []string { return tipos() }
