package billing_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"iofacturo.mx/internal/billing"
	"iofacturo.mx/internal/signer"
)

// A signer of its own goes away in the middle of work: what was issued meanwhile
// waits numbered, nothing is lost or sent back, and once it is there again the
// job seals and stamps it.
func TestDocumentsWaitForTheirSigner(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		local := w.Signer.(*signer.Signer)
		socket := filepath.Join(t.TempDir(), "s")
		w.Signer = signer.NewClient(socket)
		start := func() (stop func()) {
			server := signer.NewServer(local, nil, slog.New(slog.DiscardHandler))
			l, err := server.Listen(t.Context(), socket)
			must(t, err)
			ctx, cancel := context.WithCancel(context.Background())
			done := make(chan error)
			go func() { done <- server.Serve(ctx, l) }()
			return func() {
				cancel()
				must(t, <-done)
			}
		}
		stop := start()
		if doc := w.issued(w.a, "10"); doc.State != billing.Timbrado {
			t.Fatalf("with the signer there: %s", doc.State)
		}
		stop()
		waiting := w.issued(w.a, "20")
		if waiting.State != billing.Numerado || waiting.Reason.Message != "" {
			t.Fatalf("without the signer: %s %+v", waiting.State, waiting.Reason)
		}
		w.drain(3, 10*time.Second)
		if doc, err := w.Document(t.Context(), w.a, waiting.ID); err != nil || doc.State != billing.Numerado {
			t.Errorf("tried in vain: %s, %v", doc.State, err)
		}
		stop = start()
		defer stop()
		w.drain(3, 10*time.Second)
		if doc, err := w.Document(t.Context(), w.a, waiting.ID); err != nil || doc.State != billing.Timbrado || doc.Folio != waiting.Folio {
			t.Errorf("with the signer back: %s, %v", doc.State, err)
		}
		w.check()
	})
}
