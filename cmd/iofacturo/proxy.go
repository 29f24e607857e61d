package main

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// behind gives next the address of the visitor where a proxy stands in front: the last one in X-Forwarded-For, which the
// proxy itself wrote. What stands before it anybody may have written, and so may any peer that is not a proxy of ours:
// their headers count for nothing. Without it all visitors would share one limit of attempts, and one line in the audit.
func behind(proxies []netip.Prefix, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if visitor, ok := forwarded(proxies, r); ok {
			r2 := *r
			r2.RemoteAddr = netip.AddrPortFrom(visitor, 0).String()
			r = &r2
		}
		next.ServeHTTP(w, r)
	})
}

// forwarded returns the visitor's address as a proxy of ours reports it.
func forwarded(proxies []netip.Prefix, r *http.Request) (netip.Addr, bool) {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	ours := func(p netip.Prefix) bool { return p.Contains(peer.Addr().Unmap()) }
	if err != nil || !slices.ContainsFunc(proxies, ours) {
		return netip.Addr{}, false
	}
	list := r.Header.Values("X-Forwarded-For")
	if len(list) == 0 {
		return netip.Addr{}, false
	}
	last := list[len(list)-1]
	visitor, err := netip.ParseAddr(strings.TrimSpace(last[strings.LastIndexByte(last, ',')+1:]))
	return visitor.Unmap(), err == nil
}
