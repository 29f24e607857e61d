# Two commands are all the set-up: `make run` and `make test`.
SHELL   := /bin/bash
comma   := ,
GO      ?= go
DATA    ?= data
ADDR    ?= localhost:8080
SHARED  ?= ../shared
# On Linux with glibc the binary signs through the system's libcrypto.so.3 where it finds it; TAGS=timetzdata leaves that out.
TAGS    := timetzdata$(if $(shell getconf GNU_LIBC_VERSION 2>/dev/null),$(comma)libcrypto)
VERSION := $(shell git describe --always --dirty 2>/dev/null || echo dev)
UI      := internal/web/ui
export CGO_ENABLED ?= 0

.PHONY: run test bench build ui generate manual lint fuzz test-deep vuln clean

## run: build, fill the demo company the first time, and serve it on http://localhost:8080
run: build
	@bin/iofacturo demo --data $(DATA) $(if $(wildcard $(SHARED)/sat/catalogs),--catalogs $(SHARED)/sat/catalogs) $(if $(wildcard $(SHARED)/sat/certs),--ca $(SHARED)/sat/certs)
	@bin/iofacturo serve --demo --data $(DATA) --addr $(ADDR) --invite-reward 25

## test: everything that CI runs; installs what it needs on Debian
test:
	@dev/test.sh

## bench: the figures, each as a ratio to a limit measured in the same run
bench: build
	@bin/iofacturo bench

## build: the binary in bin/, with the screens' bundle inside
build: ui
	@mkdir -p bin
	$(GO) build -trimpath -tags $(TAGS) -ldflags "-s -w -X main.version=$(VERSION)" -o bin/iofacturo ./cmd/iofacturo

## ui: scripts, styles and letters from npm, bundled into internal/web/dist; and the leaked passwords
ui: internal/web/dist/manifest.json internal/leaked/dist/leaked

UI_SOURCES := $(shell find $(UI) -type f -not -path '*/node_modules/*' 2>/dev/null)
internal/web/dist/manifest.json: $(UI)/node_modules/.ready $(UI_SOURCES)
	$(GO) run ./$(UI)

internal/leaked/dist/leaked: $(UI)/node_modules/.ready $(wildcard internal/leaked/*.go internal/leaked/build/*.go)
	$(GO) run ./internal/leaked/build

$(UI)/node_modules/.ready: $(UI)/package.json $(UI)/package-lock.json
	cd $(UI) && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

## generate: the templates' Go code
generate:
	$(GO) tool templ generate -path internal/web

## manual: docs/manual out of the articles of the help; E2E_MANUAL=$$PWD/docs/manual/img dev/browser.sh takes its pictures
manual:
	$(GO) run ./internal/help/manual docs/manual

## lint: format, vet, staticcheck, types of the scripts
lint: ui
	@dev/lint.sh

## vuln: known vulnerabilities of what is linked in; asks a database on the network, so no test calls it
vuln:
	$(GO) run golang.org/x/vuln/cmd/govulncheck@v1.8.0 -tags $(TAGS) ./...

## fuzz: every fuzz target for a moment (FUZZ inputs each)
fuzz:
	@dev/fuzz.sh $${FUZZ:-20000}

## test-deep: long fuzzing, a thousand pairs of equal work, 10,000 rounds for one credit, a payment told 1,000 times, every link and button, and many more kill points
test-deep: build
	@dev/fuzz.sh 3000000
	IOFACTURO_PAIRS=1000 $(GO) test -tags $(TAGS) -count=1 -v -run TestAuthWorkIsTheSame -timeout 30m ./internal/account
	IOFACTURO_ORACLE=all $(GO) test -tags $(TAGS) -count=1 -run FoliosAre -timeout 90m ./internal/billing
	IOFACTURO_CREDIT_ROUNDS=10000 $(GO) test -tags $(TAGS) -count=1 -run OneCreditHasOneWinner -timeout 90m ./internal/credit
	IOFACTURO_SHOP_REPLAYS=1000 $(GO) test -tags $(TAGS) -count=1 -run ReplayedEvents -timeout 30m ./internal/shop
	E2E_CRAWL=1 dev/browser.sh
	for shard in 1 2 3 4 5; do IOFACTURO_ORACLE=all IOFACTURO_KILL_POINTS=2000 $(GO) test -tags $(TAGS) -count=1 -run WhereverItIsKilled -timeout 90m ./internal/billing || exit 1; done

clean:
	rm -rf bin internal/web/dist/* internal/leaked/dist/* $(UI)/node_modules
