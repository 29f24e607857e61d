package main

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
)

func TestBehindBelievesOurProxyAlone(t *testing.T) {
	ours := []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}
	for _, c := range []struct {
		name, peer string
		header     []string
		want       string
	}{
		{"our proxy", "127.0.0.1:9", []string{"203.0.113.7"}, "203.0.113.7:0"},
		{"what the visitor wrote comes first", "127.0.0.1:9", []string{"1.1.1.1, 203.0.113.7"}, "203.0.113.7:0"},
		{"in a header of its own", "[::1]:9", []string{"1.1.1.1", "2001:db8::1"}, "[2001:db8::1]:0"},
		{"mapped", "[::ffff:127.0.0.1]:9", []string{"::ffff:203.0.113.7"}, "203.0.113.7:0"},
		{"a stranger", "198.51.100.2:9", []string{"203.0.113.7"}, "198.51.100.2:9"},
		{"no header", "127.0.0.1:9", nil, "127.0.0.1:9"},
		{"no address", "127.0.0.1:9", []string{"203.0.113.7, nada"}, "127.0.0.1:9"},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr, r.Header["X-Forwarded-For"] = c.peer, c.header
		got := ""
		behind(ours, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.RemoteAddr })).ServeHTTP(httptest.NewRecorder(), r)
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestServeAddresses(t *testing.T) {
	for _, c := range []struct {
		name  string
		serve serveCmd
		want  string // "" = refused
		box   bool
	}{
		{"here", serveCmd{Addr: "localhost:8080", Demo: true}, "http://localhost:8080", true},
		{"no demo", serveCmd{Addr: "localhost:8080"}, "http://localhost:8080", false},
		{"plain to the world", serveCmd{Addr: ":8080"}, "", false},
		{"behind a proxy", serveCmd{Addr: "127.0.0.1:8080", BaseURL: "https://x.mx/", Demo: true}, "https://x.mx", false},
		{"plain proxy", serveCmd{Addr: "127.0.0.1:8080", BaseURL: "http://x.mx"}, "", false},
		{"TLS", serveCmd{Addr: "x.mx:443", TLSCert: "c", TLSKey: "k"}, "https://x.mx:443", false},
		{"TLS without a name", serveCmd{Addr: ":443", TLSCert: "c", TLSKey: "k"}, "", false},
		{"TLS on every address", serveCmd{Addr: "0.0.0.0:443", TLSCert: "c", TLSKey: "k"}, "", false},
		{"half of TLS", serveCmd{Addr: "x.mx:443", TLSCert: "c"}, "", false},
	} {
		base, err := c.serve.base()
		if base != c.want || (err == nil) != (c.want != "") || c.serve.onThisMachine(base) != c.box {
			t.Errorf("%s: %q, box %t, %v", c.name, base, c.serve.onThisMachine(base), err)
		}
	}
}
