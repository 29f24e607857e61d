//go:build libcrypto && linux && (amd64 || arm64)

package csd

import (
	"bytes"
	"crypto/x509"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/ebitengine/purego"
)

// A library is the system's libcrypto, as much of it as is called: each field is the
// address of the function of OpenSSL 3 with its name.
type library struct {
	version                                       string
	turns                                         chan struct{} // one for each that may be inside at once
	sha256                                        uintptr       // what EVP_sha256 answers
	d2iRSAPrivateKey, d2iPublicKey, free          uintptr
	newKey, assign, freeRSA                       uintptr
	ctxNew, ctxFree, signInit, verifyInit         uintptr
	setPadding, setDigest, sign, verify, clearErr uintptr
}

// Constants of OpenSSL 3's headers.
const (
	soname          = "libcrypto.so.3"
	evpRSA          = 6                       // EVP_PKEY_RSA
	pkcs1Padding    = 1                       // RSA_PKCS1_PADDING
	noConfigNoExit  = 0x00000080 | 0x00080000 // OPENSSL_INIT_NO_LOAD_CONFIG, OPENSSL_INIT_NO_ATEXIT
	longestRSA      = maxBits / 8
	opensslVersionN = 0 // OPENSSL_VERSION
)

// theLibrary loads libcrypto once; nil where the system has none, or one without what is
// called here. It is told to read no configuration, which could put another's code or
// another's arithmetic into the process.
var theLibrary = sync.OnceValue(func() *library {
	handle, err := purego.Dlopen(soname, purego.RTLD_NOW|purego.RTLD_LOCAL)
	if err != nil {
		return nil
	}
	l := &library{turns: make(chan struct{}, runtime.GOMAXPROCS(0))}
	var initCrypto, versionText, evpSHA256 uintptr
	for name, at := range map[string]*uintptr{
		"OPENSSL_init_crypto": &initCrypto, "OpenSSL_version": &versionText, "EVP_sha256": &evpSHA256,
		"d2i_RSAPrivateKey": &l.d2iRSAPrivateKey, "EVP_PKEY_new": &l.newKey, "EVP_PKEY_assign": &l.assign, "RSA_free": &l.freeRSA, "d2i_PublicKey": &l.d2iPublicKey, "EVP_PKEY_free": &l.free,
		"EVP_PKEY_CTX_new": &l.ctxNew, "EVP_PKEY_CTX_free": &l.ctxFree,
		"EVP_PKEY_sign_init": &l.signInit, "EVP_PKEY_verify_init": &l.verifyInit,
		"EVP_PKEY_CTX_set_rsa_padding": &l.setPadding, "EVP_PKEY_CTX_set_signature_md": &l.setDigest,
		"EVP_PKEY_sign": &l.sign, "EVP_PKEY_verify": &l.verify, "ERR_clear_error": &l.clearErr,
	} {
		if *at, err = purego.Dlsym(handle, name); err != nil {
			return nil
		}
	}
	if !yes(initCrypto, noConfigNoExit, 0) {
		return nil
	}
	var version func(int32) string
	purego.RegisterFunc(&version, versionText)
	l.version = version(opensslVersionN)
	l.sha256, _, _ = purego.SyscallN(evpSHA256)
	return l
})

// yes calls a function of OpenSSL whose success is 1.
//
//go:uintptrescapes
func yes(fn uintptr, args ...uintptr) bool {
	r, _, _ := purego.SyscallN(fn, args...)
	return int32(r) == 1
}

func foreignRoute() string {
	l := theLibrary()
	if l == nil {
		return ""
	}
	return fmt.Sprintf("libcrypto (%s)", l.version)
}

// foreign is what a Key or a Certificate keeps of libcrypto.
type foreign struct {
	once   sync.Once
	engine *engine
	used   atomic.Bool
}

// An engine is one RSA key inside libcrypto. It may be used by several goroutines at once.
type engine struct {
	lib  *library
	pkey uintptr // EVP_PKEY
	init uintptr // what makes a context ready: to sign, or to verify

	mu   sync.Mutex
	idle []*session
}

// A session is a context, which serves one goroutine at a time, with the memory that
// libcrypto reads and writes meanwhile.
type session struct {
	ctx    uintptr // EVP_PKEY_CTX
	digest [32]byte
	sig    [longestRSA]byte
	size   uintptr
}

// engine is the key inside libcrypto, put there at its first signature; nil without the
// library. k.mu is held.
func (k *Key) engine() *engine {
	k.foreign.once.Do(func() {
		l := theLibrary()
		if l == nil {
			return
		}
		var der []byte
		Secretly(func() { der = x509.MarshalPKCS1PrivateKey(k.rsa) })
		defer clear(der)
		k.foreign.engine = l.wrap(l.read(l.d2iRSAPrivateKey, der), l.signInit)
		if k.foreign.engine != nil {
			runtime.AddCleanup(k, (*engine).close, k.foreign.engine)
		}
	})
	return k.foreign.engine
}

// engine is the public key inside libcrypto from the second signature on: putting it there
// takes as long as several verifications, and most certificates are met once.
func (c *Certificate) engine() *engine {
	if !c.foreign.used.Load() {
		c.foreign.used.Store(true)
		return nil
	}
	c.foreign.once.Do(func() {
		l := theLibrary()
		if l == nil {
			return
		}
		c.foreign.engine = l.engineOf(l.read(l.d2iPublicKey, x509.MarshalPKCS1PublicKey(c.key), evpRSA), l.verifyInit)
		if c.foreign.engine != nil {
			runtime.AddCleanup(c, (*engine).close, c.foreign.engine)
		}
	})
	return c.foreign.engine
}

// read has the library read DER by one of its d2i functions, whose first arguments are
// before; 0 when it takes it not.
func (l *library) read(d2i uintptr, der []byte, before ...uintptr) uintptr {
	at := new(uintptr) // libcrypto moves it past what it read
	*at = uintptr(unsafe.Pointer(unsafe.SliceData(der)))
	made, _, _ := purego.SyscallN(d2i, append(before, 0, uintptr(unsafe.Pointer(at)), uintptr(len(der)))...)
	runtime.KeepAlive(der)
	runtime.KeepAlive(at)
	if made == 0 {
		_, _, _ = purego.SyscallN(l.clearErr)
	}
	return made
}

// wrap makes an engine of an RSA. A private key comes this way: d2i_PrivateKey goes through
// OpenSSL's decoders, which let go of a copy of the DER without overwriting it.
func (l *library) wrap(rsa, ready uintptr) *engine {
	if rsa == 0 {
		return nil
	}
	pkey, _, _ := purego.SyscallN(l.newKey)
	if pkey == 0 || !yes(l.assign, pkey, evpRSA, rsa) {
		_, _, _ = purego.SyscallN(l.freeRSA, rsa)
		_, _, _ = purego.SyscallN(l.free, pkey)
		return nil
	}
	return l.engineOf(pkey, ready)
}

func (l *library) engineOf(pkey, ready uintptr) *engine {
	if pkey == 0 {
		return nil
	}
	return &engine{lib: l, pkey: pkey, init: ready}
}

// take waits for its turn and is a session that nobody uses, nil when libcrypto makes none.
// Whoever is inside keeps a thread of the system, so no more are let in than can compute.
func (e *engine) take() (s *session) {
	e.lib.turns <- struct{}{}
	defer func() {
		if s == nil {
			<-e.lib.turns
		}
	}()
	e.mu.Lock()
	defer e.mu.Unlock()
	if n := len(e.idle); n > 0 {
		s := e.idle[n-1]
		e.idle = e.idle[:n-1]
		return s
	}
	if e.pkey == 0 {
		return nil
	}
	ctx, _, _ := purego.SyscallN(e.lib.ctxNew, e.pkey, 0)
	if ctx == 0 || !yes(e.init, ctx) || !yes(e.lib.setPadding, ctx, pkcs1Padding) || !yes(e.lib.setDigest, ctx, e.lib.sha256) {
		_, _, _ = purego.SyscallN(e.lib.ctxFree, ctx)
		_, _, _ = purego.SyscallN(e.lib.clearErr)
		return nil
	}
	return &session{ctx: ctx}
}

// give puts a session back, and then lets the next one in, who finds it.
func (e *engine) give(s *session) {
	e.mu.Lock()
	e.idle = append(e.idle, s)
	e.mu.Unlock()
	<-e.lib.turns
}

var errLibcrypto = errors.New("libcrypto refused")

// sign is the signature of a digest, of size bytes; not done when libcrypto has no context
// for it. It blinds the exponentiation and holds what comes out against the public key
// before it gives it.
func (e *engine) sign(digest *[32]byte, size int) (sig []byte, done bool, err error) {
	s := e.take()
	if s == nil {
		return nil, false, nil
	}
	defer e.give(s)
	s.digest, s.size = *digest, uintptr(len(s.sig))
	ok := yes(e.lib.sign, s.ctx, uintptr(unsafe.Pointer(&s.sig)), uintptr(unsafe.Pointer(&s.size)), uintptr(unsafe.Pointer(&s.digest)), uintptr(len(s.digest)))
	if !ok || s.size != uintptr(size) {
		_, _, _ = purego.SyscallN(e.lib.clearErr)
		return nil, true, errLibcrypto
	}
	return bytes.Clone(s.sig[:size]), true, nil
}

// verify reports whether sig, as long as the key, is the signature of digest; not done when
// libcrypto has no context for it.
func (e *engine) verify(digest *[32]byte, sig []byte) (done bool, err error) {
	s := e.take()
	if s == nil {
		return false, nil
	}
	defer e.give(s)
	s.digest = *digest
	n := copy(s.sig[:], sig)
	if !yes(e.lib.verify, s.ctx, uintptr(unsafe.Pointer(&s.sig)), uintptr(n), uintptr(unsafe.Pointer(&s.digest)), uintptr(len(s.digest))) {
		_, _, _ = purego.SyscallN(e.lib.clearErr)
		return true, errLibcrypto
	}
	return true, nil
}

// close gives all back; libcrypto overwrites the numbers of the key. Nobody uses e any more.
func (e *engine) close() {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, s := range e.idle {
		_, _, _ = purego.SyscallN(e.lib.ctxFree, s.ctx)
	}
	if e.pkey != 0 {
		_, _, _ = purego.SyscallN(e.lib.free, e.pkey)
	}
	e.idle, e.pkey = nil, 0
}

// wipe closes the engine of a key that is let go of. k.mu is held for writing.
func (f *foreign) wipe() {
	if f.engine != nil {
		f.engine.close()
	}
}
