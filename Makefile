# Everything a developer does, by name. `make` alone prints the list.

# Node 24 and the tools come from npm, so that the machine's own Node may be older.
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)

# npm writes this file last; it is older than the lock file exactly when an install is due.
INSTALLED := node_modules/.package-lock.json
# The newest contract image, the one that `breaking` protects. They are named v<semver>.binpb.
RELEASED = $(lastword $(shell ls proto/releases/*.binpb 2>/dev/null | sort -V))
VERSION ?= $(shell node -p 'require("./package.json").version')
IMAGE = proto/releases/v$(VERSION).binpb

# The end of a check: says which command mends it.
mend = || { printf '\n%s failed: %s\n\n' '$@' '$(strip $(1))' >&2; exit 1; }

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install start test verify generate format lint typecheck dead-code rules breaking check-generated \
	check-format contract-release migrate seed bench build up down logs

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' Makefile

install: $(INSTALLED) ## Install what package-lock.json names (the other targets do it when it is due)
	@:

$(INSTALLED): package-lock.json
	@npm ci --no-audit --no-fund --loglevel=error
	@touch $@

vendor: proto/vendor.ts $(INSTALLED)
	@node proto/vendor.ts
	@touch $@

# --- run -------------------------------------------------------------------------------------------------------------

start: $(INSTALLED) ## Start everything in one process; DEMO=1 adds demo data, PORT=8080 chooses the port
	@exec node cli/numer.mjs start $(ARGS)

migrate: $(INSTALLED) ## Bring every service's database to the newest migration
	@node cli/numer.mjs migrate $(ARGS)

seed: $(INSTALLED) ## Add demo data: customers, and invoices in three currencies and every state
	@node cli/numer.mjs seed $(ARGS)

build: ## Build the container image
	@docker build --tag numer .

up: .env.compose ## Start the whole system in containers and wait until it is healthy
	@docker compose --env-file .env.compose up --detach --wait

# Secrets of the containers: made once by the image itself, and kept out of git.
.env.compose: | build
	@docker run --rm numer cli/numer.mjs keys --compose > $@.new && chmod 600 $@.new && mv $@.new $@

down: ## Stop the containers; their data stays
	@docker compose --env-file .env.compose down

logs: ## Follow the logs of the containers
	@docker compose --env-file .env.compose logs --follow

# --- check -----------------------------------------------------------------------------------------------------------

test: $(INSTALLED) ## Run all tests; ARGS=services/invoice runs a part of them
	@vitest run $(ARGS)

verify: ## Check everything but the tests, and say of each failure how to mend it
	@$(MAKE) --no-print-directory --keep-going check-generated check-format lint typecheck dead-code rules breaking

generate: vendor ## Generate gen/ from the protos: code, and the OpenAPI document
	@buf generate
	@node gateway/api-document/write.ts gen/openapi.json

format: $(INSTALLED) vendor ## Format everything and apply the safe fixes
	@biome check --write --log-level=warn .
	@buf format --write --path proto/numer

lint: $(INSTALLED) vendor ## Lint TypeScript and protos
	@biome lint --error-on-warnings . $(call mend, see above; make format applies the safe fixes)
	@buf lint $(call mend, see above; the rules are those of buf.yaml)

typecheck: $(INSTALLED) ## Check types
	@tsc --project . $(call mend, see above; when a generated type is missing run make generate)
	@tsc --project client --noEmit $(call mend, see above; client/ runs in browsers too)

dead-code: $(INSTALLED) ## Find files, exports and packages that nothing uses
	@knip $(call mend, remove what is unused or unexport it)

rules: $(INSTALLED) ## Check the repository's own rules: imports, names, contracts
	@vitest run tests/tidy tests/contract $(call mend, each failure above names the file and the rule)

check-generated: vendor
	@fresh=$$(mktemp -d) && trap 'rm -r "$$fresh"' EXIT \
		&& buf generate --output "$$fresh" && node gateway/api-document/write.ts "$$fresh/gen/openapi.json" \
		&& diff -rq gen "$$fresh/gen" $(call mend, run make generate and commit gen/)

check-format: $(INSTALLED) vendor
	@biome format . $(call mend, run make format)
	@buf format --diff --exit-code --path proto/numer $(call mend, run make format)

# An image is compared with an image, because buf takes proto/ for two modules; third-party protos are left out.
breaking: vendor ## Check the contracts against the newest release in proto/releases/
	@$(if $(RELEASED),,echo 'proto/releases/ is empty: run make contract-release' >&2; exit 1;) \
		current=$$(mktemp -d) && trap 'rm -r "$$current"' EXIT \
		&& buf build . --path proto/numer --output "$$current/image.binpb" \
		&& buf breaking "$$current/image.binpb" --path numer --against $(RELEASED) \
		$(call mend, undo the break or put a v2 package beside v1; $(RELEASED) has been released)

contract-release: vendor ## Write the contracts as released into proto/releases/; VERSION=1.2.3 names them
	@if [ -e $(IMAGE) ]; then echo '$(IMAGE) is released and never changes; name another VERSION=' >&2; exit 1; fi
	@mkdir -p proto/releases
	@buf build . --path proto/numer --exclude-source-info --output $(IMAGE)
	@echo 'Wrote $(IMAGE); commit it.'

# Node itself loads the modules here, since vitest's own loader would be measured too.
bench: $(INSTALLED) ## Run the benchmarks
	@vitest bench --run --experimental.viteModuleRunner=false $(ARGS)
