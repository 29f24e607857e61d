package totp

import (
	"strings"
	"testing"
	"time"

	lib "github.com/pquerna/otp/totp"
)

// The secret and codes of RFC 6238, appendix B, in six digits.
func TestCodesOfTheRFC(t *testing.T) {
	const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
	for at, code := range map[int64]string{59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037"} {
		if step, ok := Verify(secret, code, time.Unix(at, 0), 0); !ok || step != at/period {
			t.Errorf("%d: %s refused", at, code)
		}
	}
}

func TestACodeIsTakenOnceAndInTime(t *testing.T) {
	secret, url, err := New("ioFacturo", "admin@EKU9003173C9")
	if err != nil || !strings.HasPrefix(url, "otpauth://totp/ioFacturo:admin@EKU9003173C9?") {
		t.Fatal(url, err)
	}
	now := time.Unix(1_800_000_000, 0)
	code, err := lib.GenerateCode(secret, now)
	if err != nil {
		t.Fatal(err)
	}
	step, ok := Verify(secret, code[:3]+" "+code[3:], now, 0)
	if !ok {
		t.Fatal("a good code is refused")
	}
	for name, c := range map[string]struct {
		code string
		at   time.Time
		last int64
		ok   bool
	}{
		"again":              {code, now, step, false},
		"a step late":        {code, now.Add(period * time.Second), step - 1, true},
		"a step early":       {code, now.Add(-period * time.Second), step - 1, true},
		"two steps late":     {code, now.Add(2 * period * time.Second), 0, false},
		"after a later code": {code, now, step + 1, false},
		"empty":              {"", now, 0, false},
		"too short":          {code[:5], now, 0, false},
		"too long":           {code + "0", now, 0, false},
		"no digits":          {"abcdef", now, 0, false},
	} {
		if _, ok := Verify(secret, c.code, c.at, c.last); ok != c.ok {
			t.Errorf("%s: %v", name, ok)
		}
	}
	if _, ok := Verify("not base32!", code, now, 0); ok {
		t.Error("a secret that cannot be read took a code")
	}
}

func TestRecoveryCodes(t *testing.T) {
	codes, hashes := RecoveryCodes("u-1", 10)
	if len(codes) != 10 {
		t.Fatal(codes)
	}
	seen := map[string]bool{}
	for i, c := range codes {
		if bits := 5 * len(strings.ReplaceAll(c, "-", "")); seen[c] || bits < 128 || !IsRecovery(c) {
			t.Errorf("code %q", c)
		}
		seen[c] = true
		if HashRecovery("u-1", strings.ToUpper(strings.ReplaceAll(c, "-", " "))) != hashes[i] {
			t.Errorf("%q typed in another way is another code", c)
		}
		if HashRecovery("u-2", c) == hashes[i] {
			t.Error("another person's code is the same")
		}
	}
	if IsRecovery("123 456") {
		t.Error("six digits look like a recovery code")
	}
}
