import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from './testing/start-test-gateway.ts';

interface Index {
  readonly releases: readonly [
    { readonly version: string; readonly files: readonly { readonly path: string; readonly digest: string }[] },
  ];
}

describe('the schema registry', () => {
  let gateway: TestGateway;
  let index: Index;

  beforeAll(async () => {
    gateway = await startTestGateway();
    // The registry's own tests hold it to this shape.
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
