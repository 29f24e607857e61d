package main

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestOperadorCommands: the machine makes the first operator, says its password once, and
// lets one in again.
func TestOperadorCommands(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	once := regexp.MustCompile(`^[a-z2-7]{5}(-[a-z2-7]{5}){3}-[a-z2-7]{6}\n$`)
	first := command(t, "operador", "nuevo", "--data", data, "olga", "--nombre", "Olga Ríos", "--correo", "olga@portal.mx")
	if first.status != 0 || !once.MatchString(first.out) || !strings.Contains(first.errOut, "/operador/entrar") {
		t.Fatalf("%+v", first)
	}
	for name, c := range map[string]struct {
		args   []string
		status int
		words  string
	}{
		"twice":       {[]string{"nuevo", "olga", "--nombre", "Olga Ríos", "--correo", "olga@portal.mx"}, 2, "Ya hay un operador con ese usuario"},
		"a bad name":  {[]string{"nuevo", "o", "--nombre", "O", "--correo", "no"}, 2, "Usuario: "},
		"no address":  {[]string{"nuevo", "eva", "--nombre", "Eva Sol"}, 2, "--correo"},
		"nobody":      {[]string{"reiniciar", "eva"}, 2, `no hay un operador "eva"`},
		"a lost door": {[]string{"reiniciar", "OLGA"}, 0, "un solo uso"},
	} {
		got := commandAt(t, at.Add(time.Minute), "", append([]string{"operador", c.args[0], "--data", data}, c.args[1:]...)...)
		if got.status != c.status || !strings.Contains(got.errOut, c.words) {
			t.Errorf("%s: %+v", name, got)
		}
		if got.status == 0 && (!once.MatchString(got.out) || got.out == first.out) {
			t.Errorf("%s: %q", name, got.out)
		}
	}
	if got := command(t, "audit", "verify", "--data", data); got.status != 0 || !strings.HasPrefix(got.out, "OPERADOR\t") {
		t.Errorf("its chain: %+v", got)
	}
}
