import { opendir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Env, Hono } from 'hono';
import { html, raw } from 'hono/html';
import PostalMime, { type Email } from 'postal-mime';

/** Whoever can reach the gateway can read the pages, and could take over any account with such a mail. */
const ABOUT_SECRETS = html`<p>Mail with the token of a password reset is not shown here: it is in the folder <code>secret</code> of caught mail.</p>`;

/** How many mails the list shows at most. */
const LIST_MAX = 100;
/** How many file names are read at once, and kept at most. */
const NAMES_AT_ONCE = 1_000;
/** Names of caught mails: what a Message-ID may contain. The pattern keeps a path from leaving the folder. */
const FILE_NAME = /^[A-Za-z0-9][A-Za-z0-9@._-]{0,200}[.]eml$/;

/** The pages hold no script, and show nothing but themselves and the mail. */
const PAGE_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
/** Nothing in a mail may run or load anything, whether its page frames it or it is opened alone. */
const MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox";

/**
 * Pages that show the mails which were caught instead of sent, for trying the system out:
 * `/dev/mail` lists them, `/dev/mail/{file}` shows one, `/dev/mail/{file}/html` is its HTML part alone and
 * `/dev/mail/{file}/attachments/{index}` an attachment. They exist only where no SMTP server is configured.
 */
export function addMailPages<E extends Env>(app: Hono<E>, directory: string): void {
  app.get('/dev/mail', async (context) => {
    const mails = await listMails(directory);
    const rows = mails.map(
      ({ file, mail }) => html`<tr>
        <td>${mail.date ?? ''}</td>
        <td>${recipientsOf(mail)}</td>
        <td><a href="/dev/mail/${file}">${subjectOf(mail)}</a></td>
      </tr>`,
    );
    const body =
      mails.length === 0
        ? html`<p>No mail yet. Send an invoice, and it shows up here.</p>`
        : html`<table><thead><tr><th>Date</th><th>To</th><th>Subject</th></tr></thead><tbody>${rows}</tbody></table>`;
    return context.html(page('Mail', html`${body}${ABOUT_SECRETS}`), 200, { 'content-security-policy': PAGE_POLICY });
  });

  app.get('/dev/mail/:file', async (context) => {
    const file = context.req.param('file');
    const mail = await readMail(directory, file);
    if (mail === undefined) return context.notFound();
    const htmlPart =
      mail.html === undefined ? '' : html`<iframe src="/dev/mail/${file}/html" title="HTML part" sandbox></iframe>`;
    const body = html`<p><a href="/dev/mail">All mail</a></p>
      <p>From ${mail.from?.address ?? ''} to ${recipientsOf(mail)}</p>
      ${attachmentLinks(file, mail)}
      ${htmlPart}
      <h2>Text part</h2><pre>${withLinks(mail.text ?? '')}</pre>`;
    return context.html(page(subjectOf(mail), body), 200, { 'content-security-policy': PAGE_POLICY });
  });

  app.get('/dev/mail/:file/attachments/:index', async (context) => {
    const mail = await readMail(directory, context.req.param('file'));
    const attachment = mail?.attachments[Number(context.req.param('index'))];
    if (attachment === undefined || typeof attachment.content === 'string') return context.notFound();
    return context.body(new Uint8Array(attachment.content), 200, {
      'content-type': attachment.mimeType,
      'content-disposition': 'attachment',
      'content-security-policy': MAIL_POLICY,
    });
  });

  app.get('/dev/mail/:file/html', async (context) => {
    const mail = await readMail(directory, context.req.param('file'));
    if (mail?.html === undefined) return context.notFound();
    return context.html(mail.html, 200, {
      'content-security-policy': MAIL_POLICY,
      'x-frame-options': 'SAMEORIGIN',
    });
  });
}

/** The newest mails first. A mail that is removed meanwhile is left out. */
async function listMails(directory: string): Promise<{ readonly file: string; readonly mail: Email }[]> {
  const dated = await Promise.all(
    (await findLatest(directory)).map(async (file) => {
      const stats = await stat(join(directory, file)).catch(() => undefined);
      return { file, timeMs: stats?.mtimeMs ?? 0 };
    }),
  );
  const newest = dated.sort((a, b) => b.timeMs - a.timeMs);
  const mails = await Promise.all(newest.map(async ({ file }) => ({ file, mail: await readMail(directory, file) })));
  return mails.flatMap(({ file, mail }) => (mail === undefined ? [] : [{ file, mail }]));
}

/**
 * The names of the mails that were requested last: a name begins with the mail's id, and the id begins with the time. There may
 * be many thousands of files. Only a few names are held in memory, and no file is opened.
 */
async function findLatest(directory: string): Promise<readonly string[]> {
  let latest: string[] = [];
  const keepLatest = () => latest.sort().slice(-LIST_MAX);
  const entries = await opendir(directory, { bufferSize: NAMES_AT_ONCE }).catch(() => []);
  for await (const { name } of entries) {
    if (FILE_NAME.test(name)) latest.push(name);
    if (latest.length >= NAMES_AT_ONCE) latest = keepLatest();
  }
  return keepLatest();
}

/** Undefined when there is no such mail. */
async function readMail(directory: string, file: string): Promise<Email | undefined> {
  if (!FILE_NAME.test(file)) return undefined;
  const bytes = await readFile(join(directory, file)).catch(() => undefined);
  return bytes === undefined ? undefined : PostalMime.parse(bytes);
}

/** A text in which URLs are links. Those in the HTML part cannot be followed, since its frame may do nothing. */
function withLinks(text: string) {
  const parts = text.split(/(https?:\/\/[^\s<>"]+)/);
  return parts.map((part, index) => (index % 2 === 0 ? part : html`<a href="${part}">${part}</a>`));
}

function attachmentLinks(file: string, { attachments }: Email) {
  return attachments.map(
    ({ filename }, index) => html`<p><a href="/dev/mail/${file}/attachments/${index}" download="${filename ?? ''}">
      ${filename ?? 'Attachment'}</a></p>`,
  );
}

/** The recipients of a mail. For a copy that was put into somebody's mailbox, it also says whose. */
function recipientsOf({ to, cc, deliveredTo }: Email): string {
  const copied = addressesOf(cc);
  const header = copied === '' ? addressesOf(to) : `${addressesOf(to)}, cc ${copied}`;
  return deliveredTo === undefined ? header : `${deliveredTo}: copy of the mail to ${header}`;
}

function addressesOf(list: Email['to'] = []): string {
  return list.map(({ address }) => address ?? '').join(', ');
}

function subjectOf({ subject = '' }: Email): string {
  return subject === '' ? '(no subject)' : subject;
}

const STYLE = `
  body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color: #1c1c1c; overflow-wrap: anywhere }
  table { border-collapse: collapse; width: 100% } th, td { text-align: left; padding: .4rem .6rem; border-bottom: 1px solid #ddd }
  iframe { width: 100%; height: 24rem; border: 1px solid #ddd } pre { white-space: pre-wrap }`;

function page(title: string, body: unknown) {
  return html`<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title>
    <meta name="viewport" content="width=device-width"><style>${raw(STYLE)}</style></head>
    <body><h1>${title}</h1>${body}</body></html>`;
}
