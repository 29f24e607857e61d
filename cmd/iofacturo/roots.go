package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

// Once a day the end of every company's audit chain is written outside the database
// (reliability §2.10): who can write the database can write a whole chain anew, but not
// so that it ends in what was noted elsewhere. A file a day, "AAAA-MM-DD.tsv" in UTC, of
// lines "tenant RFC links hash".

// rootsEvery is how often it is looked whether today's file is there.
const rootsEvery = time.Hour

// keepRoots writes the file of each day as it comes, until ctx ends.
func keepRoots(ctx context.Context, db *store.DB, dir string, now func() time.Time, log *slog.Logger) {
	for {
		if err := writeRoots(ctx, db, dir, now()); err != nil && ctx.Err() == nil {
			log.Error("audit roots", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(rootsEvery):
		}
	}
}

// writeRoots writes the file of the day of at, unless it is there.
func writeRoots(ctx context.Context, db *store.DB, dir string, at time.Time) (err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	name := filepath.Join(dir, at.UTC().Format(time.DateOnly)+".tsv")
	if _, err := os.Stat(name); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, err := os.CreateTemp(dir, "nuevo-*") // 0600; whole or not at all
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, ignoreGone(os.Remove(f.Name()))) }()
	out := bufio.NewWriter(f)
	for after := ""; ; {
		rows, err := db.Global().AuditRoots(ctx, after, companies)
		if err != nil {
			return errors.Join(err, f.Close())
		}
		for _, r := range rows {
			fmt.Fprintf(out, "%s\t%s\t%d\t%x\n", r.TenantID, r.Rfc, r.Links, r.Hash)
			after = r.TenantID
		}
		if len(rows) < companies {
			break
		}
	}
	if err := errors.Join(out.Flush(), f.Sync(), f.Close()); err != nil {
		return err
	}
	return ignoreExists(os.Link(f.Name(), name)) // never over one that is there
}

func ignoreGone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func ignoreExists(err error) error {
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	return err
}

// A noted root is a line of a file of roots.
type notedRoot struct {
	tenant, rfc string
	links       int64
	hash        []byte
}

// checkRoots holds every chain against every file of dir and calls said with each line
// that the database does not agree with. It returns how many lines there were.
func checkRoots(ctx context.Context, db *store.DB, dir, rfc string, said func(day string, r notedRoot)) (lines int, err error) {
	files, err := filepath.Glob(filepath.Join(dir, "????-??-??.tsv"))
	if err != nil {
		return 0, err
	}
	slices.Sort(files)
	for _, name := range files {
		day := strings.TrimSuffix(filepath.Base(name), ".tsv")
		f, err := os.Open(name)
		if err != nil {
			return lines, err
		}
		in := bufio.NewScanner(f)
		for in.Scan() {
			r, err := parseRoot(in.Text())
			if err != nil {
				return lines, errors.Join(fmt.Errorf("%s: %w", name, err), f.Close())
			}
			if rfc != "" && r.rfc != rfc {
				continue
			}
			lines++
			hash, err := db.View(store.TenantOf(r.tenant)).AuditHash(ctx, r.links)
			if err != nil && fail.KindOf(err) != fail.NotFound {
				return lines, errors.Join(err, f.Close())
			}
			if !bytes.Equal(hash, r.hash) {
				said(day, r)
			}
		}
		if err := errors.Join(in.Err(), f.Close()); err != nil {
			return lines, err
		}
	}
	return lines, nil
}

func parseRoot(line string) (r notedRoot, err error) {
	parts := strings.Split(line, "\t")
	if len(parts) != 4 {
		return r, fmt.Errorf("%q no es un renglón de raíces", line)
	}
	r.tenant, r.rfc = parts[0], parts[1]
	links, err1 := strconv.ParseInt(parts[2], 10, 64)
	hash, err2 := hex.DecodeString(parts[3])
	r.links, r.hash = links, hash
	return r, errors.Join(err1, err2)
}
