# One image for every process; compose.yaml says which of them a container runs.
FROM node:24-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
# The embedded Postgres and the npm-shipped Node are optional packages: a container has its own.
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

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
