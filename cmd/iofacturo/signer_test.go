package main

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/csd"
	"iofacturo.mx/csd/prueba"
	"iofacturo.mx/decimal"
	"iofacturo.mx/internal/account"
	"iofacturo.mx/internal/billing"
	"iofacturo.mx/internal/signer"
	"iofacturo.mx/internal/store"
)

const keyPassword = "canario-de-la-llave-1"

// A trader is a data folder with one company, whose key the test knows.
type trader struct {
	dirs   string // of the test: data folder, logs, sockets
	flags  dataFlags
	actor  store.Actor
	key    *rsa.PrivateKey
	secret []byte // protected
}

// newTrader founds a company with a CSD and a secret.
func newTrader(t *testing.T) *trader {
	t.Helper()
	s := &trader{dirs: t.TempDir(), secret: []byte("canario-" + rand.Text())}
	s.flags.Data = filepath.Join(s.dirs, "data")
	p := s.open(t, "")
	defer p.Close()
	ctx := t.Context()
	var err error
	s.actor, err = p.account.Found(ctx, account.Founding{Rfc: "EKU9003173C9", Nombre: "Ana", Correo: "ana@ejemplo.mx", Usuario: "admin", Password: "tres tristes tapires 9"})
	check(t, err)
	c, err := p.account.Company(ctx, s.actor)
	check(t, err)
	c.Nombre, c.Regimenes, c.RegimenDefault, c.CodigoPostal, c.LugarExpedicion = "ESCUELA KEMPER URGATE", []string{"601"}, "601", "42501", "42501"
	_, _, err = p.account.SaveCompany(ctx, s.actor, c)
	check(t, err)
	_, err = p.account.SaveSerie(ctx, s.actor, account.Serie{Serie: "A", TipoDeComprobante: "I", FolioInicial: 1, FolioSiguiente: 1, Predeterminada: true, Activa: true})
	check(t, err)
	ca, err := prueba.Open(s.flags.path("ca"), time.Now())
	check(t, err)
	cer, key, err := ca.CSD(c.Rfc, c.Nombre, []byte(keyPassword))
	check(t, err)
	_, err = p.account.AddCertificate(ctx, s.actor, cer, key, []byte(keyPassword))
	check(t, err)
	opened, err := csd.OpenKey(key, []byte(keyPassword))
	check(t, err)
	parsed, err := x509.ParsePKCS8PrivateKey(opened.PKCS8())
	check(t, err)
	s.key = parsed.(*rsa.PrivateKey)
	_, err = p.keys.Protect(ctx, s.actor.Tenant, signer.KindTOTP, "u", s.secret)
	check(t, err)
	return s
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// open wires the portal in this process, with the keys at socket or, empty, here.
func (s *trader) open(t *testing.T, socket string) *portal {
	t.Helper()
	w := &world{ctx: t.Context(), stderr: &bytes.Buffer{}, env: func(string) string { return "" }, now: time.Now}
	p, err := openPortal(t.Context(), w, wiring{dataFlags: s.flags, socket: socket, baseURL: "http://localhost:8080", now: time.Now, log: slog.New(slog.DiscardHandler)})
	check(t, err)
	return p
}

// draft is a receipt ready to be issued.
func (s *trader) draft(t *testing.T, p *portal) billing.Draft {
	t.Helper()
	d, err := p.billing.NewDraft(t.Context(), s.actor, "I")
	check(t, err)
	d.Comprobante.Receptor = cfdi.Receptor{Rfc: "URE180429TM6", Nombre: "UNIVERSIDAD ROBOTICA ESPAÑOLA", DomicilioFiscalReceptor: "86991", RegimenFiscalReceptor: "601", UsoCFDI: "G03"}
	d.Comprobante.FormaPago = "03"
	d.Comprobante.Conceptos = []cfdi.Concepto{{
		ClaveProdServ: "84111506", Cantidad: decimal.MustParse("1"), ClaveUnidad: "ACT", Descripcion: "Servicio de facturación",
		ValorUnitario: decimal.MustParse("100"), ObjetoImp: "01",
	}}
	d, err = p.billing.SaveDraft(t.Context(), s.actor, d)
	check(t, err)
	return d
}

// number issues n receipts without a signer: each waits numbered, with its job.
func (s *trader) number(t *testing.T, p *portal, n int) {
	t.Helper()
	for range n {
		d := s.draft(t, p)
		doc, err := p.billing.Issue(t.Context(), s.actor, d.ID, d.Revision)
		check(t, err)
		if doc.State != billing.Numerado {
			t.Fatalf("without a signer: %s %+v", doc.State, doc.Reason)
		}
	}
}

// start runs the real program until the test ends, and returns its process.
func (s *trader) start(t *testing.T, binary, name string, args ...string) *exec.Cmd {
	t.Helper()
	log, err := os.CreateTemp(s.dirs, name+"-*.log")
	check(t, err)
	cmd := exec.Command(binary, append([]string{name, "--data", s.flags.Data}, args...)...)
	cmd.Stdout, cmd.Stderr = log, log
	check(t, cmd.Start())
	t.Cleanup(func() {
		if cmd.ProcessState == nil { // else the test killed it
			_ = cmd.Process.Signal(syscall.SIGTERM)
			if err := cmd.Wait(); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		log.Close()
		if t.Failed() {
			text, _ := os.ReadFile(log.Name())
			t.Logf("%s said:\n%.4000s", name, text)
		}
	})
	return cmd
}

// until asks again and again, for a minute and a half at most.
func until(t *testing.T, what string, done func() bool) {
	t.Helper()
	deadline, tick := time.After(90*time.Second), time.NewTicker(50*time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("%s: not in 90 s", what)
		}
	}
}

// buildProgram builds the program itself: what is looked into is what ships.
func buildProgram(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "iofacturo")
	build := exec.CommandContext(t.Context(), "go", "build", "-tags", "timetzdata", "-o", path, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return path
}

// A thousand receipts are sealed for a portal whose keys lie with the separate
// signer, which is killed on the way and started again. The portal's memory never holds a factor of the key, nor the master key; nothing
// on disk holds a secret in clear; and every invariant holds.
func TestAPortalWithASeparateSignerHoldsNoKey(t *testing.T) {
	if underRace {
		t.Skip("what is looked into is the program itself, never this binary: dev/test.sh runs it without the race detector, in a quarter of the time")
	}
	const receipts = 1000
	binary := buildProgram(t)
	s := newTrader(t)
	socket := filepath.Join(s.dirs, "s")
	p := s.open(t, socket)
	defer p.Close()
	s.number(t, p, receipts)

	keeper := s.start(t, binary, "signer", "--socket", socket)
	until(t, "the signer", func() bool { return p.keys.(*signer.Client).Ping(t.Context()) == nil })
	serve := s.start(t, binary, "serve", "--addr", "127.0.0.1:0", "--signer-socket", socket)
	sealed := func() int {
		links, err := p.db.View(s.actor.Tenant).Audits(t.Context(), "", 10*receipts)
		check(t, err)
		n := 0
		for _, l := range links {
			if l.Action == "csd.sign" {
				n++
			}
		}
		return n
	}
	began := time.Now()
	until(t, "some seals", func() bool { return sealed() >= receipts/4 })
	check(t, keeper.Process.Kill()) // in the middle of it
	_ = keeper.Wait()
	keeper = s.start(t, binary, "signer", "--socket", socket)
	until(t, "a thousand seals", func() bool { return sealed() >= receipts })
	t.Logf("%d seals in %v", sealed(), time.Since(began).Round(time.Millisecond))

	master, err := os.ReadFile(s.flags.masterPath())
	check(t, err)
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(master)))
	check(t, err)
	factors := factorsOf(s.key)
	if n := inMemory(t, keeper.Process.Pid, factors); n == 0 {
		t.Error("the signer itself holds no key while it works: this scan sees nothing")
	}
	if n := inMemory(t, serve.Process.Pid, append(factors, raw, bytes.TrimSpace(master))); n != 0 {
		t.Errorf("the portal's memory holds %d parts of the keys", n)
	}
	until(t, "every stamp", func() bool {
		page, err := p.billing.List(t.Context(), s.actor, billing.Filter{State: string(billing.Timbrado), Limit: 1})
		check(t, err)
		return page.Total >= receipts
	})
	onDisk := append(factors, raw, bytes.TrimSpace(master), []byte(keyPassword), s.secret)
	if n := inFiles(t, s.dirs, s.flags.path("keys"), onDisk); n != 0 {
		t.Errorf("%d secrets in clear on disk, in a log or in a mail", n)
	}
	if out, err := exec.CommandContext(t.Context(), binary, "check", "--data", s.flags.Data).CombinedOutput(); err != nil {
		t.Errorf("check: %v\n%s", err, out)
	}
}

// factorsOf are the secret numbers of a key as they may lie in memory: most
// significant byte first, and last as in the limbs of a number. A part of each
// will do, and tells as much.
func factorsOf(k *rsa.PrivateKey) (all [][]byte) {
	for _, b := range [][]byte{k.Primes[0].Bytes(), k.Primes[1].Bytes(), k.D.Bytes(), k.Precomputed.Dp.Bytes(), k.Precomputed.Dq.Bytes(), k.Precomputed.Qinv.Bytes()} {
		limbs := slices.Clone(b)
		slices.Reverse(limbs)
		all = append(all, b[8:40], limbs[8:40])
	}
	return all
}

// inMemory counts needles in what a process can write. It takes a superuser to
// look into a process that hardened itself.
func inMemory(t *testing.T, pid int, needles [][]byte) (n int) {
	t.Helper()
	maps, err := os.ReadFile(fmt.Sprintf("/proc/%d/maps", pid))
	if err != nil {
		t.Skipf("the memory of a hardened process can be read by root alone: %v", err)
	}
	mem, err := os.Open(fmt.Sprintf("/proc/%d/mem", pid))
	if err != nil {
		t.Skipf("the memory of a hardened process can be read by root alone: %v", err)
	}
	defer mem.Close()
	seen := 0
	for line := range strings.Lines(string(maps)) {
		f := strings.Fields(line)
		from, to, _ := strings.Cut(f[0], "-")
		a, _ := strconv.ParseInt(from, 16, 64)
		b, err := strconv.ParseInt(to, 16, 64)
		if err != nil || !strings.HasPrefix(f[1], "rw") {
			continue
		}
		region := make([]byte, b-a)
		got, _ := mem.ReadAt(region, a)
		seen += got
		for _, needle := range needles {
			n += bytes.Count(region[:got], needle)
		}
	}
	if seen < 1<<20 {
		t.Errorf("looked at %d bytes only", seen)
	}
	return n
}

// inFiles counts needles in the files below a folder, but for one folder.
func inFiles(t *testing.T, root, without string, needles [][]byte) (n int) {
	t.Helper()
	files := 0
	check(t, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case path == without:
			return filepath.SkipDir
		case !d.Type().IsRegular():
			return nil
		}
		files++
		text, err := os.ReadFile(path)
		for _, needle := range needles {
			if bytes.Contains(text, needle) {
				n++
				t.Errorf("%s holds a secret in clear", path)
			}
		}
		return err
	}))
	if files < 5 {
		t.Errorf("looked at %d files only", files)
	}
	return n
}
