package account

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"iofacturo.mx/internal/store"
)

const paperPath = "../../docs/security.md"

func paper(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(paperPath)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestAuthPaper: the numbers that docs/security.md promises are the code's.
func TestAuthPaper(t *testing.T) {
	text, d := paper(t), store.DefaultPolicy()
	whole := func(d, unit time.Duration) int {
		if d%unit != 0 {
			t.Errorf("%v is no whole number of %v", d, unit)
		}
		return int(d / unit)
	}
	minutes := func(d time.Duration) int { return whole(d, time.Minute) }
	hours := func(d time.Duration) int { return whole(d, time.Hour) }
	// At most so many failures in a day: each round of waits and five.
	rounds, passed := 0, time.Duration(0)
	for ; passed < 24*time.Hour; rounds++ {
		passed += waitFor(int64(rounds))
	}
	if most := failuresAllowed * (rounds + 1); most > 40 {
		t.Errorf("%d failures fit into a day; the paper promises 40", most)
	}
	if strings.Join([]string{fmt.Sprint(hashSlots), fmt.Sprint(argonThreads), fmt.Sprint(argonSalt * 8)}, " ") != "2 1 128" {
		t.Error("the cost of a password is another one")
	}
	for _, want := range []string{
		fmt.Sprintf("| %d in %d minutes | wait %d minutes, doubled by each round, %d hours at most |", failuresAllowed, minutes(failureWindow), minutes(firstWait), hours(longestWait)),
		fmt.Sprintf("| %d an hour |", mailsPerHour),
		fmt.Sprintf("| tests of a company's own mail server | %d at once, one a minute after |", mailTests),
		fmt.Sprintf("| password hashes | %d at a time |", hashSlots),
		fmt.Sprintf("| password, forgotten | %d minutes, once |", minutes(passwordLinkLife)),
		fmt.Sprintf("| unlocking | %d minutes, once |", minutes(unlockLife)),
		fmt.Sprintf("| invitation, registration | %d hours, once |", hours(invitationLife)),
		fmt.Sprintf("| change of address | %d hours, once, both addresses |", hours(mailChangeLife)),
		fmt.Sprintf("| password handed over | %d hours, changed at first entry, cannot be kept |", hours(onceLife)),
		fmt.Sprintf("| challenge for a seal or a passkey | %d and %d minutes, one answer |", minutes(csdLife), minutes(passkeyLife)),
		fmt.Sprintf("| second half of coming in | %d minutes |", minutes(halfLife)),
		fmt.Sprintf("%d to %d characters of any kind", shortestPassword, longestPassword),
		fmt.Sprintf("| unused | %d minutes | 5 to 720 minutes |", d.SessionMinutes),
		fmt.Sprintf("| in all | %d hours | 1 to %d hours |", d.SessionHours, hours(sessionLife)),
		fmt.Sprintf("| of an operator | %d minutes, %d hours | |", operatorMinutes, operatorHours),
		fmt.Sprintf("| proof before a dangerous act: password and, of who has one, second factor; or a passkey | %d minutes | |", minutes(freshFor)),
		fmt.Sprintf("Argon2id, %d MiB, %d passes, %d lane, %d-bit salt", hashCost().Memory/1024, hashCost().Time, argonThreads, argonSalt*8),
		fmt.Sprintf("renewed every %d days", d.PasswordDays),
		fmt.Sprintf("Administradores have %d days to set theirs up", d.GraceDays),
		fmt.Sprintf("not seen in %d days", whole(deviceMemory, 24*time.Hour)),
	} {
		if !strings.Contains(text, want) {
			t.Errorf("docs/security.md does not say %q", want)
		}
	}
	if mailTestEvery != time.Minute {
		t.Error("tests of a mail server wait for another time")
	}
	if invitationLife != registrationLife {
		t.Error("invitations and registrations last differently")
	}
	for path, change := range map[string]func(p *Policy, off int){
		"SessionMinutes": func(p *Policy, off int) { p.SessionMinutes = 5 + off },
		"SessionHours":   func(p *Policy, off int) { p.SessionHours = 1 + off },
		"PasswordLength": func(p *Policy, off int) { p.PasswordLength = shortestPassword + off },
	} {
		for _, off := range []int{-1, 0} {
			p := policyOf(d)
			change(&p, off)
			if got := fieldsOf(p.check()); (len(got) == 0) != (off == 0) {
				t.Errorf("%s at its least %+d: %v", path, off, got)
			}
		}
	}
}

// TestAuthPaperListsTheWordsOfTheTrade: each word of context that the paper names is
// refused, alone and built out with a year and signs.
func TestAuthPaperListsTheWordsOfTheTrade(t *testing.T) {
	m := regexp.MustCompile(`(?s)ones of this trade and of this house:\n(.*?)\. The whole`).FindStringSubmatch(paper(t))
	if m == nil {
		t.Fatal("no list")
	}
	words := strings.Split(strings.ReplaceAll(m[1], "\n", " "), ", ")
	if len(words) < 20 {
		t.Errorf("only %d words", len(words))
	}
	for _, w := range words {
		for _, password := range []string{w + "2026!" + w, strings.ToUpper(w[:1]) + w[1:] + ".2026.2027", w + w + w + w} {
			var p problems
			checkNew(&p, shortestPassword, "P", "P2", password, password, "zoe", rfcA)
			if len(p.fields) == 0 && len([]rune(password)) >= shortestPassword {
				t.Errorf("%q is taken", password)
			}
		}
	}
}

// TestAuthEveryWayEndsInOneDoor: the paper lists every way there is, and sessions are
// opened where it says.
func TestAuthEveryWayEndsInOneDoor(t *testing.T) {
	files, err := filepath.Glob("../*/*.go")
	if err != nil || len(files) < 100 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	text, ways, opens := paper(t), 0, 0
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`(?m)^\tWay\w+ +Way = "([a-z-]+)"`).FindAllStringSubmatch(string(source), -1) {
			if ways++; !strings.Contains(text, "\n| `"+m[1]+"` |") {
				t.Errorf("docs/security.md does not tell of the way %q", m[1])
			}
		}
		if n := strings.Count(string(source), ".InsertSession("); n > 0 {
			if opens += n; !strings.HasSuffix(file, "account/admit.go") && !strings.HasSuffix(file, "account/confirm.go") {
				t.Errorf("%s opens sessions", file)
			}
		}
	}
	if ways != 6 || opens != 2 {
		t.Errorf("%d ways and %d places that open sessions; the paper tells of 6 and 2", ways, opens)
	}
}

// TestAuthNobodyIsThereAtFirst: a fresh portal has no account that anybody could try.
func TestAuthNobodyIsThereAtFirst(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		for _, usuario := range []string{"admin", "root", "sa", "administrador", "operador", "demo", "test"} {
			for _, password := range []string{"", usuario, "admin", "password", "123456789012", goodPassword} {
				for _, rfc := range []string{rfcA, "XAXX010101000", "XEXX010101000"} {
					if _, err := h.SignIn(ctx, Credentials{Usuario: usuario, Rfc: rfc, Password: password}); err == nil {
						t.Fatalf("%s of %s came in with %q", usuario, rfc, password)
					}
				}
				if _, err := h.SignInOperator(ctx, Credentials{Usuario: usuario, Password: password}); err == nil {
					t.Fatalf("%s operates the portal with %q", usuario, password)
				}
			}
		}
		if n, err := h.db.Global().UsersByMail(ctx, "admin@iofacturo.mx", 5); err != nil || len(n) != 0 {
			t.Errorf("%d, %v", len(n), err)
		}
	})
}
