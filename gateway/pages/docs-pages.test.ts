import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { Hono } from 'hono';
import { describe, expect, test } from 'vitest';
import { addDocsPages } from './docs-pages.ts';
import { addSchemaPages } from './schema-pages.ts';

const app = new Hono();
addDocsPages(app);
addSchemaPages(app);

const documentText = readFileSync('gen/openapi.json', 'utf8');

describe('/openapi.json', () => {
  test('is the document, as it is committed', async () => {
    const response = await app.request('/openapi.json');
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.text()).toBe(documentText);
  });

  test('is sent again only when it has changed', async () => {
    const etag = (await app.request('/openapi.json')).headers.get('etag') ?? '';
    const again = await app.request('/openapi.json', { headers: { 'if-none-match': etag } });
    expect(again.status).toBe(304);
    expect(await again.text()).toBe('');
    expect((await app.request('/openapi.json', { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
  });

  test('is compressed for whoever can read that', async () => {
    const response = await app.request('/openapi.json', { headers: { 'accept-encoding': 'br, gzip' } });
    expect(response.headers.get('content-encoding')).toBe('gzip');
    expect(response.headers.get('vary')).toBe('Accept-Encoding, Origin');
    expect(gunzipSync(await response.arrayBuffer()).toString()).toBe(documentText);
  });
});

describe('/docs', () => {
  test('is where the root leads', async () => {
    const answer = await app.request('/');
    expect([answer.status, answer.headers.get('location')]).toEqual([302, '/docs']);
  });

  test('loads nothing but its own files, and they are all there', async () => {
    const page = await (await app.request('/docs')).text();
    const links = [...page.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, link = '']) => link);
    expect(links).not.toEqual([]);
    for (const link of links) {
      expect(link).toMatch(/^\/[^/]/);
      expect((await app.request(link)).status).toBe(200);
    }
    expect(page).not.toMatch(/<script>|<style>| style=| on[a-z]+=/);
    expect(links).toContain('/schemas/latest/reference.html');
  });

  test('may run only its own scripts, and call only its own origin', async () => {
    const policy = (await app.request('/docs')).headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self';");
    expect(policy).toContain("connect-src 'self'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
  });

  test('has scripts and styles of the right type, which a browser may keep for as long as their version lasts', async () => {
    const page = await (await app.request('/docs')).text();
    const script = /src="([^"]*bundle\.js)"/.exec(page)?.[1] ?? '';
    const response = await app.request(script);
    expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(response.headers.get('cache-control')).toContain('immutable');
    expect(script).toMatch(/^\/docs\/\d+\.\d+\.\d+\//);
    expect((await app.request('/docs/start.js')).headers.get('cache-control')).toContain('no-cache');
  });

  test('serves no other file of the package', async () => {
    const page = await (await app.request('/docs')).text();
    const folder = /src="(\/docs\/[0-9.]+)\//.exec(page)?.[1] ?? '';
    expect((await app.request(`${folder}/package.json`)).status).toBe(404);
    expect((await app.request(`${folder}/../../package.json`)).status).toBe(404);
  });
});
