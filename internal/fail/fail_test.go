package fail

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWhatReachesTheUser(t *testing.T) {
	cause := errors.New("dial tcp 10.0.0.7: connection refused")
	tests := []struct {
		name    string
		err     error
		kind    Kind
		message string
		fields  []Field
	}{
		{"plain error", cause, Internal, internalMessage, nil},
		{"deadline", fmt.Errorf("query: %w", context.DeadlineExceeded), Upstream, timeoutMessage, nil},
		{"new", New(NotFound, "No existe."), NotFound, "No existe.", nil},
		{"wrapped twice", fmt.Errorf("a: %w", fmt.Errorf("b: %w", Wrap(Upstream, "El PAC no contestó.", cause))), Upstream, "El PAC no contestó.", nil},
		{"without words", Wrap(Denied, "", cause), Denied, internalMessage, nil},
		{"on field", OnField("Rfc", "El RFC está mal."), Invalid, "El RFC está mal.", []Field{{Path: "Rfc", Message: "El RFC está mal."}}},
		{
			"with fields", WithFields("Corrige dos datos.", Field{Path: "A"}, Field{Path: "B", Code: "CFDI40101"}), Invalid,
			"Corrige dos datos.",
			[]Field{{Path: "A"}, {Path: "B", Code: "CFDI40101"}},
		},
		{"outermost wins", Wrap(Conflict, "Ya existe.", New(Invalid, "no")), Conflict, "Ya existe.", nil},
		{"deadline with words", Wrap(Upstream, "El correo no salió.", context.DeadlineExceeded), Upstream, "El correo no salió.", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := KindOf(tt.err); got != tt.kind {
				t.Errorf("KindOf = %v, want %v", got, tt.kind)
			}
			if got := MessageOf(tt.err); got != tt.message {
				t.Errorf("MessageOf = %q, want %q", got, tt.message)
			}
			if diff := cmp.Diff(tt.fields, FieldsOf(tt.err)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestCauseStaysInTheLog(t *testing.T) {
	cause := errors.New("pq: duplicate key")
	err := Wrap(Conflict, "Ya existe.", cause)
	if !errors.Is(err, cause) || !strings.Contains(err.Error(), "duplicate key") {
		t.Errorf("the log must see the cause: %v", err)
	}
	if strings.Contains(MessageOf(err), "pq") {
		t.Errorf("the user sees the cause: %q", MessageOf(err))
	}
}

func TestKindNames(t *testing.T) {
	want := map[Kind]string{
		Internal: "internal", Invalid: "invalid", NotFound: "not_found",
		Conflict: "conflict", Denied: "denied", Upstream: "upstream", Kind(200): "internal",
	}
	for k, name := range want {
		if k.String() != name {
			t.Errorf("Kind %d is %q, want %q", k, k, name)
		}
	}
}

func TestFieldJSON(t *testing.T) {
	b, err := json.Marshal(Field{Path: "Total", Message: "No cuadra."})
	if err != nil || string(b) != `{"path":"Total","message":"No cuadra."}` {
		t.Errorf("Marshal = %s, %v", b, err)
	}
}
