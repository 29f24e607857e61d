package pdf

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	reference "github.com/skip2/go-qrcode"
)

// TestQROfEveryVersion is read by zbar, and held against another encoder for its size.
func TestQROfEveryVersion(t *testing.T) {
	if _, err := exec.LookPath("zbarimg"); err != nil {
		t.Skip("zbarimg is not installed (apt-get install zbar-tools): the codes stay unread")
	}
	dir := t.TempDir()
	var names, want []string
	for version := 1; version <= 40; version += 3 {
		// Lower case, so that nobody finds a shorter mode for it.
		text := strings.Repeat("ioFacturo, lee esto ", 200)[:dataWords(version)-3]
		c, err := newCode(text)
		if err != nil || c.version != version {
			t.Fatalf("version %d: got %v, %v", version, c, err)
		}
		if other, err := reference.New(text, reference.Medium); err != nil || other.VersionNumber != version {
			t.Errorf("another encoder takes version %d for %d: %v", other.VersionNumber, version, err)
		}
		name := fmt.Sprintf("%02d.png", version)
		writeCode(t, filepath.Join(dir, name), text)
		names, want = append(names, name), append(want, text)
	}
	cmd := exec.Command("zbarimg", append([]string{"--quiet", "--raw"}, names...)...)
	cmd.Dir = dir
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Split(strings.TrimRight(string(out), "\n"), "\n")
	if len(got) != len(want) {
		t.Fatalf("read %d codes of %d", len(got), len(want))
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%s reads %.60q, want %.60q", names[i], got[i], want[i])
		}
	}
}

func writeCode(t *testing.T, path, text string) {
	t.Helper()
	rows, err := QR(text)
	if err != nil {
		t.Fatal(err)
	}
	const scale = 4
	m := image.NewGray(image.Rect(0, 0, len(rows)*scale, len(rows)*scale))
	for y := range m.Rect.Dy() {
		for x := range m.Rect.Dx() {
			if !rows[y/scale][x/scale] {
				m.SetGray(x, y, color.Gray{255})
			}
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestQRRefusesWhatFitsNowhere(t *testing.T) {
	if _, err := QR(strings.Repeat("x", 3000)); err == nil {
		t.Error("3,000 bytes became a code of level M")
	}
	if _, err := QR(""); err != nil {
		t.Errorf("nothing at all: %v", err)
	}
}
