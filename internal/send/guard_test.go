package send

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"sync/atomic"
	"testing"
	"time"
)

// TestTheGuardConnectsNowhereInside: whatever a name turns out to be, nothing is dialed
// that is not public. A server on this machine is the ground truth: it counts who came.
func TestTheGuardConnectsNowhereInside(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	var came atomic.Int64
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			came.Add(1)
			_ = c.Close()
		}
	}()
	hosts := []string{
		"127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0x7f.1", "0177.0.0.1", "017700000001", "127.0.0.1.", "127.000.000.001",
		"localhost", "LOCALHOST", "localhost.", "ip6-localhost", "0", "0.0.0.0", "[::1]", "::1", "::", "[::ffff:127.0.0.1]", "::ffff:7f00:1", "8.8.8.8", "2001:4860:4860::8888",
		"", ".", "..", "-a.mx", "a-.mx", "a..mx", "a.mx/", "a.mx:25", "http://a.mx", "user@a.mx", "a mx", "a.mx\r\nb", "a.mx\x00", "ａ.mx", "１２７.0.0.1", "a.mx%00", "①.mx", "10.0.0.1", "169.254.169.254",
	}
	for _, host := range hosts {
		g := Guard{Lookup: func(context.Context, string) ([]string, error) { return []string{"127.0.0.1"}, nil }}
		if g.CheckHost(host) == nil && host != "a.mx" {
			t.Errorf("%q passes as a name", host)
		}
		if _, err := g.dial(t.Context(), host, 587, time.Second); err == nil {
			t.Errorf("%q was dialed", host)
		}
	}
	inside := []string{
		"0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200", "100.127.255.255", "127.0.0.1", "127.255.255.254", "168.63.129.16",
		"169.254.0.1", "169.254.169.254", "169.254.170.2", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.0.1",
		"198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
		"::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:8.8.8.8", "::ffff:0:127.0.0.1", "64:ff9b::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::1",
		"100::1", "2001::1", "2001:0:7f00:1::", "2001:10::1", "2001:20::1", "2001:db8::1", "2002:7f00:1::", "2002:a00:1::1", "3fff::1", "5f00::1",
		"fc00::1", "fd00::1", "fd00:ec2::254", "fe80::1", "fe80::1%lo", "fe80::a9fe:a9fe", "fec0::1", "ff02::1", "ff0e::1", "4000::1", "no es una dirección", "",
	}
	for _, a := range inside {
		g := Guard{Lookup: func(context.Context, string) ([]string, error) { return []string{a}, nil }}
		if _, err := g.addresses(t.Context(), "correo.empresa.mx"); err == nil {
			t.Errorf("%q was let through", a)
		}
		both := Guard{Lookup: func(context.Context, string) ([]string, error) { return []string{"8.8.8.8", a}, nil }}
		if _, err := both.addresses(t.Context(), "correo.empresa.mx"); err == nil {
			t.Errorf("%q was let through behind a public one", a)
		}
		loop := Guard{Loopback: true, Lookup: g.Lookup}
		if ip, err := netip.ParseAddr(a); err == nil && !ip.Unmap().IsLoopback() {
			if _, err := loop.addresses(t.Context(), "correo.empresa.mx"); err == nil {
				t.Errorf("%q was let through as this machine", a)
			}
		}
	}
	for _, a := range []string{"8.8.8.8", "1.1.1.1", "9.255.255.255", "11.0.0.1", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1", "192.167.1.1", "198.20.0.1", "2001:4860:4860::8888", "2606:4700::1111", "2a00:1450::1"} {
		g := Guard{Lookup: func(context.Context, string) ([]string, error) { return []string{a}, nil }}
		if list, err := g.addresses(t.Context(), "correo.empresa.mx"); err != nil || len(list) != 1 || list[0].String() != a {
			t.Errorf("%s: %v, %v", a, list, err)
		}
	}
	if came.Load() != 0 {
		t.Errorf("%d connections", came.Load())
	}
	if n := len(hosts) + len(inside); n < 80 {
		t.Errorf("the table has %d forms", n)
	}
}

// TestTheGuardDialsWhatItJudged: a name that answers otherwise the second time is asked
// only once, and a port that is none of mail is not tried.
func TestTheGuardDialsWhatItJudged(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	port := l.Addr().(*net.TCPAddr).Port
	asked := 0
	g := Guard{Loopback: true, Lookup: func(context.Context, string) ([]string, error) {
		asked++
		return []string{[]string{"127.0.0.1", "10.0.0.1"}[min(asked-1, 1)]}, nil
	}}
	conn, err := g.dial(t.Context(), "localhost", port, time.Second)
	if err != nil {
		t.Fatal(err)
	}
	if got := conn.RemoteAddr().String(); got != l.Addr().String() || asked != 1 {
		t.Errorf("dialed %s after %d questions", got, asked)
	}
	_ = conn.Close()
	public := func(context.Context, string) ([]string, error) { return []string{"8.8.8.8"}, nil }
	for _, p := range []int{0, -1, 22, 80, 443, 3306, 5432, 6379, 11211, port, 1 << 16} {
		for _, g := range []Guard{{Lookup: public}, {Loopback: true, Lookup: public}} {
			if _, err := g.dial(t.Context(), "correo.empresa.mx", p, 10*time.Millisecond); err != errPort {
				t.Errorf("port %d: %v", p, err)
			}
		}
	}
	if _, err := (Guard{Loopback: true, Lookup: public}).dial(t.Context(), "localhost", 443, 10*time.Millisecond); err == nil || !errors.Is(err, errForbidden) && !errors.Is(err, errPort) {
		t.Errorf("this machine's name for another: %v", err)
	}
	for _, p := range Ports() {
		if err := (Guard{}).CheckPort("correo.empresa.mx", p); err != nil {
			t.Error(err)
		}
	}
}
