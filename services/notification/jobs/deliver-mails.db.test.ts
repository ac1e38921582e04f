import { randomUUIDv7 } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import { Code, ConnectError, createClient, createRouterTransport } from '@connectrpc/connect';
import { eq, sql } from 'drizzle-orm';
import PostalMime, { type Email } from 'postal-mime';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { InvoiceSchema } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { LogoService } from '../../../gen/numer/user/v1/logo_service_pb.ts';
import { outbox } from '../../../runtime/events/outbox.ts';
import { pngFile } from '../../../runtime/testing/png-file.ts';
import { makeScratchDir, type ScratchDir } from '../../../runtime/testing/scratch-dir.ts';
import { type SmtpSink, startSmtpSink } from '../../../runtime/testing/smtp-sink.ts';
import { startTestService, type TestService } from '../../../runtime/testing/start-test-service.ts';
import { waitUntil } from '../../../runtime/testing/wait-until.ts';
import { readWrittenEvents } from '../../../runtime/testing/written-events.ts';
import type { Outcome } from '../domain/decide-next.ts';
import { notificationSettled } from '../events.ts';
import { createFileCarrier } from '../mail/file-carrier.ts';
import { type MailCarrier, type OutgoingMail, SEND_TIMEOUT_MS } from '../mail/mail-carrier.ts';
import { copiesOf } from '../mail/mail-copies.ts';
import { printedInvoice } from '../pdf/print.ts';
import { notificationService } from '../service.ts';
import { LEASE_MS } from '../store/claim-mail.ts';
import { notifications } from '../store/schema.ts';
import { readPdf, readPicture } from '../testing/read-pdf.ts';
import { type Deliverer, startDeliverer } from '../testing/start-deliverer.ts';
import { testInvoice } from '../testing/test-invoice.ts';
import { WEBHOOK_KEY } from '../testing/webhook-key.ts';
import { deliverDueMails } from './deliver-mails.ts';

const HOUR_MS = 3_600_000;
/** The headers of a mail without a Reply-To. */
const HEADERS = ['auto-submitted', 'from', 'to', 'subject', 'message-id', 'date', 'mime-version', 'content-type'];

const PRESENT = { today: '2026-03-01', timeZone: 'UTC' };

let service: TestService;
let folder: ScratchDir;
let sink: SmtpSink;
let deliverer: Deliverer;

beforeAll(async () => {
  folder = makeScratchDir('numer-mail');
  service = await startTestService(notificationService, { environment: { ...WEBHOOK_KEY, MAIL_DIR: folder.path } });
});
afterAll(async () => {
  await service.stop();
  folder.remove();
});
beforeEach(async () => {
  sink = await startSmtpSink();
  deliverer = await startDeliverer(service, { SMTP_URL: sink.url });
});
afterEach(async () => {
  await service.db.delete(notifications).where(sql`true`);
  await service.db.execute(sql`delete from outbox`);
  await sink.close();
});

/** Topics of the events about a mail, and the mail as they have it. */
async function eventsOf(id: string) {
  const events = await readWrittenEvents(service.db, notificationService.events, eq(outbox.subject, id));
  return events.map(({ topic, json }) => ({ topic, ...(json as { readonly notification: object }) })); // as all of them are
}

/** The file that goes with a mail. */
function documentOf(mail: Email | undefined): Uint8Array {
  const content = mail?.attachments[0]?.content;
  return new Uint8Array(content instanceof ArrayBuffer ? content : []);
}

describe('over SMTP', () => {
  test('a mail goes out whole, once, and is told of', async () => {
    const id = await deliverer.queue('INVOICE_SENT', { subject: 'Rechnung für Zoë 👍' });
    await deliverer.deliver();
    await deliverer.deliver();

    expect(sink.mails()).toHaveLength(1);
    const [caught] = sink.mails();
    expect(caught).toMatchObject({ from: 'numer@localhost', to: ['grace@hopper.example'] });
    expect(caught?.reports).toEqual({ ret: null, envid: null, notify: undefined });
    expect(caught?.mail).toMatchObject({
      from: { name: 'Lovelace & Sons', address: 'numer@localhost' },
      to: [{ address: 'grace@hopper.example' }],
      replyTo: [{ name: 'Lovelace & Sons', address: 'ada@lovelace.example' }],
      subject: 'Rechnung für Zoë 👍',
      messageId: `<${id}@localhost>`,
      text: 'The text\n',
      html: '<p>The text</p>\n',
    });
    expect(new Date(caught?.mail.date ?? '')).toEqual(service.clock.now());
    expect(await deliverer.find(id)).toMatchObject({ state: 'SENT', attempts: 1, error: '', leaseToken: null });
    const [event, ...others] = await eventsOf(id);
    expect(others).toEqual([]);
    expect(event).toMatchObject({ topic: 'notification.sent', notification: { id, state: 'SENT', attempts: 1 } });
    expect(event?.notification).not.toHaveProperty('recipient');
    expect(event?.notification).not.toHaveProperty('subject');
  });

  test('reports of a mail go to the bounce address with its id, and are asked for where the mail server offers them', async () => {
    const deaf = await startSmtpSink({ offersReports: false });
    for (const [server, reports] of [
      [sink, (id: string) => ({ ret: 'HDRS', envid: id, notify: ['SUCCESS', 'FAILURE', 'DELAY'] })],
      [deaf, () => ({ notify: undefined })],
    ] as const) {
      const bouncing = await startDeliverer(service, {
        SMTP_URL: server.url,
        MAIL_BOUNCE_ADDRESS: 'bounces@books.example',
      });
      const id = await bouncing.queue('REMINDER');
      await bouncing.deliver();
      const [caught] = server.mails();
      expect(caught).toMatchObject({
        from: `bounces+${id}@books.example`,
        to: ['grace@hopper.example'],
        mail: { from: { address: 'numer@localhost' }, messageId: `<${id}@localhost>` },
      });
      expect(caught?.reports).toEqual(reports(id));
    }
    await deaf.close();
  });

  test('a document goes with its mail as PDF, and is not kept', async () => {
    const id = await deliverer.queue('INVOICE_SENT', {
      printed: printedInvoice(create(InvoiceSchema, testInvoice()), PRESENT),
    });
    await deliverer.deliver();
    const [attachment, ...others] = sink.mails()[0]?.mail.attachments ?? [];
    expect(others).toEqual([]);
    expect(attachment).toMatchObject({ filename: 'Invoice 2026-0042.pdf', mimeType: 'application/pdf' });
    const { pages } = await readPdf(documentOf(sink.mails()[0]?.mail));
    expect(pages[0]).toContain('119.00 EUR');
    expect(await deliverer.find(id)).toMatchObject({ state: 'SENT', printed: null, pdfAttached: true });
    expect(await eventsOf(id)).toMatchObject([{ topic: 'notification.sent', notification: { pdfAttached: true } }]);
  });

  test('the document of a mail has the logo that its owner has by now', async () => {
    const printed = printedInvoice(create(InvoiceSchema, testInvoice()), PRESENT);
    const ownerId = randomUUIDv7();
    const logos = createRouterTransport((router) => {
      router.rpc(LogoService.method.findLogo, ({ userId }) =>
        userId === ownerId ? { file: { data: pngFile() } } : {},
      );
    });
    const deps = { ...deliverer.deps, logos: createClient(LogoService, logos) };
    await deliverer.queue('INVOICE_SENT', { printed, ownerId });
    await deliverDueMails(deps, new AbortController().signal);
    await deliverer.queue('INVOICE_SENT', { printed });
    await deliverDueMails(deps, new AbortController().signal);
    const pictures = await Promise.all(sink.mails().map(async ({ mail }) => await readPicture(documentOf(mail))));
    expect(pictures.map((picture) => picture !== undefined)).toEqual([true, false]);
  });

  test('where the logo cannot be had, a mail goes with its document all the same', async () => {
    const id = await deliverer.queue('INVOICE_SENT', {
      printed: printedInvoice(create(InvoiceSchema, testInvoice()), PRESENT),
    });
    const logos = createRouterTransport((router) => {
      router.rpc(LogoService.method.findLogo, () => {
        throw new ConnectError('nobody is there', Code.Unavailable);
      });
    });
    await deliverDueMails({ ...deliverer.deps, logos: createClient(LogoService, logos) }, new AbortController().signal);
    expect(await deliverer.find(id)).toMatchObject({ state: 'SENT', pdfAttached: true });
  });

  test('a mail that is refused has no document with it', async () => {
    const id = await deliverer.queue('INVOICE_SENT', {
      printed: printedInvoice(create(InvoiceSchema, testInvoice()), PRESENT),
    });
    sink.failNext(1, 550);
    await deliverer.deliver();
    expect(await deliverer.find(id)).toMatchObject({ state: 'FAILED', pdfAttached: false });
  });

  test('a mail whose document is too long to be printed goes without it', async () => {
    const printed = { ...printedInvoice(create(InvoiceSchema, testInvoice()), PRESENT), title: 'x'.repeat(600_000) };
    const id = await deliverer.queue('INVOICE_SENT', { printed });
    await deliverer.deliver();
    expect(sink.mails()[0]?.mail.attachments).toEqual([]);
    expect(await deliverer.find(id)).toMatchObject({ state: 'SENT', printed: null, pdfAttached: false });
  });

  test('a document that cannot be made lets its mail wait, and no other', async () => {
    const broken = await deliverer.queue('INVOICE_SENT', { printed: { title: 'no document' } });
    const id = await deliverer.queue();
    await deliverer.deliver();
    expect(await deliverer.find(id)).toMatchObject({ state: 'SENT' });
    expect(await deliverer.find(broken)).toMatchObject({
      state: 'QUEUED',
      attempts: 1,
      error: 'The document attached to the mail could not be made.',
    });
  });

  test('a document that is not made in time lets its mail wait, before another replica could send that', async () => {
    const id = await deliverer.queue('INVOICE_SENT', {
      printed: printedInvoice(create(InvoiceSchema, testInvoice()), PRESENT),
    });
    const begun = Promise.withResolvers<void>();
    const render = () => {
      begun.resolve();
      return new Promise<never>(() => undefined);
    };
    const deps = { ...deliverer.deps, pdfs: { ...deliverer.deps.pdfs, render } };
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const delivered = deliverDueMails(deps, new AbortController().signal);
      await begun.promise;
      vi.advanceTimersByTime(LEASE_MS - SEND_TIMEOUT_MS);
      await delivered;
    } finally {
      vi.useRealTimers();
    }
    expect(await deliverer.find(id)).toMatchObject({
      state: 'QUEUED',
      error: 'The document attached to the mail could not be made.',
    });
  });

  test('a run whose session fails ends only when no other session is at work any more', async () => {
    const ids = [await deliverer.queue(), await deliverer.queue()];
    const taken = Promise.withResolvers<void>();
    const sent: string[] = [];
    const send = async ({ id }: OutgoingMail): Promise<Outcome> => {
      if (id === ids[0]) throw new Error('a defect');
      await taken.promise;
      sent.push(id);
      return { kind: 'accepted' };
    };
    const carrier = { isRepeatable: true, sessionsMax: 2, open: () => ({ send, close: () => undefined }) };
    const run = deliverDueMails({ ...deliverer.deps, carrier }, new AbortController().signal);
    const ended = run.catch((error: Error) => [error.message, ...sent]);
    await waitUntil(async () => (await deliverer.find(ids[1] ?? '')).leaseToken !== null);
    taken.resolve();
    expect(await ended).toEqual(['a defect', ids[1]]);
    expect(await deliverer.find(ids[1] ?? '')).toMatchObject({ state: 'SENT' });
  });

  test('many mails go over few connections, by two replicas at once, each mail once', async () => {
    const other = await startDeliverer(service, { SMTP_URL: sink.url });
    const ids = await Promise.all(Array.from({ length: 40 }, () => deliverer.queue()));
    await Promise.all([deliverer.deliver(), other.deliver()]);
    expect(
      sink
        .mails()
        .map(({ mail }) => mail.messageId)
        .toSorted(),
    ).toEqual(ids.map((id) => `<${id}@localhost>`).toSorted());
    const states = await Promise.all(ids.map(async (id) => (await deliverer.find(id)).state));
    expect(new Set(states)).toEqual(new Set(['SENT']));
  });

  test('a name cannot add a header or a recipient', async () => {
    await deliverer.queue('INVOICE_SENT', {
      senderName: 'Eve" <eve@evil.example>\r\nBcc: all@evil.example\r\n\r\nBody',
      subject: 'Hi\r\nBcc: all@evil.example',
      replyTo: 'ada@lovelace.example\r\nBcc: all@evil.example',
    });
    const refused = await deliverer.queue('INVOICE_SENT', { recipient: 'grace@hopper.example, all@evil.example' });
    await deliverer.deliver();
    const [caught, ...others] = sink.mails();
    expect(others).toEqual([]);
    expect(caught?.to).toEqual(['grace@hopper.example']);
    expect(caught?.mail).toMatchObject({
      from: { name: 'Eve" <eve@evil.example> Bcc: all@evil.example Body', address: 'numer@localhost' },
      subject: 'Hi Bcc: all@evil.example',
    });
    expect(caught?.mail.headers.map(({ key }) => key)).toEqual(HEADERS);
    expect(await deliverer.find(refused)).toMatchObject({ state: 'FAILED', error: expect.stringContaining('address') });
  });

  test('a mail that is refused for now is tried again later', async () => {
    sink.failNext(1, 451);
    const id = await deliverer.queue();
    await deliverer.deliver();
    const deferred = await deliverer.find(id);
    expect(deferred).toMatchObject({ state: 'QUEUED', attempts: 1, leaseToken: null });
    expect(deferred.error).toContain('451');
    expect(deferred.nextAttemptTime).toEqual(new Date(service.clock.now().getTime() + 30_000));

    service.clock.advance(29_999);
    await deliverer.deliver();
    expect(sink.mails()).toHaveLength(0);
    service.clock.advance(1);
    await deliverer.deliver();
    expect(sink.mails()).toHaveLength(1);
    expect(await deliverer.find(id)).toMatchObject({ state: 'SENT', attempts: 2, error: '' });
  });

  test('a mail that is refused for good has failed, and the next one goes over the same connection', async () => {
    sink.failNext(1, 550);
    const id = await deliverer.queue();
    service.clock.advance(1);
    const next = await deliverer.queue();
    // One session, since the mails of two sessions may reach the server in either order.
    const deps = { ...deliverer.deps, carrier: { ...deliverer.deps.carrier, sessionsMax: 1 } };
    await deliverDueMails(deps, new AbortController().signal);
    const failed = await deliverer.find(id);
    expect(failed).toMatchObject({ state: 'FAILED', attempts: 1, nextAttemptTime: null, sendTime: null });
    expect(failed.error).toContain('550');
    const [event] = await eventsOf(id);
    expect(event).toMatchObject({ topic: 'notification.failed', notification: { id, state: 'FAILED' } });
    expect(event?.notification).not.toHaveProperty('error');
    expect(await deliverer.find(next)).toMatchObject({ state: 'SENT' });
    expect(sink.connections()).toBe(1);
  });

  test('mails wait while no mail server is there, however long, and go out when it is back', async () => {
    const closed = await startSmtpSink();
    await closed.close();
    const down = await startDeliverer(service, { SMTP_URL: closed.url });
    const ids = [await deliverer.queue(), await deliverer.queue('PAYMENT_RECEIVED')];
    for (let hour = 0; hour < 100; hour++) {
      service.clock.advance(HOUR_MS);
      await down.deliver();
    }
    for (const id of ids)
      expect(await down.find(id)).toMatchObject({ state: 'QUEUED', error: expect.stringContaining('ECONNREFUSED') });
    service.clock.advance(HOUR_MS);
    await deliverer.deliver();
    expect(sink.mails()).toHaveLength(2);
    for (const id of ids) expect(await deliverer.find(id)).toMatchObject({ state: 'SENT' });
  });

  test('a mail without a recipient fails, and nothing is sent', async () => {
    const id = await deliverer.queue('INVOICE_SENT', { recipient: '' });
    await deliverer.deliver();
    expect(await deliverer.find(id)).toMatchObject({ state: 'FAILED', error: 'The customer has no email address.' });
    expect(sink.mails()).toEqual([]);
    expect(await eventsOf(id)).toMatchObject([{ topic: 'notification.failed' }]);
  });
});

/** Claims the due mails, like a process that ends before it records the results. */
async function claimOne() {
  const now = service.clock.now();
  const [claimed] = await deliverer.deps.store.claimMails({ now, dueTime: now, count: 1 });
  if (claimed === undefined) throw new Error('there is nothing to send');
  return claimed;
}

describe('when a process ends in the middle of sending', () => {
  /** Claims the mail and sends it, but never records the result. */
  async function crash(): Promise<void> {
    const { row } = await claimOne();
    const session = deliverer.deps.carrier.open();
    const { copyOf, addressee } = row;
    const copy = copyOf === null ? undefined : { of: copyOf, addressee };
    await session.send({ ...row, copy, text: row.textBody, html: row.htmlBody, date: row.createTime });
    session.close();
  }

  test('an invoice is sent again with the same Message-ID, once the lease has expired', async () => {
    const id = await deliverer.queue('INVOICE_SENT');
    await crash();
    service.clock.advance(LEASE_MS - 1);
    await deliverer.deliver();
    expect(sink.mails()).toHaveLength(1);
    service.clock.advance(1);
    await deliverer.deliver();
    expect(sink.mails().map(({ mail }) => mail.messageId)).toEqual([`<${id}@localhost>`, `<${id}@localhost>`]);
    expect(await deliverer.find(id)).toMatchObject({ state: 'SENT', attempts: 2 });
  });

  test('only the address that was being sent to gets it again', async () => {
    const eventId = randomUUIDv7();
    const copies = copiesOf(eventId, {
      recipient: 'grace@hopper.example',
      ccEmails: ['cfo@hopper.example'],
      bccEmail: '',
    });
    await deliverer.queue('INVOICE_SENT', { eventId, ccEmails: ['cfo@hopper.example'], copies });
    await crash();
    const [[first = ''] = []] = sink.mails().map(({ to }) => to);
    service.clock.advance(LEASE_MS);
    await deliverer.deliver();
    const addresses = sink.mails().flatMap(({ to }) => to);
    const other = first === 'grace@hopper.example' ? 'cfo@hopper.example' : 'grace@hopper.example';
    expect(addresses.toSorted()).toEqual([first, first, other].toSorted());
    expect(new Set(sink.mails().map(({ mail }) => mail.messageId))).toEqual(new Set([`<${eventId}@localhost>`]));
  });

  test('a reminder is not sent again', async () => {
    const id = await deliverer.queue('REMINDER');
    await crash();
    service.clock.advance(LEASE_MS);
    await deliverer.deliver();
    expect(sink.mails()).toHaveLength(1);
    const failed = await deliverer.find(id);
    expect(failed).toMatchObject({ state: 'FAILED', error: expect.stringContaining('may have been sent') });
  });

  test('a system that knows of it does not wait for the lease, and sends no reminder again either', async () => {
    const invoice = await deliverer.queue('INVOICE_SENT');
    await crash();
    const reminder = await deliverer.queue('REMINDER');
    await crash();
    await deliverer.deps.store.releaseLeases(service.clock.now());
    await deliverer.deliver();
    expect(sink.mails().map(({ mail }) => mail.messageId)).toEqual(
      [invoice, reminder, invoice].map((id) => `<${id}@localhost>`),
    );
    expect(await deliverer.find(reminder)).toMatchObject({ state: 'FAILED' });
  });

  test('who lost the lease changes nothing any more', async () => {
    const id = await deliverer.queue('INVOICE_SENT');
    const { row, leaseToken } = await claimOne();
    service.clock.advance(LEASE_MS);
    await deliverer.deliver();
    const late = { id, leaseToken, error: 'late', mayHaveLeft: false };
    await deliverer.deps.store.deferMail({ ...late, nextAttemptTime: service.clock.now() });
    const end = { ...late, state: 'FAILED', sendTime: null, pdfAttached: false } as const;
    await deliverer.deps.store.finishMails([{ ...end, event: notificationSettled(row, service.clock.now()) }]);
    expect(await eventsOf(id)).toHaveLength(1);
    expect(await deliverer.find(id)).toMatchObject({ state: 'SENT', error: '' });
  });
});

describe('when the connection breaks', () => {
  let server: Server;
  let sockets: Socket[];
  /** Where the server hangs up: at the recipient, or after the whole mail. */
  let hangUpAt: RegExp;

  beforeEach(async () => {
    sockets = [];
    server = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => undefined);
      socket.write('220 test\r\n');
      let isContent = false;
      socket.on('data', (data) => {
        for (const line of data.toString().split('\r\n').slice(0, -1)) {
          if (hangUpAt.test(line)) socket.destroy();
          if (isContent) continue;
          isContent = line === 'DATA';
          socket.write(isContent ? '354 go on\r\n' : '250 fine\r\n');
        }
      });
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    server.listen(0, '127.0.0.1', resolve);
    await promise;
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    deliverer = await startDeliverer(service, { SMTP_URL: `smtp://127.0.0.1:${port}` });
  });
  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    const { promise, resolve } = Promise.withResolvers<void>();
    server.close(() => resolve());
    await promise;
  });

  test('before the content was sent, every mail is tried again', async () => {
    hangUpAt = /^RCPT TO/;
    for (const kind of ['INVOICE_SENT', 'REMINDER'] as const) {
      const id = await deliverer.queue(kind);
      await deliverer.deliver();
      expect(await deliverer.find(id)).toMatchObject({ state: 'QUEUED', error: expect.stringContaining('broke') });
    }
  });

  test('after the content was sent, a reminder is not tried again', async () => {
    hangUpAt = /^[.]$/;
    const invoice = await deliverer.queue('INVOICE_SENT');
    const reminder = await deliverer.queue('REMINDER');
    await deliverer.deliver();
    const error = expect.stringContaining('before the mail server answered');
    expect(await deliverer.find(invoice)).toMatchObject({ state: 'QUEUED', error });
    expect(await deliverer.find(reminder)).toMatchObject({ state: 'FAILED', error });
  });
});

describe('without a mail server', () => {
  beforeEach(async () => {
    deliverer = await startDeliverer(service, { MAIL_DIR: folder.path });
  });
  afterEach(() => {
    for (const name of readdirSync(folder.path)) rmSync(join(folder.path, name), { recursive: true });
  });

  test('a mail is one file named by its id', async () => {
    const id = await deliverer.queue('REMINDER');
    await deliverer.deliver();
    expect(readdirSync(folder.path)).toEqual([`${id}@numer.eml`]);
    const mail = await PostalMime.parse(readFileSync(join(folder.path, `${id}@numer.eml`)));
    expect(mail).toMatchObject({
      messageId: `<${id}@localhost>`,
      subject: 'Invoice 2026-0042',
      html: '<p>The text</p>\n',
    });
    expect(await deliverer.find(id)).toMatchObject({ state: 'SENT' });
  });

  test('a copy is a file of its own that says whose it is, whatever the mail itself says', async () => {
    const eventId = randomUUIDv7();
    const recipients = {
      recipient: 'grace@hopper.example',
      ccEmails: ['cfo@hopper.example'],
      bccEmail: 'ada@x.example',
    };
    const copies = copiesOf(eventId, recipients);
    await deliverer.queue('INVOICE_SENT', { eventId, ccEmails: recipients.ccEmails, copies });
    await deliverer.deliver();
    const ids = [eventId, ...copies.map(({ id }) => id)];
    expect(readdirSync(folder.path).toSorted()).toEqual(ids.map((id) => `${id}@numer.eml`).toSorted());
    const mails = ids.map((id) => PostalMime.parse(readFileSync(join(folder.path, `${id}@numer.eml`))));
    const header = { to: [{ address: 'grace@hopper.example' }], cc: [{ address: 'cfo@hopper.example' }] };
    expect(await Promise.all(mails)).toMatchObject(
      [undefined, 'cfo@hopper.example', 'ada@x.example'].map((deliveredTo) => ({
        ...header,
        messageId: `<${eventId}@localhost>`,
        ...(deliveredTo && { deliveredTo }),
      })),
    );
  });

  test('a mail whose sender crashed is written again, a reminder as well, and is still one file', async () => {
    const id = await deliverer.queue('REMINDER');
    writeFileSync(join(folder.path, `${id}@numer.eml`), 'Subject: first try\r\n\r\n');
    await claimOne();
    service.clock.advance(LEASE_MS);
    await deliverer.deliver();
    expect(readdirSync(folder.path)).toEqual([`${id}@numer.eml`]);
    expect(await deliverer.find(id)).toMatchObject({ state: 'SENT', attempts: 2 });
  });

  test('of the mails in the folder the newest are kept, and nothing of anybody else is touched', async () => {
    const idAt = (index: number) => `019ab3f0-0000-7000-8000-00000000000${index}`;
    const carrier = () =>
      createFileCarrier(folder.path, { name: 'Numer', address: 'numer@localhost' }, { max: 3, lookAfter: 2 });
    const save = async (to: MailCarrier, ids: readonly number[], isSecret = false) => {
      for (const index of ids) await to.open().send({ ...mail, id: idAt(index), isSecret });
    };
    const mail = {
      recipient: 'a@b.example',
      senderName: '',
      replyTo: '',
      subject: '',
      text: '',
      html: '',
      date: new Date(),
    };
    const others = [`${idAt(0)}@numer.eml.bak`, 'notes.txt', 'somebody@else.eml'];
    for (const name of [...others, `.${idAt(0)}@numer.eml.${randomUUIDv7()}`])
      writeFileSync(join(folder.path, name), '');
    const kept = () => readdirSync(folder.path).toSorted();
    const files = (...indexes: readonly number[]) =>
      [...indexes.map((index) => `${idAt(index)}@numer.eml`), ...others].toSorted();
    await save(await carrier(), [1, 3, 2, 4, 5, 6]);
    expect(kept()).toEqual(files(3, 4, 5, 6));
    await save(await carrier(), [7]);
    expect(kept()).toEqual(files(5, 6, 7));
    await save(await carrier(), [1, 3, 2, 4, 5, 6], true);
    await save(await carrier(), [7], true);
    const secret = readdirSync(join(folder.path, 'secret')).toSorted();
    expect(secret).toEqual([5, 6, 7].map((index) => `${idAt(index)}@numer.eml`));
    expect(kept()).toEqual([...files(5, 6, 7), 'secret'].toSorted());
  });

  test('a folder that cannot be written to lets mail wait', async () => {
    const gone = await startDeliverer(service, { MAIL_DIR: join(folder.path, randomUUIDv7()) });
    for (const name of readdirSync(folder.path)) rmSync(join(folder.path, name), { recursive: true });
    const id = await gone.queue();
    await gone.deliver();
    expect(await gone.find(id)).toMatchObject({ state: 'QUEUED', error: expect.stringContaining('ENOENT') });
  });
});
