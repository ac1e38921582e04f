import { readFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import { stripTypeScriptTypes } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll } from 'vitest';
import { root } from '../../tidy/repository.ts';

/** The packages that the page and its imports use, each as a module for browsers. */
const PACKAGES = [
  '@bufbuild/protobuf',
  '@bufbuild/protobuf/codegenv2',
  '@bufbuild/protobuf/wire',
  '@bufbuild/protobuf/wkt',
  '@connectrpc/connect',
  '@connectrpc/connect/protocol',
  '@connectrpc/connect/protocol-connect',
  '@connectrpc/connect/protocol-grpc-web',
  '@connectrpc/connect-web',
];

/** The only folders of the checkout that are served. */
const SERVED =
  /^\/(?:gen|client\/src|tests\/browser\/page|node_modules\/(?:@bufbuild|@connectrpc))\/[\w./-]+\.(?:ts|js)$/;

/**
 * Serves a front end that calls the API from an origin of its own, while the tests of a file run: an empty page with the scripts of
 * `tests/browser/page`, the generated clients and the packages they use, in a form that browsers understand.
 *
 * @returns the origin, for tests and hooks
 */
export function useAppOrigin(): () => string {
  const server = createServer((request, response) => void serve(request.url ?? '', response));
  beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
  afterAll(() => server.close());
  return () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // a listening TCP server has one
}

async function serve(path: string, response: ServerResponse): Promise<void> {
  if (path === '/') {
    response.setHeader('content-type', 'text/html').end(indexPage());
    return;
  }
  if (!SERVED.test(path) || path.includes('..')) {
    response.writeHead(404).end();
    return;
  }
  const text = await readFile(join(root, path), 'utf8');
  response.setHeader('content-type', 'text/javascript');
  response.end(path.endsWith('.ts') ? stripTypeScriptTypes(text) : text);
}

function indexPage(): string {
  const imports = Object.fromEntries(PACKAGES.map((name) => [name, pathOf(name)]));
  return `<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>App</title>
<script type="importmap">${JSON.stringify({ imports })}</script>
<script type="module" src="/tests/browser/page/callers.ts"></script></html>`;
}

function pathOf(name: string): string {
  return fileURLToPath(import.meta.resolve(name)).slice(root.length);
}
