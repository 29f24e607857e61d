//go:build !libcrypto || !linux || !(amd64 || arm64)

package csd

// foreign is no one in this build: every operation is Go's.
type foreign struct{}

func foreignRoute() string { return "" }

func (foreign) engine() *engine { return nil }

func (foreign) wipe() {}

func (k *Key) engine() *engine { return k.foreign.engine() }

func (c *Certificate) engine() *engine { return c.foreign.engine() }

// engine has no values here.
type engine struct{}

func (*engine) sign(*[32]byte, int) (sig []byte, done bool, err error) { return nil, false, nil }

func (*engine) verify(*[32]byte, []byte) (done bool, err error) { return false, nil }
