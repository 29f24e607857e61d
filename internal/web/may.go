package web

import (
	"context"

	"iofacturo.mx/internal/billing"
	"iofacturo.mx/internal/store"
)

// may reports whether who looks at the page holds a right: what they cannot do is
// not shown to them. The service checks again when it is done.
func may(ctx context.Context, r store.Right) bool {
	v := lookerOf(ctx)
	return v != nil && v.Actor.Holds(r)
}

// mayMake reports whether who looks at the page makes documents of a TipoDeComprobante.
func mayMake(ctx context.Context, tipo string) bool {
	v := lookerOf(ctx)
	return v != nil && billing.MayType(v.Actor, tipo)
}

// lookerOf is who looks at the page, nil for a stranger.
func lookerOf(ctx context.Context) *visitor {
	q, ok := ctx.Value(requestKey{}).(*request)
	if !ok {
		return nil
	}
	return q.visitor
}
