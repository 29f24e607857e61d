//go:build !libcrypto || !linux || !(amd64 || arm64)

package csd_test

const builtWithLibcrypto = false
