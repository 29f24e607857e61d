package directory

import (
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"iofacturo.mx/internal/addenda"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

// Every mistake of an addenda is said at once, each beside its field.
func TestEveryMistakeOfAnAddendaIsSaidAtOnce(t *testing.T) {
	_, _, err := CheckAddenda(Addenda{Espacio: "no es <x>", Cuerpo: "<a>\n{{Nada}}</a>", Campos: []addenda.Field{{Key: "1e9", Label: "Orden", Max: 5}}})
	got := paths(err)
	slices.Sort(got)
	if want := []string{"Campos[0]", "Cuerpo", "Espacio", "Nombre"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// An addenda is its company's alone; of two who change it at once one is told, and
// nothing is overwritten.
func TestAddendaIsChangedByOneAtATime(t *testing.T) {
	each(t, func(t *testing.T, s *Service, a, b store.Actor) {
		ctx := t.Context()
		saved, err := s.SaveAddenda(ctx, a, Addenda{Nombre: "Pedido", Cuerpo: "<pedido total=\"{{Total}}\"/>", Activa: true})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.SaveAddenda(ctx, a, Addenda{Nombre: "PEDIDO", Cuerpo: "<p/>"}); !slices.Equal(paths(err), []string{"Nombre"}) {
			t.Errorf("the same name twice: %v", err)
		}
		if _, err := s.Addenda(ctx, b, saved.ID); fail.KindOf(err) != fail.NotFound {
			t.Errorf("another company reads it: %v", err)
		}
		if _, err := s.SaveAddenda(ctx, b, saved); fail.KindOf(err) != fail.NotFound {
			t.Errorf("another company changes it: %v", err)
		}
		if err := s.DeleteAddenda(ctx, b, saved.ID); fail.KindOf(err) != fail.NotFound {
			t.Errorf("another company deletes it: %v", err)
		}
		var done, told atomic.Int64
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				switch _, err := s.SaveAddenda(ctx, a, saved); {
				case err == nil:
					done.Add(1)
				case fail.KindOf(err) == fail.Conflict:
					told.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		all.Wait()
		if done.Load() != 1 || told.Load() != 7 {
			t.Errorf("%d changed it, %d were told", done.Load(), told.Load())
		}
		if err := s.DeleteAddenda(ctx, a, saved.ID); err != nil {
			t.Error(err)
		}
	})
}
