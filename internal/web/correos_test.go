package web

import (
	"os"
	"testing"

	"iofacturo.mx/internal/send/sendtest"
)

// TestMailsAreFit looks at the mails of a company's life and, where IOFACTURO_MAIL_GALLERY
// names a folder, lays them on one page. The letters of account have a gallery of their own.
func TestMailsAreFit(t *testing.T) {
	p := newPortal(t)
	b, a, ids := p.furnish("EKU9003173C9")
	b.follow(b.post("/comprobantes/"+ids["documento"]+"/enviar", map[string][]string{"Para": {"cliente@example.mx"}}))
	p.shareWith(p.found("XIA190128J61", "Xenia"))
	p.browser().post("/recuperar", map[string][]string{"Usuario": {"admin"}, "Rfc": {"EKU9003173C9"}})
	_, _, err := p.Directory.AskData(t.Context(), a, "", "nuevo@example.mx")
	must(t, err)
	p.drain()
	mails, err := p.box.List(100)
	must(t, err)
	var gallery sendtest.Gallery
	for _, fault := range gallery.Look(mails, password, operatorPassword) {
		t.Error(fault)
	}
	t.Logf("%d mails of %v", len(mails), gallery.Kinds())
	if len(gallery.Kinds()) < 4 {
		t.Errorf("only %v", gallery.Kinds())
	}
	if dir := os.Getenv("IOFACTURO_MAIL_GALLERY"); dir != "" {
		must(t, gallery.Hang(dir, "web"))
	}
}
