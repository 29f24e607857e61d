// Package passkeytest is a device with passkeys, for tests: it keeps its keys, answers
// what a portal asks as a browser would, and lies when told to.
package passkeytest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/fxamacker/cbor/v2"
)

// A Device holds passkeys of one browser. The zero value of its lies is the truth.
type Device struct {
	Origin string // where its browser is
	keys   []*key

	Domain     string // answers for this domain instead of the one asked for
	Challenge  string // answers this challenge instead
	Unverified bool   // the person was not verified
	Absent     bool   // nobody was there
	Back       bool   // the counter goes back, as a copied key's does
	Handle     []byte // says it is of somebody else
	Scribble   bool   // the signature is of other bytes
	Type       string // says it did something else: "webauthn.create", …
	Embedded   string // the page that holds the portal's page in a frame
}

type key struct {
	id, handle []byte
	domain     string
	private    *ecdsa.PrivateKey
	counter    uint32
}

// New is a device whose browser is at origin.
func New(origin string) *Device { return &Device{Origin: origin} }

// Keys counts what the device holds.
func (d *Device) Keys() int { return len(d.keys) }

// b64 is how bytes travel.
type b64 []byte

func (b b64) MarshalJSON() ([]byte, error) {
	return json.Marshal(base64.RawURLEncoding.EncodeToString(b))
}

func (b *b64) UnmarshalJSON(text []byte) error {
	var s string
	if err := json.Unmarshal(text, &s); err != nil {
		return err
	}
	raw, err := base64.RawURLEncoding.DecodeString(s)
	*b = raw
	return err
}

type descriptor struct {
	ID b64 `json:"id"`
}

// asked is what a portal sends, of both kinds.
type asked struct {
	PublicKey struct {
		Challenge string `json:"challenge"`
		RP        struct {
			ID string `json:"id"`
		} `json:"rp"`
		RPID string `json:"rpId"`
		User struct {
			ID b64 `json:"id"`
		} `json:"user"`
		Exclude []descriptor `json:"excludeCredentials"`
		Allow   []descriptor `json:"allowCredentials"`
	} `json:"publicKey"`
}

func read(options []byte) (asked, error) {
	var a asked
	err := json.Unmarshal(options, &a)
	return a, err
}

// Create makes a key and answers.
func (d *Device) Create(options []byte) ([]byte, error) {
	a, err := read(options)
	if err != nil {
		return nil, err
	}
	for _, x := range a.PublicKey.Exclude {
		if d.find(x.ID) != nil {
			return nil, errors.New("the device has a key already")
		}
	}
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	k := &key{id: make([]byte, 24), handle: a.PublicKey.User.ID, domain: a.PublicKey.RP.ID, private: private}
	rand.Read(k.id) //nolint:errcheck // never fails
	d.keys = append(d.keys, k)
	point, err := private.PublicKey.Bytes()
	if err != nil {
		return nil, err
	}
	cose, err := cbor.Marshal(map[int]any{1: 2, 3: -7, -1: 1, -2: point[1:33], -3: point[33:]})
	if err != nil {
		return nil, err
	}
	auth := d.authData(k, 0x40)
	auth = append(auth, make([]byte, 16)...)
	auth = binary.BigEndian.AppendUint16(auth, uint16(len(k.id)))
	auth = append(append(auth, k.id...), cose...)
	object, err := cbor.Marshal(map[string]any{"fmt": "none", "attStmt": map[string]any{}, "authData": auth})
	if err != nil {
		return nil, err
	}
	client := d.clientData("webauthn.create", a.PublicKey.Challenge)
	return d.answer(k, map[string]any{"clientDataJSON": b64(client), "attestationObject": b64(object)})
}

// Use answers with a key: one of those asked for, or the last one of the domain.
func (d *Device) Use(options []byte) ([]byte, error) {
	a, err := read(options)
	if err != nil {
		return nil, err
	}
	var k *key
	for _, x := range a.PublicKey.Allow {
		if k = d.find(x.ID); k != nil {
			break
		}
	}
	if k == nil && len(a.PublicKey.Allow) == 0 && len(d.keys) > 0 {
		k = d.keys[len(d.keys)-1]
	}
	if k == nil {
		return nil, errors.New("the device has no such key")
	}
	auth, client := d.authData(k, 0), d.clientData("webauthn.get", a.PublicKey.Challenge)
	sum := sha256.Sum256(client)
	signed := append(append([]byte{}, auth...), sum[:]...)
	if d.Scribble {
		signed = append(signed, 0)
	}
	digest := sha256.Sum256(signed)
	sig, err := ecdsa.SignASN1(rand.Reader, k.private, digest[:])
	if err != nil {
		return nil, err
	}
	handle := k.handle
	if d.Handle != nil {
		handle = d.Handle
	}
	return d.answer(k, map[string]any{"clientDataJSON": b64(client), "authenticatorData": b64(auth), "signature": b64(sig), "userHandle": b64(handle)})
}

func (d *Device) find(id []byte) *key {
	for _, k := range d.keys {
		if string(k.id) == string(id) {
			return k
		}
	}
	return nil
}

func (d *Device) authData(k *key, flags byte) []byte {
	domain := k.domain
	if d.Domain != "" {
		domain = d.Domain
	}
	if !d.Absent {
		flags |= 0x01
	}
	if !d.Unverified {
		flags |= 0x04
	}
	if d.Back && k.counter > 0 {
		k.counter--
	} else {
		k.counter++
	}
	sum := sha256.Sum256([]byte(domain))
	return binary.BigEndian.AppendUint32(append(sum[:], flags), k.counter)
}

func (d *Device) clientData(kind, challenge string) []byte {
	if d.Type != "" {
		kind = d.Type
	}
	if d.Challenge != "" {
		challenge = d.Challenge
	}
	m := map[string]any{"type": kind, "challenge": challenge, "origin": d.Origin, "crossOrigin": d.Embedded != ""}
	if d.Embedded != "" {
		m["topOrigin"] = d.Embedded
	}
	b, err := json.Marshal(m)
	if err != nil {
		panic(fmt.Sprintf("passkeytest: %v", err)) // strings always marshal
	}
	return b
}

func (d *Device) answer(k *key, response map[string]any) ([]byte, error) {
	return json.Marshal(map[string]any{
		"id": base64.RawURLEncoding.EncodeToString(k.id), "rawId": b64(k.id), "type": "public-key",
		"response": response, "clientExtensionResults": map[string]any{},
	})
}
