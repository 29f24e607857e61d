package account

import "iofacturo.mx/internal/door"

// newToken and hashToken are [door.NewToken] and [door.Hash], which half of this
// package speaks of.
func newToken() (token, hash string, err error) { return door.NewToken() }

func hashToken(token string) string { return door.Hash(token) }
