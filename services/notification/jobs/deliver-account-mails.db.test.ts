import { randomUUIDv7 } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { createRouterTransport } from '@connectrpc/connect';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { PasswordResetRequestedSchema } from '../../../gen/numer/user/v1/password_reset_events_pb.ts';
import { PasswordResetService } from '../../../gen/numer/user/v1/password_reset_service_pb.ts';
import {
  UserDeletedSchema,
  UserPasswordChangedSchema,
  UserUpdatedSchema,
} from '../../../gen/numer/user/v1/user_events_pb.ts';
import { connectErrorOf, DomainError } from '../../../runtime/call/errors.ts';
import { readConfig } from '../../../runtime/process/config.ts';
import { silentLog } from '../../../runtime/process/log.ts';
import { makeScratchDir, type ScratchDir } from '../../../runtime/testing/scratch-dir.ts';
import { type SmtpSink, startSmtpSink } from '../../../runtime/testing/smtp-sink.ts';
import { NOTIFICATION_CONFIG } from '../config.ts';
import { createDeps } from '../deps.ts';
import { accountMails } from '../store/schema.ts';
import { type QueueTestService, startQueue } from '../testing/start-queue.ts';
import { asNobody, toNoCall } from '../testing/to-no-service.ts';
import { WEBHOOK_KEY } from '../testing/webhook-key.ts';
import { deliverDueAccountMails } from './deliver-account-mails.ts';

const HOUR_MS = 3_600_000;
const TOKEN = 'the-token_of-this-reset';
const RESET_URL = 'https://app.example.com/reset#{token}';

let service: QueueTestService;
let sink: SmtpSink;
let folder: ScratchDir;
/** The answer of the user service when it is asked for a token. */
let answer: () => { token: string; email: string; locale: string; timeZone: string };
let asked: string[];

beforeAll(async () => {
  service = await startQueue();
});
afterAll(() => service.stop());
beforeEach(async () => {
  sink = await startSmtpSink();
  folder = makeScratchDir('numer-mail');
  asked = [];
  answer = () => ({ token: TOKEN, email: 'ada@lovelace.example', locale: 'en', timeZone: 'UTC' });
});
afterEach(async () => {
  await service.db.delete(accountMails);
  await sink.close();
  folder.remove();
});

/** A replica that works when a test says so. */
async function createReplica(environment: NodeJS.ProcessEnv) {
  const user = createRouterTransport(({ service: add }) => {
    add(PasswordResetService, {
      getPasswordResetToken({ passwordResetId }) {
        asked.push(passwordResetId);
        return { ...answer(), expireTime: timestampFromDate(new Date('2026-03-01T13:00:00Z')) };
      },
    });
  });
  const { db, clock } = service;
  const base = {
    db,
    clock,
    log: silentLog(),
    transportTo: () => user,
    callAsService: asNobody,
    callAsReader: asNobody,
    callFor: toNoCall,
  };
  return createDeps(base, readConfig(NOTIFICATION_CONFIG, { ...WEBHOOK_KEY, ...environment }));
}

/** Sends the mails that are due, as one replica does every second. */
async function deliver(environment: NodeJS.ProcessEnv = { SMTP_URL: sink.url }): Promise<void> {
  await deliverDueAccountMails(await createReplica(environment), new AbortController().signal);
}

const queued = () => service.db.select().from(accountMails);

const requestReset = async (ownerId = randomUUIDv7()) => {
  const passwordResetId = randomUUIDv7();
  const event = await service.publish(PasswordResetRequestedSchema, { passwordResetId }, { ownerId });
  return { event, ownerId, passwordResetId };
};

const ada = { id: randomUUIDv7(), email: 'ada@lovelace.example', name: 'Click www.evil.example', locale: 'de' };

describe('the mail of a password reset', () => {
  test('goes out once, from the system, with a token that nothing is kept of', async () => {
    const { event, ownerId, passwordResetId } = await requestReset();
    await service.publish(PasswordResetRequestedSchema, { passwordResetId }, { ...event });
    const rows = await service.db.execute(sql`select account_mails::text as row from account_mails`);
    expect(rows).toHaveLength(1);
    const named = { SMTP_URL: sink.url, MAIL_FROM: 'Acme <billing@acme.example>', PASSWORD_RESET_URL: RESET_URL };
    await deliver(named);
    await deliver(named);

    const [caught, ...others] = sink.mails();
    expect(others).toEqual([]);
    expect(caught).toMatchObject({ from: 'billing@acme.example', to: ['ada@lovelace.example'] });
    expect(caught?.mail).toMatchObject({
      from: { name: 'Acme', address: 'billing@acme.example' },
      subject: 'Set a new password for Acme',
      messageId: `<${event.id}@acme.example>`,
    });
    expect(caught?.mail.replyTo).toBeUndefined();
    expect(caught?.mail.text).toContain(`https://app.example.com/reset#${TOKEN}\n`);
    expect(asked).toEqual([passwordResetId]);
    expect(await queued()).toEqual([]);
    // It is not one of the mails to customers.
    expect(await service.rowsOf(ownerId)).toEqual([]);
    expect(await service.db.execute(sql`select from outbox`)).toEqual([]);
  });

  test('has the token by itself where there is no page', async () => {
    await requestReset();
    await deliver();
    expect(sink.mails()[0]?.mail.text).toContain(`\n\n${TOKEN}\n\n`);
  });

  test('does not go out when the token is good no longer', async () => {
    await requestReset();
    answer = () => {
      throw connectErrorOf(new DomainError('invalid', 'INVALID_RESET_TOKEN', 'The token is used.'));
    };
    await deliver();
    expect(sink.mails()).toEqual([]);
    expect(await queued()).toEqual([]);
  });

  test('waits for the user service and the mail server, for an hour', async () => {
    const good = answer;
    await requestReset();
    answer = () => {
      throw new Error('away');
    };
    await deliver();
    expect(await queued()).toMatchObject([{ attempts: 1, leaseToken: null }]);
    answer = good;
    service.clock.advance(30_000);
    sink.failNext(1, 451);
    await deliver();
    expect(await queued()).toMatchObject([{ attempts: 2 }]);
    service.clock.advance(60_000);
    await deliver();
    expect(sink.mails()).toHaveLength(1);

    await requestReset();
    service.clock.advance(HOUR_MS);
    sink.failNext(1, 451);
    await deliver();
    expect(await queued()).toEqual([]);
    expect(sink.mails()).toHaveLength(1);
  });

  test('is sent again with the same id when nobody knows whether it was taken', async () => {
    const { event } = await requestReset();
    sink.hangUpAfterNext(1);
    await deliver();
    service.clock.advance(30_000);
    await deliver();
    const ids = new Set(sink.mails().map(({ mail }) => mail.messageId));
    expect([...ids]).toEqual([`<${event.id}@localhost>`]);
    expect(await queued()).toEqual([]);
  });

  test('is sent by one of several replicas, and by another when that one ends', async () => {
    await requestReset();
    await Promise.all([deliver(), deliver(), deliver()]);
    expect(sink.mails()).toHaveLength(1);

    await requestReset();
    await service.db.execute(sql`update account_mails set lease_token = gen_random_uuid(),
      lease_expire_time = ${service.clock.now().toISOString()}::timestamptz + interval '3 minutes', attempts = 1`);
    await deliver();
    expect(sink.mails()).toHaveLength(1);
    service.clock.advance(180_000);
    await deliver();
    expect(sink.mails()).toHaveLength(2);
  });

  test('where mails are caught, goes where the pages of caught mail do not look', async () => {
    const { event } = await requestReset();
    await deliver({ MAIL_DIR: folder.path });
    expect(existsSync(join(folder.path, 'secret', `${event.id}@numer.eml`))).toBe(true);
    expect(readdirSync(folder.path)).toEqual(['secret']);
  });
});

describe('the notice', () => {
  test('of another password goes to the address of that moment, without what the user is called', async () => {
    const ownerId = ada.id;
    const event = await service.publish(UserPasswordChangedSchema, { userId: ownerId, user: ada }, { ownerId });
    await service.publish(UserPasswordChangedSchema, { userId: ownerId, user: ada }, { ...event });
    await service.publish(UserPasswordChangedSchema, { userId: ownerId }, { ownerId }); // as in the previous version
    await deliver();
    const [caught, ...others] = sink.mails();
    expect(others).toEqual([]);
    expect(caught?.to).toEqual(['ada@lovelace.example']);
    expect(caught?.mail.subject).toBe('Ihr Passwort für Numer wurde geändert');
    expect(caught?.raw.toString()).not.toContain('evil');
    expect(asked).toEqual([]);
  });

  test('of another email address goes to the one before, and of nothing else', async () => {
    const ownerId = ada.id;
    await service.publish(UserUpdatedSchema, { user: ada }, { ownerId });
    await service.publish(UserUpdatedSchema, { user: ada, previousEmail: 'old@lovelace.example' }, { ownerId });
    await deliver();
    expect(sink.mails().map(({ to }) => to)).toEqual([['old@lovelace.example']]);
    expect(sink.mails()[0]?.raw.toString()).not.toContain('ada@lovelace.example');
  });

  test('to an address that no mail can have is given up on', async () => {
    const user = { ...ada, email: '"a b"@example.com' };
    await service.publish(UserPasswordChangedSchema, { userId: ada.id, user }, { ownerId: ada.id });
    await deliver();
    expect(await queued()).toEqual([]);
    expect(sink.mails()).toEqual([]);
  });
});

test('mails of a deleted account are not sent, whichever event comes first', async () => {
  const { ownerId } = await requestReset();
  await service.publish(UserDeletedSchema, { userId: ownerId }, { ownerId });
  await requestReset(ownerId);
  const { store } = await createReplica({ SMTP_URL: sink.url });
  while (await store.eraseNext());
  expect(await queued()).toEqual([]);
});
