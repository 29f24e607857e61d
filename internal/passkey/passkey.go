// Package passkey asks a browser for a passkey (WebAuthn level 3) and checks what it
// answers.
//
//	p, err := passkey.New("https://portal.mx", "", "ioFacturo")
//	ask, err := p.Create(person, have)          // ask.Options go to the browser, ask.State stays here
//	key, err := p.Created(person, ask.State, answer)
//	ask, err = p.Use(person, have)              // or p.UseAny() before anybody is known
//	id, err := passkey.IDOf(answer)             // whose key it is is looked up
//	key, err = p.Used(person, have, ask.State, answer)
//
// It keeps nothing: whoever calls keeps the state of an ask for one answer, and the
// keys. A key verifies its holder (finger, face or PIN) each time, so that it is two
// factors; an answer without is refused.
package passkey

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"

	"github.com/go-webauthn/webauthn/protocol"
	lib "github.com/go-webauthn/webauthn/webauthn"
)

// mostAnswer bounds an answer, in bytes: a browser's takes about 2 kB.
const mostAnswer = 64 << 10

var (
	// ErrAnswer is wrapped by every refusal of an answer.
	ErrAnswer = errors.New("passkey: the answer does not hold")
	// ErrNumeric is every answer of a portal without a name: keys are bound to a domain.
	ErrNumeric = errors.New("passkey: the portal's address is a number and not a name")
	// ErrCopied is wrapped too when a key's counter went back: it was copied.
	ErrCopied = errors.New("passkey: the counter went back")
)

// A Party is the portal towards the browsers: its domain and its address.
type Party struct{ lib *lib.WebAuthn } // nil: its address is a number

// New makes the party of a portal at base, an http or https address, shown to people
// as name. Keys are bound to domain (the RP ID): the host of base, which "" stands
// for, or a domain it lies in. A portal at a number may be made, and asks nothing.
func New(base, domain, name string) (*Party, error) {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" {
		return nil, fmt.Errorf("passkey: %q is no address", base)
	}
	if domain == "" {
		domain = u.Hostname()
	}
	if u.Hostname() != domain && !strings.HasSuffix(u.Hostname(), "."+domain) {
		return nil, fmt.Errorf("passkey: %s does not lie in the domain %s", u.Hostname(), domain)
	}
	if net.ParseIP(domain) != nil {
		return &Party{}, nil
	}
	origin := u.Scheme + "://" + u.Host
	w, err := lib.New(&lib.Config{
		RPID: domain, RPOrigins: []string{origin}, RPDisplayName: name,
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: protocol.ResidentKeyRequired(),
			UserVerification: protocol.VerificationRequired,
		},
	})
	if err != nil {
		return nil, fmt.Errorf("passkey: %w", err)
	}
	return &Party{w}, nil
}

// A Person holds keys. Handle is what a key remembers of it, at most 64 bytes that
// tell nothing of it; Name and Display are what its device shows.
type Person struct {
	Handle        []byte
	Name, Display string
}

// A Key is what is kept of a passkey: its id, and its public key and counter as Data.
type Key struct{ ID, Data []byte }

// An Ask is one question: Options is JSON for the browser; State is held against the
// one answer and must not leave the server.
type Ask struct{ Options, State []byte }

// holder is a person as the library wants it.
type holder struct {
	Person
	keys []lib.Credential
}

func (h holder) WebAuthnID() []byte                    { return h.Handle }
func (h holder) WebAuthnName() string                  { return h.Name }
func (h holder) WebAuthnDisplayName() string           { return h.Display }
func (h holder) WebAuthnCredentials() []lib.Credential { return h.keys }

func (p *Party) held(who Person, have []Key) (holder, error) {
	h := holder{Person: who}
	if p.lib == nil {
		return h, ErrNumeric
	}
	for _, k := range have {
		var c lib.Credential
		if err := json.Unmarshal(k.Data, &c); err != nil {
			return h, fmt.Errorf("passkey: a key that was kept: %w", err)
		}
		h.keys = append(h.keys, c)
	}
	return h, nil
}

func askOf(options any, state *lib.SessionData, err error) (Ask, error) {
	if err != nil {
		return Ask{}, fmt.Errorf("passkey: %w", err)
	}
	var a Ask
	var err1, err2 error
	a.Options, err1 = json.Marshal(options)
	a.State, err2 = json.Marshal(state)
	return a, errors.Join(err1, err2)
}

// Create asks for a new key of a person, on a device that holds none of have.
func (p *Party) Create(who Person, have []Key) (Ask, error) {
	h, err := p.held(who, have)
	if err != nil {
		return Ask{}, err
	}
	options, state, err := p.lib.BeginRegistration(h, lib.WithExclusions(lib.Credentials(h.keys).CredentialDescriptors()))
	return askOf(options, state, err)
}

// Created checks the answer to [Party.Create] and returns the new key. Errors wrap
// [ErrAnswer].
func (p *Party) Created(who Person, state, answer []byte) (Key, error) {
	session, err := p.sessionOf(state, answer)
	if err != nil {
		return Key{}, err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return Key{}, refused(err)
	}
	c, err := p.lib.CreateCredential(holder{Person: who}, session, parsed)
	if err != nil {
		return Key{}, refused(err)
	}
	return keyOf(c)
}

// Use asks for one of the keys of a person; UseAny for the key of whoever it is.
func (p *Party) Use(who Person, have []Key) (Ask, error) {
	h, err := p.held(who, have)
	if err != nil {
		return Ask{}, err
	}
	options, state, err := p.lib.BeginLogin(h)
	return askOf(options, state, err)
}

// UseAny asks for a key of anybody; see [Party.Use].
func (p *Party) UseAny() (Ask, error) {
	if p.lib == nil {
		return Ask{}, ErrNumeric
	}
	options, state, err := p.lib.BeginDiscoverableLogin()
	return askOf(options, state, err)
}

// IDOf reads which key gave an answer, before anything of it is believed. Errors
// wrap [ErrAnswer].
func IDOf(answer []byte) ([]byte, error) {
	if len(answer) > mostAnswer {
		return nil, refused(errors.New("too long"))
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return nil, refused(err)
	}
	return parsed.RawID, nil
}

// Used checks the answer to [Party.Use] or [Party.UseAny] against the keys of the
// person it is said to be of, and returns the key as it must be kept from now on.
// Errors wrap [ErrAnswer], and [ErrCopied] when the key was copied.
func (p *Party) Used(who Person, have []Key, state, answer []byte) (Key, error) {
	session, err := p.sessionOf(state, answer)
	if err != nil {
		return Key{}, err
	}
	h, err := p.held(who, have)
	if err != nil {
		return Key{}, err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return Key{}, refused(err)
	}
	var c *lib.Credential
	if len(session.UserID) == 0 {
		_, c, err = p.lib.ValidatePasskeyLogin(func(_, handle []byte) (lib.User, error) {
			if !bytes.Equal(handle, who.Handle) {
				return nil, errors.New("another person's")
			}
			return h, nil
		}, session, parsed)
	} else {
		c, err = p.lib.ValidateLogin(h, session, parsed)
	}
	if err != nil {
		return Key{}, refused(err)
	}
	if c.Authenticator.CloneWarning {
		return Key{}, fmt.Errorf("%w: %w", ErrAnswer, ErrCopied)
	}
	return keyOf(c)
}

// sessionOf reads what was kept of an ask.
func (p *Party) sessionOf(state, answer []byte) (lib.SessionData, error) {
	var session lib.SessionData
	if p.lib == nil {
		return session, ErrNumeric
	}
	if len(answer) > mostAnswer {
		return session, refused(errors.New("too long"))
	}
	if err := json.Unmarshal(state, &session); err != nil {
		return session, fmt.Errorf("passkey: the state of an ask: %w", err)
	}
	return session, nil
}

func keyOf(c *lib.Credential) (Key, error) {
	c.Attestation = lib.CredentialAttestation{} // of no use once it was checked
	data, err := json.Marshal(c)
	return Key{ID: c.ID, Data: data}, err
}

// refused wraps what the library says into ErrAnswer.
func refused(err error) error {
	var e *protocol.Error
	if errors.As(err, &e) {
		return fmt.Errorf("%w: %s", ErrAnswer, e.Details)
	}
	return fmt.Errorf("%w: %w", ErrAnswer, err)
}
