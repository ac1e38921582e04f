import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../testing/start-test-gateway.ts';

interface Release {
  readonly version: string;
  readonly reference: string;
  readonly files: readonly { readonly path: string; readonly digest: string }[];
}

interface Index {
  readonly releases: readonly [Release, ...Release[]];
}

describe('the schema registry', () => {
  let gateway: TestGateway;
  let index: Index;

  beforeAll(async () => {
    gateway = await startTestGateway();
    // The registry's own tests ensure this shape.
    index = (await (await fetch(`${gateway.url}/schemas`)).json()) as Index;
  });
  afterAll(() => gateway.stop());

  test('serves each file of the newest release under its version and as latest, byte for byte', async () => {
    const [{ version, files }] = index.releases;
    expect(files.map(({ path }) => path)).toEqual(['image.binpb', 'protos.tar.gz', 'openapi.json']);
    for (const { path, digest } of files) {
      for (const name of [version, 'latest']) {
        const answer = await fetch(`${gateway.url}/schemas/${name}/${path}`);
        const bytes = new Uint8Array(await answer.arrayBuffer());
        expect(`sha256:${createHash('sha256').update(bytes).digest('hex')}`).toBe(digest);
        expect(answer.headers.get('etag')).toBe(`"${digest}"`);
      }
    }
  });

  test('lets a release be kept for ever, and latest be asked for each time', async () => {
    const [{ version }] = index.releases;
    const released = await fetch(`${gateway.url}/schemas/${version}/image.binpb`);
    expect(released.headers.get('cache-control')).toContain('immutable');
    const latest = await fetch(`${gateway.url}/schemas/latest/image.binpb`);
    expect(latest.headers.get('cache-control')).toBe('public, no-cache');
    const headers = { 'if-none-match': latest.headers.get('etag') ?? '' };
    expect((await fetch(`${gateway.url}/schemas/latest/image.binpb`, { headers })).status).toBe(304);
  });

  test('shows a release to people, in one page that loads and runs nothing', async () => {
    // The tests of the reference render every release.
    for (const { version } of [index.releases[0], ...index.releases.slice(-1)]) {
      const answer = await fetch(`${gateway.url}/schemas/${version}/reference.html`);
      const page = await answer.text();
      expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(answer.headers.get('cache-control')).toBe('public, no-cache');
      expect(page).toContain(`<title>Numer contracts ${version}</title>`);
      const style = /<style>(.*)<\/style>/s.exec(page)?.[1] ?? '';
      const hash = createHash('sha256').update(style).digest('base64');
      expect(answer.headers.get('content-security-policy')).toBe(
        `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
      );
    }
    expect(index.releases.map(({ reference }) => reference)).toEqual(
      index.releases.map(({ version }) => `/schemas/${version}/reference.html`),
    );
    const latest = await fetch(`${gateway.url}/schemas/latest/reference.html`);
    expect(latest.headers.get('cache-control')).toBe('public, no-cache');
    const headers = { 'if-none-match': latest.headers.get('etag') ?? '' };
    expect((await fetch(`${gateway.url}/schemas/latest/reference.html`, { headers })).status).toBe(304);
  });

  test('answers 404 for a version or a file that there is not', async () => {
    expect((await fetch(`${gateway.url}/schemas/v0.0.0/image.binpb`)).status).toBe(404);
    expect((await fetch(`${gateway.url}/schemas/latest/..%2findex.json`)).status).toBe(404);
  });

  test('lets buf read the contracts with nothing but the address', async () => {
    const address = `${gateway.url}/schemas/latest/image.binpb`;
    const run = await promisify(execFile)('buf', ['build', address, '--output', '-#format=json'], {
      maxBuffer: 64 * 1024 * 1024,
      timeout: 15_000,
    });
    expect(run.stdout).toContain('numer/invoice/v1/invoice_service.proto');
  });
});
