//go:build !linux

package signer

import (
	"errors"
	"net"
)

// peer refuses everybody where the kernel cannot be asked who is at the other end.
func peer(net.Conn) (uint32, error) {
	return 0, errors.New("the separate signer needs Linux")
}
