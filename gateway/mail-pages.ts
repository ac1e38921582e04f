import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Env, Hono } from 'hono';
import { html, raw } from 'hono/html';
import PostalMime, { type Email } from 'postal-mime';

/** Most mails the list shows. */
const LIST_MAX = 100;
/** Names of caught mails: what a Message-ID may hold. It keeps a path from leaving the folder. */
const FILE_NAME = /^[A-Za-z0-9][A-Za-z0-9@._-]{0,200}[.]eml$/;

/** Nothing in a mail may run or load anything. */
const MAIL_CONTENT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox";

/**
 * Pages that show the mails which were caught instead of sent, for trying the system out:
 * `/dev/mail` lists them, `/dev/mail/{file}` shows one, `/dev/mail/{file}/html` is its HTML part alone. They exist only
 * where no SMTP server is configured.
 */
export function addMailPages<E extends Env>(app: Hono<E>, directory: string): void {
  app.get('/dev/mail', async (context) => {
    const mails = await listMails(directory);
    const rows = mails.map(
      ({ file, mail }) => html`<tr>
        <td>${mail.date ?? ''}</td>
        <td>${mail.to?.map(({ address }) => address).join(', ') ?? ''}</td>
        <td><a href="/dev/mail/${file}">${mail.subject ?? '(no subject)'}</a></td>
      </tr>`,
    );
    return context.html(
      page(
        'Mail',
        mails.length === 0
          ? html`<p>No mail yet. Send an invoice, and it shows up here.</p>`
          : html`<table><thead><tr><th>Date</th><th>To</th><th>Subject</th></tr></thead><tbody>${rows}</tbody></table>`,
      ),
    );
  });

  app.get('/dev/mail/:file', async (context) => {
    const file = context.req.param('file');
    const mail = await readMail(directory, file);
    if (mail === undefined) return context.notFound();
    return context.html(
      page(
        mail.subject ?? '(no subject)',
        html`<p><a href="/dev/mail">All mail</a></p>
        <p>From ${mail.from?.address ?? ''} to ${mail.to?.map(({ address }) => address).join(', ') ?? ''}</p>
        <iframe src="/dev/mail/${file}/html" title="HTML part" sandbox></iframe>
        <h2>Text part</h2><pre>${mail.text ?? ''}</pre>`,
      ),
    );
  });

  app.get('/dev/mail/:file/html', async (context) => {
    const mail = await readMail(directory, context.req.param('file'));
    if (mail === undefined) return context.notFound();
    context.header('content-security-policy', MAIL_CONTENT_POLICY);
    return context.html(mail.html ?? '');
  });
}

async function listMails(directory: string): Promise<{ readonly file: string; readonly mail: Email }[]> {
  const names = (await readdir(directory).catch(() => [])).filter((name) => FILE_NAME.test(name));
  const dated = await Promise.all(
    names.map(async (file) => ({ file, timeMs: (await stat(join(directory, file))).mtimeMs })),
  );
  const newest = dated.sort((a, b) => b.timeMs - a.timeMs).slice(0, LIST_MAX);
  return Promise.all(
    newest.map(async ({ file }) => ({ file, mail: await PostalMime.parse(await readFile(join(directory, file))) })),
  );
}

async function readMail(directory: string, file: string): Promise<Email | undefined> {
  if (!FILE_NAME.test(file)) return undefined;
  const bytes = await readFile(join(directory, file)).catch(() => undefined);
  return bytes === undefined ? undefined : PostalMime.parse(bytes);
}

const STYLE = `
  body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color: #1c1c1c }
  table { border-collapse: collapse; width: 100% } th, td { text-align: left; padding: .4rem .6rem; border-bottom: 1px solid #ddd }
  iframe { width: 100%; height: 24rem; border: 1px solid #ddd } pre { white-space: pre-wrap }`;

function page(title: string, body: unknown) {
  return html`<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title>
    <meta name="viewport" content="width=device-width"><style>${raw(STYLE)}</style></head>
    <body><h1>${title}</h1>${body}</body></html>`;
}
