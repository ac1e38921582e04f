import { utimesSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { request as sendHttp1 } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../testing/start-test-gateway.ts';

let parent: string;
let mailDir: string;
let gateway: TestGateway;

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'numer-mail-'));
  mailDir = join(parent, 'mail');
  gateway = await startTestGateway({ config: { MAIL_DIR: mailDir } });
});

afterAll(async () => {
  await gateway.stop();
  await rm(parent, { recursive: true });
});

function get(path: string): Promise<Response> {
  return fetch(gateway.url + path);
}

/** Sends the path as it is, which fetch would normalize. */
function getRaw(path: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(gateway.url);
    sendHttp1({ hostname, port, path }, async (response) => {
      resolve({ status: response.statusCode ?? 0, body: await text(response) });
    })
      .on('error', reject)
      .end();
  });
}

function put(file: string, lines: readonly string[], timeSeconds: number): void {
  writeFileSync(join(mailDir, file), lines.join('\r\n'));
  utimesSync(join(mailDir, file), timeSeconds, timeSeconds);
}

const HEAD = ['From: Numer <billing@numer.example>', 'To: carl@example.com, "Dora" <dora@example.com>'];

test('there is no mail before the folder exists', async () => {
  const response = await get('/dev/mail');
  expect(response.status).toBe(200);
  expect(await response.text()).toContain('No mail yet');
});

describe('mails', () => {
  beforeAll(async () => {
    await mkdir(mailDir);
    writeFileSync(join(parent, 'secret.eml'), 'Subject: secret\r\n\r\nsecret');
    put('old@numer.eml', [...HEAD, 'Subject: The older one', '', 'Hello Carl'], 1_000);
    put(
      'new@numer.eml',
      [
        ...HEAD,
        'Subject: =?utf-8?q?Invoice_=3Cscript=3Ealert(1)=3C/script=3E?=',
        'Content-Type: text/html; charset=utf-8',
        '',
        '<h1>Invoice</h1><script>alert(1)</script><img src="https://evil.example/pixel">',
      ],
      2_000,
    );
    put(
      'copy@numer.eml',
      [
        'Delivered-To: eve@example.com',
        ...HEAD,
        'Cc: fay@example.com, gil@example.com',
        'Subject: Copied',
        '',
        'Hello',
      ],
      500,
    );
    put(
      'with-file@numer.eml',
      [
        ...HEAD,
        'Subject: With a file',
        'Content-Type: application/pdf; name="a.pdf"',
        'Content-Disposition: attachment; filename="Invoice <1>.pdf"',
        'Content-Transfer-Encoding: base64',
        '',
        Buffer.from('%PDF-1.3').toString('base64'),
      ],
      500,
    );
    put(
      'with-link@numer.eml',
      [
        ...HEAD,
        'Subject: With a link',
        '',
        `See <b> https://x.example/d/a?b=1&c="><script>alert(1)</script>`,
        'javascript:x',
      ],
      400,
    );
    put('half-written.eml.tmp', ['Subject: not yet'], 3_000);
  });

  test('are listed, the newest first, with nothing of theirs taken for markup', async () => {
    const response = await get('/dev/mail');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    const page = await response.text();
    const links = [...page.matchAll(/href="([^"]+)">([^<]*)</g)].map(([, href, subject]) => [href, subject]);
    expect(links).toEqual([
      ['/dev/mail/new@numer.eml', 'Invoice &lt;script&gt;alert(1)&lt;/script&gt;'],
      ['/dev/mail/old@numer.eml', 'The older one'],
      ['/dev/mail/copy@numer.eml', 'Copied'],
      ['/dev/mail/with-file@numer.eml', 'With a file'],
      ['/dev/mail/with-link@numer.eml', 'With a link'],
    ]);
    expect(page).toContain('carl@example.com, dora@example.com');
    expect(page).not.toMatch(/not yet|<script/);
  });

  test('say who got a copy, and that it is one', async () => {
    const page = await (await get('/dev/mail')).text();
    expect(page).toContain(
      '<td>eve@example.com: copy of the mail to carl@example.com, dora@example.com, cc fay@example.com, gil@example.com</td>',
    );
  });

  test('are shown one by one', async () => {
    const page = await (await get('/dev/mail/old@numer.eml')).text();
    expect(page).toContain('The older one');
    expect(page).toContain('From billing@numer.example to carl@example.com, dora@example.com');
    expect(page).toContain('Hello Carl');
    expect(page).not.toContain('<iframe');
  });

  test('have addresses in their text that can be followed, and nothing else of it is markup', async () => {
    const page = await (await get('/dev/mail/with-link@numer.eml')).text();
    const address = 'https://x.example/d/a?b=1&amp;c=';
    expect(page).toContain(
      `See &lt;b&gt; <a href="${address}">${address}</a>&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;\njavascript:x`,
    );
  });

  test('show their HTML part in a frame that may do nothing', async () => {
    const response = await get('/dev/mail/new@numer.eml');
    expect(response.headers.get('content-security-policy')).not.toMatch(/script-src|unsafe-eval/);
    expect(await response.text()).toContain(
      '<iframe src="/dev/mail/new@numer.eml/html" title="HTML part" sandbox></iframe>',
    );
    const framed = await get('/dev/mail/new@numer.eml/html');
    expect(framed.headers.get('content-type')).toMatch(/^text\/html/);
    const policy = framed.headers.get('content-security-policy')?.split('; ');
    expect(policy).toEqual(expect.arrayContaining(["default-src 'none'", 'img-src data:', 'sandbox']));
    expect(framed.headers.get('x-frame-options')).toBe('SAMEORIGIN');
    expect(await framed.text()).toContain('<h1>Invoice</h1>');
  });

  test('link to the files that go with them', async () => {
    const page = await (await get('/dev/mail/with-file@numer.eml')).text();
    expect(page).toContain('href="/dev/mail/with-file@numer.eml/attachments/0" download="Invoice &lt;1&gt;.pdf"');
    const response = await get('/dev/mail/with-file@numer.eml/attachments/0');
    expect(response.headers.get('content-type')).toBe('application/pdf');
    expect(response.headers.get('content-disposition')).toBe('attachment');
    expect(await response.text()).toBe('%PDF-1.3');
  });

  test.each([
    ['/dev/mail/none@numer.eml'],
    ['/dev/mail/with-file@numer.eml/attachments/1'],
    ['/dev/mail/with-file@numer.eml/attachments/length'],
    ['/dev/mail/none@numer.eml/attachments/0'],
    ['/dev/mail/old@numer.eml/html'],
    ['/dev/mail/..%2fsecret.eml'],
    ['/dev/mail/%2e%2e%2fsecret.eml'],
    ['/dev/mail/../secret.eml'],
    ['/dev/mail/..%5csecret.eml'],
    ['/dev/mail/old@numer.eml%00'],
    ['/dev/mail/.eml'],
    ['/dev/mail/%zz'],
  ])('are not found at %s', async (path) => {
    const { status, body } = await getRaw(path);
    expect(body).not.toContain('secret<');
    expect([status, JSON.parse(body)]).toMatchObject([404, { reason: 'NOT_FOUND' }]);
  });
});

test('of many mails the latest are listed, by the times in their names', async () => {
  const directory = await mkdtemp(join(parent, 'many-'));
  const ids = Array.from({ length: 1_101 }, (_, index) => `018f-${String(index).padStart(4, '0')}`);
  for (const id of ids) writeFileSync(join(directory, `${id}@numer.eml`), `Subject: ${id}\r\n\r\nHello`);
  const other = await startTestGateway({ config: { MAIL_DIR: directory } });
  const page = await (await fetch(`${other.url}/dev/mail`)).text();
  await other.stop();
  const listed = [...page.matchAll(/href="[^"]+">([^<]*)</g)].map(([, subject]) => subject);
  expect(listed.toSorted()).toEqual(ids.slice(-100));
});

test('there are no such pages where mails are sent', async () => {
  const sending = await startTestGateway();
  const response = await fetch(`${sending.url}/dev/mail`);
  expect([response.status, await response.json()]).toMatchObject([404, { reason: 'NOT_FOUND' }]);
  await sending.stop();
});
