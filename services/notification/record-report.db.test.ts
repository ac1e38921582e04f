import { randomUUIDv7 } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { eq, sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Notification_State } from '../../gen/numer/notification/v1/notification_pb.ts';
import { NotificationService } from '../../gen/numer/notification/v1/notification_service_pb.ts';
import { outbox } from '../../runtime/events/outbox.ts';
import { makeScratchDir } from '../../runtime/testing/scratch-dir.ts';
import { startTestService, type TestService, testUser } from '../../runtime/testing/start-test-service.ts';
import { readWrittenEvents } from '../../runtime/testing/written-events.ts';
import { copiesOf } from './mail/mail-copies.ts';
import { recordReport } from './record-report.ts';
import { notificationService } from './service.ts';
import { prepareEraseMails } from './store/erase-mails.ts';
import { deletedOwners } from './store/schema.ts';
import { type Deliverer, startDeliverer } from './testing/start-deliverer.ts';
import { WEBHOOK_KEY } from './testing/webhook-key.ts';

/** The mail that the samples are about. */
const SAMPLE_ID = '019ab3f0-1c2d-7e3f-8a4b-000000000006';

const folder = makeScratchDir('numer-mail');
const user = testUser();
let service: TestService;
let deliverer: Deliverer;

beforeAll(async () => {
  const environment = { ...WEBHOOK_KEY, MAIL_DIR: folder.path };
  service = await startTestService(notificationService, { environment });
  deliverer = await startDeliverer(service, { MAIL_DIR: folder.path });
});
afterAll(async () => {
  await service.stop();
  folder.remove();
});
afterEach(() => service.db.execute(sql`delete from outbox`));

/** Sends a mail of the user, and drops the events about that. */
async function send(changes = {}): Promise<string> {
  const id = await deliverer.queue('INVOICE_SENT', { ownerId: user.userId, ...changes });
  await deliverer.deliver();
  await service.db.execute(sql`delete from outbox`);
  return id;
}

/** Records a sample as if it were about a mail. Gives what was done. */
function record(name: string, id: string) {
  const message = readFileSync(new URL(`mail/testdata/${name}.eml`, import.meta.url), 'utf8');
  return recordReport(
    service.db,
    Buffer.from(message.replaceAll(new RegExp(SAMPLE_ID, 'gi'), id)),
    service.clock.now(),
  );
}

/** Topics and versions of the events about a mail, and the mail as they have it. */
async function eventsOf(id: string) {
  const events = await readWrittenEvents(service.db, notificationService.events, eq(outbox.subject, id));
  return events.map(({ topic, version, json }) => ({ topic, version, ...(json as { readonly notification: object }) })); // as all of them are
}

async function shown(id: string) {
  const { notification } = await service.client(NotificationService, user).getNotification({ notificationId: id });
  return notification;
}

test('a bounce is shown with its reason, told of once without it, and found by its state', async () => {
  const id = await send();
  expect(await record('postfix-unknown-user', id)).toEqual({
    isEarly: false,
    text: `The mail ${id} has bounced (5.1.1).`,
  });

  expect(await shown(id)).toMatchObject({
    state: Notification_State.BOUNCED,
    statusCode: '5.1.1',
    error: '550 5.1.1 <grace@hopper.example>: Recipient address rejected: User unknown in virtual mailbox table',
    bounceTime: { seconds: expect.any(BigInt) },
    sendTime: { seconds: expect.any(BigInt) },
    attempts: 1,
  });
  const events = await eventsOf(id);
  expect(events).toMatchObject([
    { topic: 'notification.bounced', version: 3n, notification: { id, state: 'BOUNCED', statusCode: '5.1.1' } },
  ]);
  expect(JSON.stringify(events, (_, value) => (typeof value === 'bigint' ? Number(value) : value))).not.toContain(
    'grace',
  );
  const list = (state: Notification_State) => service.client(NotificationService, user).listNotifications({ state });
  expect((await list(Notification_State.BOUNCED)).notifications.map((found) => found.id)).toContain(id);
  expect((await list(Notification_State.SENT)).notifications.map((found) => found.id)).not.toContain(id);
});

test('a report that is given twice, or late, changes nothing and is not told of again', async () => {
  const id = await send();
  await record('postfix-delayed', id);
  await record('exim-mailbox-full', id);
  const before = await shown(id);
  for (const name of ['exim-mailbox-full', 'postfix-delayed', 'gmail-unknown-user']) {
    const nothing = {
      isEarly: false,
      text: `Nothing is recorded: what the report says about the mail ${id} is already recorded.`,
    };
    expect(await record(name, id)).toEqual(nothing);
  }
  expect(await shown(id)).toEqual(before);
  expect(await eventsOf(id)).toMatchObject([
    { topic: 'notification.delayed', version: 3n, notification: { state: 'SENT', statusCode: '4.4.1' } },
    { topic: 'notification.bounced', version: 4n, notification: { state: 'BOUNCED', statusCode: '5.2.2' } },
  ]);
});

test('a delivery is shown, and a delay before it no more', async () => {
  const id = await send();
  await record('postfix-delayed', id);
  expect(await shown(id)).toMatchObject({ state: Notification_State.SENT, statusCode: '4.4.1', delayTime: {} });
  await record('postfix-delivered', id);
  const delivered = await shown(id);
  expect(delivered).toMatchObject({ state: Notification_State.SENT, statusCode: '', error: '', deliverTime: {} });
  expect(delivered?.delayTime).toBeUndefined();
  expect(await eventsOf(id)).toMatchObject([{ topic: 'notification.delayed' }, { topic: 'notification.delivered' }]);
});

test('of reports that are read at one moment each counts once', async () => {
  const id = await send();
  const names = ['postfix-unknown-user', 'exim-mailbox-full', 'postfix-delivered', 'postfix-delayed'];
  await Promise.all([...names, ...names].map((name) => record(name, id)));
  expect(await shown(id)).toMatchObject({ state: Notification_State.BOUNCED, deliverTime: {}, bounceTime: {} });
  const events = await eventsOf(id);
  const topics = events.map(({ topic }) => topic).filter((topic) => topic !== 'notification.delayed');
  expect(topics.toSorted()).toEqual(['notification.bounced', 'notification.delivered']);
  expect(new Set(events.map(({ version }) => version)).size).toBe(events.length);
});

test('a report that comes before it is known that the mail was sent is to be given again', async () => {
  const id = await deliverer.queue('INVOICE_SENT', { ownerId: user.userId });
  const now = service.clock.now();
  const [claimed] = await deliverer.deps.store.claimMails({ now, dueTime: now, count: 1 });
  expect(await record('postfix-unknown-user', id)).toMatchObject({ isEarly: true });
  await service.db.execute(sql`
    update notifications set lease_token = null, lease_expire_time = null where id = ${claimed?.row.id}`);
  await deliverer.deliver();
  expect(await record('postfix-unknown-user', id)).toMatchObject({ isEarly: false });
  expect(await shown(id)).toMatchObject({ state: Notification_State.BOUNCED });
});

test('a mail that was given up on stays as it is', async () => {
  const id = await send({ recipient: '' });
  const before = await shown(id);
  expect(await record('postfix-unknown-user', id)).toMatchObject({
    text: expect.stringContaining('had already been given up'),
  });
  expect(await shown(id)).toEqual(before);
});

describe('of a mail with copies', () => {
  const ccEmails = ['cfo@hopper.example', 'it@hopper.example'];

  /** Sends a mail with copies; gives its id and those of the copies, by address. */
  async function sendCopied() {
    const eventId = randomUUIDv7();
    const copies = copiesOf(eventId, { recipient: 'grace@hopper.example', ccEmails, bccEmail: '' });
    const id = await send({ eventId, ccEmails, copies });
    return { id, copyOf: (address: string) => copies.find((copy) => copy.recipient === address)?.id ?? '' };
  }

  /** A report about an address that came to the bounce address of a mail, if any, and returned one with a Message-ID. */
  function report(address: string, { id = 'x', messageId = '' }: { id?: string | undefined; messageId?: string }) {
    const raw = readFileSync(new URL('mail/testdata/postfix-unknown-user.eml', import.meta.url), 'utf8');
    const message = raw
      .replaceAll(`<${SAMPLE_ID}@example.com>`, `<${messageId}@example.com>`)
      .replaceAll(SAMPLE_ID, id)
      .replaceAll('grace@hopper.example', address);
    return recordReport(service.db, Buffer.from(message), service.clock.now());
  }

  test('a bounce says which address it is of, and leaves the mail to the others as it is', async () => {
    const { id, copyOf } = await sendCopied();
    const copyId = copyOf('cfo@hopper.example');
    const bounced = await report('cfo@hopper.example', { id: copyId, messageId: id });
    expect(bounced.text).toBe(`The mail ${copyId} has bounced (5.1.1).`);
    expect(await shown(copyId)).toMatchObject({ state: Notification_State.BOUNCED, recipient: 'cfo@hopper.example' });
    expect(await shown(id)).toMatchObject({
      state: Notification_State.SENT,
      copies: [
        { recipient: 'cfo@hopper.example', state: Notification_State.BOUNCED },
        { recipient: 'it@hopper.example', state: Notification_State.SENT },
      ],
    });
    expect(await eventsOf(id)).toEqual([]);
    expect(await eventsOf(copyId)).toMatchObject([
      { topic: 'notification.bounced', notification: { id: copyId, copyOf: id, role: 'CC' } },
    ]);
  });

  test('where only the Message-ID came back, the address tells which it is of', async () => {
    const { id, copyOf } = await sendCopied();
    await report('IT@hopper.example', { messageId: id });
    expect(await shown(copyOf('it@hopper.example'))).toMatchObject({ state: Notification_State.BOUNCED });
    await report('grace@hopper.example', { messageId: id });
    expect(await shown(id)).toMatchObject({ state: Notification_State.BOUNCED });
    expect(await shown(copyOf('cfo@hopper.example'))).toMatchObject({ state: Notification_State.SENT });
  });

  test('nothing is recorded where neither tells, or both name different mails', async () => {
    const [{ id, copyOf }, other] = [await sendCopied(), await sendCopied()];
    const forwarded = await report('elsewhere@hopper.example', { messageId: id });
    expect(forwarded.text).toBe('Nothing is recorded: the report does not say which copy of the mail it is about.');
    const crossed = await report('cfo@hopper.example', { id: copyOf('cfo@hopper.example'), messageId: other.id });
    expect(crossed.text).toBe('Nothing is recorded: the report names several mails.');
    for (const mail of [id, other.id]) {
      const { state, copies = [] } = (await shown(mail)) ?? {};
      expect(new Set([state, ...copies.map((copy) => copy.state)])).toEqual(new Set([Notification_State.SENT]));
    }
  });
});

test('what names no mail, one that is not known, or several changes nothing', async () => {
  const [id, otherId] = [await send(), await send()];
  const raw = readFileSync(new URL('mail/testdata/postfix-unknown-user.eml', import.meta.url), 'utf8');
  const several = raw.replace(SAMPLE_ID, otherId).replaceAll(SAMPLE_ID, id);
  for (const [message, why] of [
    [raw.replaceAll(SAMPLE_ID, 'x'), 'the report names no mail of this system'],
    [raw.replaceAll(SAMPLE_ID, randomUUIDv7()), 'the mail that the report names is unknown'],
    [several, 'the report names several mails'],
  ] as const) {
    const recorded = await recordReport(service.db, Buffer.from(message), service.clock.now());
    expect(recorded).toEqual({ isEarly: false, text: `Nothing is recorded: ${why}.` });
  }
  for (const mail of [id, otherId]) expect(await shown(mail)).toMatchObject({ state: Notification_State.SENT });
  expect(await eventsOf(id)).toEqual([]);
});

test('of a deleted account nothing is recorded, since its words may name people', async () => {
  const ownerId = randomUUIDv7();
  const id = await send({ ownerId });
  await service.db.insert(deletedOwners).values({ ownerId, deleteTime: service.clock.now() });
  await prepareEraseMails(service.db)();
  expect(await record('postfix-unknown-user', id)).toMatchObject({ text: expect.stringContaining('is unknown') });
  expect(await deliverer.find(id)).toMatchObject({ state: 'SENT', error: '', recipient: '' });
  expect(await eventsOf(id)).toEqual([]);
});

test('the words of a bounce are erased with its account', async () => {
  const ownerId = randomUUIDv7();
  const id = await send({ ownerId });
  await record('postfix-unknown-user', id);
  await service.db.insert(deletedOwners).values({ ownerId, deleteTime: service.clock.now() });
  while (await prepareEraseMails(service.db)());
  expect(await deliverer.find(id)).toMatchObject({ state: 'BOUNCED', error: '', recipient: '' });
});
