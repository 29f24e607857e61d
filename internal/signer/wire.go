package signer

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

// What goes over the socket: one question and one answer for each connection,
// each a length of four bytes and as much JSON.

// maxFrame bounds a question: a document of 10 MiB in base64, and its envelope.
const maxFrame = 16 << 20

var errFrame = errors.New("signer: not a frame of this protocol")

// The operations. None signs a digest or bytes of the caller's choice, and none
// gives a key out in clear.
const (
	opPing    = "ping"
	opLoad    = "load"
	opSeal    = "seal"
	opSign    = "sign-petition"
	opForget  = "forget"
	opProtect = "protect"
	opReveal  = "reveal"
	opAllow   = "allow-export"
	opExport  = "export"
)

// A question is what one operation needs; the server looks the tenant up itself.
type question struct {
	Op     string      `json:"op"`
	Tenant string      `json:"tenant,omitempty"`
	Actor  *person     `json:"actor,omitempty"`
	Pair   *Pair       `json:"pair,omitempty"`
	Seal   *Request    `json:"seal,omitempty"`
	Secret *secretArgs `json:"secret,omitempty"`
	Export *exportArgs `json:"export,omitempty"`
	ID     string      `json:"id,omitempty"`

	Petition *Petition `json:"petition,omitempty"`
}

// A person is a [store.Actor] on the way: what rights allow and the audit keeps.
type person struct {
	UserID    string        `json:"user_id"`
	UserName  string        `json:"user_name"`
	IP        string        `json:"ip"`
	SessionID string        `json:"session_id"`
	Admin     bool          `json:"admin"`
	Guest     bool          `json:"guest,omitempty"`
	Rights    []store.Right `json:"rights"`
}

type secretArgs struct {
	Kind   string `json:"kind"`
	Object string `json:"object"`
	Bytes  []byte `json:"bytes"`
}

type exportArgs struct {
	Certificate string `json:"certificate,omitempty"`
	ID          string `json:"id"`
	Password    []byte `json:"password,omitempty"`
}

// An answer is the error, or what the operation gives.
type answer struct {
	Error *wireError    `json:"error,omitempty"`
	Bytes []byte        `json:"bytes,omitempty"`
	Cer   []byte        `json:"cer,omitempty"`
	Key   *store.KeyRow `json:"key,omitempty"`

	Promise *Promise `json:"promise,omitempty"`
}

// A wireError is an error that keeps its kind, its words, and which of ours it is.
type wireError struct {
	Kind    fail.Kind    `json:"kind"`
	Message string       `json:"message"`
	Fields  []fail.Field `json:"fields,omitempty"`
	Cause   string       `json:"cause,omitempty"` // for the log
	Secret  bool         `json:"secret,omitempty"`
}

func toWire(err error) *wireError {
	var f *fail.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &f):
		return &wireError{Kind: f.Kind, Message: f.Message, Fields: f.Fields, Cause: err.Error()}
	case fail.KindOf(err) == fail.Upstream: // its time was over
		return &wireError{Kind: fail.Upstream, Message: fail.MessageOf(err), Cause: err.Error()}
	}
	return &wireError{Cause: err.Error(), Secret: errors.Is(err, ErrSecret)}
}

func (e *wireError) err() error {
	switch {
	case e == nil:
		return nil
	case e.Secret:
		return ErrSecret
	case e.Message == "":
		return errors.New("signer process: " + e.Cause)
	}
	return &fail.Error{Kind: e.Kind, Message: e.Message, Fields: e.Fields, Err: errors.New("signer process: " + e.Cause)}
}

func writeFrame(w io.Writer, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	defer clear(body)
	if len(body) > maxFrame {
		return fmt.Errorf("%w: %d bytes", errFrame, len(body))
	}
	frame := append(binary.BigEndian.AppendUint32(nil, uint32(len(body))), body...)
	defer clear(frame)
	_, err = w.Write(frame)
	return err
}

// smallFrame is read into one buffer, which leaves no copies of a password behind.
const smallFrame = 128 << 10

// readFrame reads one frame into v. What is larger than a pair of files takes no
// more memory than what really came, whatever the length says.
func readFrame(r io.Reader, v any) error {
	var head [4]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return err
	}
	n := binary.BigEndian.Uint32(head[:])
	if n == 0 || n > maxFrame {
		return fmt.Errorf("%w: %d bytes", errFrame, n)
	}
	body, err := readBody(r, int(n))
	defer clear(body)
	if err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return fmt.Errorf("%w: %w", errFrame, err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("%w: more follows", errFrame)
	}
	return nil
}

func readBody(r io.Reader, n int) ([]byte, error) {
	if n <= smallFrame {
		body := make([]byte, n)
		_, err := io.ReadFull(r, body)
		return body, err
	}
	body, err := io.ReadAll(io.LimitReader(r, int64(n)))
	if err == nil && len(body) != n {
		err = io.ErrUnexpectedEOF
	}
	return body, err
}
