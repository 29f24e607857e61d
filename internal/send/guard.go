package send

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"iofacturo.mx/internal/fail"
)

// A Guard says which mail servers may be reached that somebody else named (T9: a
// portal that connects wherever it is told is a way into the network it stands in).
// The zero Guard lets public addresses through, at the ports of mail, and nothing else.
// The address that was judged is the one that is dialed; TLS holds the name.
type Guard struct {
	// Loopback lets servers of this machine through too, at any port: for tests, and
	// for a demo that itself listens on this machine alone.
	Loopback bool
	Roots    *x509.CertPool                                           // who may vouch for a server; nil is the system's
	Lookup   func(ctx context.Context, host string) ([]string, error) // nil is the system's
}

// Ports are those that mail leaves by.
func Ports() []int { return []int{587, 465, 2525, 25} }

const mostTried = 4 // addresses of one server

var (
	errForbidden = errors.New("the mail server is not at a public address")
	errPort      = errors.New("the port is none of mail")
)

// blocked4 and blocked6 are no addresses of the public Internet, or stand for another
// one that would not be judged (IANA special-purpose registries; metadata services).
func blocked4() []string {
	return []string{
		"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
		"192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
		"224.0.0.0/4", "240.0.0.0/4",
	}
}

func blocked6() []string {
	return []string{"2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20"}
}

// public reports whether a is an address of the public Internet that stands for
// nothing but itself. Of IPv6 only what IANA gives out (2000::/3) is: mapped, NAT64,
// local, link-local and multicast addresses lie outside.
func public(a netip.Addr) bool {
	if !a.IsValid() || a.Zone() != "" {
		return false
	}
	within := func(list []string) bool {
		return slices.ContainsFunc(list, func(p string) bool { return netip.MustParsePrefix(p).Contains(a) })
	}
	if a.Is4() {
		return !within(blocked4())
	}
	return !a.Is4In6() && netip.MustParsePrefix("2000::/3").Contains(a) && !within(blocked6())
}

// CheckHost refuses, in Spanish, what is no name of a mail server. Whether its address
// is a public one is seen each time it is dialed.
func (g Guard) CheckHost(host string) error {
	if g.Loopback && local(host) {
		return nil
	}
	if !domainPart(host) || len(host) > 253 {
		return fail.New(fail.Invalid, "El servidor se escribe por su nombre, como smtp.empresa.mx: sin https://, sin puerto y sin números de IP.")
	}
	return nil
}

// CheckPort refuses, in Spanish, a port that is none of mail.
func (g Guard) CheckPort(host string, port int) error {
	if slices.Contains(Ports(), port) || g.Loopback && local(host) && port > 0 && port < 1<<16 {
		return nil
	}
	return fail.New(fail.Invalid, "El correo sale por los puertos 587, 465, 2525 o 25.")
}

// local reports whether host is a name or an address of this machine.
func local(host string) bool {
	a, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && a.Unmap().IsLoopback()
}

// addresses are those of host, each judged. One that is not public spoils the name: what
// answers in two ways would be asked until it answers as wanted.
func (g Guard) addresses(ctx context.Context, host string) ([]netip.Addr, error) {
	if err := g.CheckHost(host); err != nil {
		return nil, errForbidden
	}
	look := g.Lookup
	if look == nil {
		look = net.DefaultResolver.LookupHost
	}
	texts, err := look(ctx, host)
	if err != nil {
		return nil, fmt.Errorf("look up %s: %w", host, err)
	}
	var list []netip.Addr
	for _, text := range texts {
		a, err := netip.ParseAddr(text)
		if err != nil {
			return nil, errForbidden
		}
		if !public(a) && !(g.Loopback && a.Unmap().IsLoopback()) {
			return nil, errForbidden
		}
		list = append(list, a)
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("look up %s: no address", host)
	}
	return list[:min(len(list), mostTried)], nil
}

// dial connects with the first address of host that answers; it is one that was judged.
func (g Guard) dial(ctx context.Context, host string, port int, timeout time.Duration) (net.Conn, error) {
	if g.CheckPort(host, port) != nil {
		return nil, errPort
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	list, err := g.addresses(ctx, strings.ToLower(host))
	if err != nil {
		return nil, err
	}
	d := net.Dialer{Timeout: max(timeout/time.Duration(len(list)), time.Second)}
	for _, a := range list {
		if !slices.Contains(Ports(), port) && !a.Unmap().IsLoopback() {
			return nil, errPort
		}
		var conn net.Conn
		if conn, err = d.DialContext(ctx, "tcp", net.JoinHostPort(a.String(), strconv.Itoa(port))); err == nil {
			return conn, nil
		}
	}
	return nil, err
}
