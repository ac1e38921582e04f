# The commands of development. `make` alone lists them.

# Node 24 and the tools come from npm, so the machine's own Node may be older.
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)
# Node caches compiled code, because one `buf lint` alone starts the check plugin nine times.
export NODE_COMPILE_CACHE := $(CURDIR)/node_modules/.cache/node

# npm writes this file last, so it is older than the lock file exactly when an install is due.
INSTALLED := node_modules/.package-lock.json
# Everything that is generated and committed. Folders that can stand alone have their own generated code.
GENERATED := gen docs/events.md gateway/rest/gen proto/check-plugin/gen runtime/grpc/testdata/gen
# Prints the next step, since steps take a while.
step = echo 'Generating $(1) ...'
# Generates everything below the folder $(1).
generate_into = mkdir -p "$(1)/docs" \
	&& $(call step,messages and services) && buf generate --output "$(1)" \
	&& $(call step,clients) && buf generate --output "$(1)" --template proto/client-plugin/buf.gen.yaml \
	&& $(call step,messages of the standalone folders) \
	&& buf generate --output "$(1)" --template gateway/rest/buf.gen.yaml \
		--config '{"version":"v2","modules":[{"path":"gateway/rest"},{"path":"vendor"}]}' \
	&& buf generate --output "$(1)" --template proto/check-plugin/buf.gen.yaml \
		--config '{"version":"v2","modules":[{"path":"proto/check-plugin/protos"}]}' \
	&& buf generate --output "$(1)" --template runtime/grpc/testdata/buf.gen.yaml runtime/grpc/testdata \
	&& $(call step,documents) && node proto/write-event-descriptions.ts "$(1)/gen/event-descriptions.ts" \
	&& node proto/write-event-document.ts "$(1)/docs/events.md" \
	&& node proto/write-subscriptions.ts "$(1)/gen/subscriptions.ts" \
	&& node gateway/api-document/write.ts "$(1)/gen/openapi.json"

# The end of a check: prints how to fix a failure.
mend = || { printf '\n%s failed: %s\n\n' '$@' '$(strip $(1))' >&2; exit 1; }

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install start test verify generate format lint typecheck dead-code rules breaking check-generated \
	check-format check-format-contracts lint-contracts contract-check contract-release migrate seed \
	bench bench-pipeline bench-scale bench-micro build up down logs

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' Makefile

install: $(INSTALLED) vendor ## Install the packages of package-lock.json (other targets do so when it is due)
	@:

$(INSTALLED): package-lock.json
	@echo 'Installing packages, which takes a minute or two ...'
	@npm ci --no-audit --no-fund --loglevel=error
	@node cli/numer.mjs version >/dev/null # says what to do if npm has no Node for this machine
	@touch $@

vendor: proto/vendor.ts $(INSTALLED)
	@node proto/vendor.ts
	@touch $@

# --- run -------------------------------------------------------------------------------------------------------------

start: $(INSTALLED) vendor ## Start everything in one process; DEMO=1 adds demo data, PORT=8080 sets the port
	@exec node cli/numer.mjs start $(ARGS)

migrate: $(INSTALLED) ## Bring the databases of all services to the newest migration
	@node cli/numer.mjs migrate $(ARGS)

seed: $(INSTALLED) ## Add demo data: customers, invoices in three currencies and every state, quotes, recurring invoices, rates
	@node cli/numer.mjs seed $(ARGS)

build: ## Build the container image
	@docker build --tag numer .

up: .env.compose ## Start the whole system in containers and wait until it is healthy
	@docker compose --env-file .env.compose up --detach --wait

# Secrets of the containers: the image makes them once; git ignores them.
.env.compose:
	@$(MAKE) --no-print-directory build
	@umask 077 && docker run --rm numer cli/numer.mjs keys --compose > $@.new && mv $@.new $@

down: ## Stop the containers; their data stays
	@docker compose --env-file .env.compose down

logs: ## Follow the logs of the containers
	@docker compose --env-file .env.compose logs --follow

# --- check -----------------------------------------------------------------------------------------------------------

test: $(INSTALLED) vendor ## Run all tests; ARGS=services/invoice runs only those
	@vitest run $(ARGS)

verify: ## Run all checks except the tests; a failed check says how to fix it
	@$(MAKE) --no-print-directory --keep-going contract-check check-format lint typecheck dead-code rules

generate: vendor ## Generate code, the OpenAPI document (gen/) and the tables of docs/events.md from the protos
	@$(call generate_into,.)

format: $(INSTALLED) vendor ## Format everything and apply safe fixes
	@biome check --write --log-level=warn .
	@buf format --write --path proto/numer

lint: $(INSTALLED) lint-contracts ## Lint TypeScript and protos
	@biome lint --error-on-warnings . $(call mend, see above; make format applies the safe fixes)

typecheck: $(INSTALLED) ## Check types
	@tsc --project . $(call mend, see above; when a generated type is missing run make generate)
	@tsc --project client --noEmit $(call mend, see above; client/ runs in browsers too)

dead-code: $(INSTALLED) ## Find files, exports and packages that nothing uses
	@knip $(call mend, remove what is unused or unexport it)

rules: $(INSTALLED) ## Check the repository's own rules: imports, names, contracts
	@vitest run tests/tidy tests/contract $(call mend, each failure above names the file and the rule)

check-format: $(INSTALLED) check-format-contracts
	@biome format . $(call mend, run make format)

contract-check: lint-contracts check-format-contracts check-generated breaking ## Check the contracts: lint, format, generated files, releases
	@:

lint-contracts: vendor
	@echo 'Linting the contracts ...'
	@buf lint $(call mend, see above; the rules are those of buf.yaml and proto/check-plugin/README.md)

check-format-contracts: vendor
	@buf format --diff --exit-code --path proto/numer $(call mend, run make format)

check-generated: vendor
	@fresh=$$(mktemp -d) && trap 'rm -r "$$fresh"' EXIT && $(call generate_into,$$fresh) \
		&& stale=0 && for path in $(GENERATED); do diff -rq "$$path" "$$fresh/$$path" || stale=1; done \
		&& [ $$stale = 0 ] $(call mend, run make generate and commit $(GENERATED))

breaking: vendor ## Compare the contracts with the newest release, and events with every release
	@echo 'Comparing the contracts with the releases ...'
	@node proto/check-compatibility.ts $(call mend, undo the break or put a v2 package beside v1)

contract-release: lint-contracts check-format-contracts check-generated ## Release the contracts: image, sources, changelog; NOTES="..." says why, VERSION=v1.0.0 sets the version
	@node proto/release.ts

# --- measure ---------------------------------------------------------------------------------------------------------

bench: $(INSTALLED) ## Measure requests: embedded, split, and their minimum cost (10 minutes; tests/bench/README.md)
	@node tests/bench/measure-requests.ts $(ARGS)

bench-pipeline: $(INSTALLED) ## Measure events from the outbox to their effect, and due reminders
	@node tests/bench/measure-pipeline.ts $(ARGS)

bench-scale: $(INSTALLED) ## Measure lists, filters and statistics with more and more invoices of one user
	@node tests/bench/measure-scale.ts $(ARGS)

# Node loads the modules here, because vitest's loader would be measured too.
bench-micro: $(INSTALLED) ## Measure hot paths and calls between two services
	@vitest bench --run --experimental.viteModuleRunner=false $(ARGS)
