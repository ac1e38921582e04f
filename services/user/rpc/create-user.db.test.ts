import { Code } from '@connectrpc/connect';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SessionService } from '../../../gen/numer/user/v1/session_service_pb.ts';
import { UserService } from '../../../gen/numer/user/v1/user_service_pb.ts';
import { outbox } from '../../../runtime/events/outbox.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { readWrittenEvents } from '../../../runtime/testing/written-events.ts';
import { userService } from '../service.ts';
import {
  identityOf,
  newEmail,
  PASSWORD,
  required,
  startUserService,
  type UserTestService,
} from '../testing/start-user-service.ts';

let service: UserTestService;
beforeAll(async () => {
  service = await startUserService();
});
afterAll(() => service.stop());

/** The least that a person has to give. */
function profile() {
  return { email: newEmail(), name: 'Ada Lovelace', password: PASSWORD };
}

async function rowOf(id: string) {
  return required((await service.db.$client`select * from users where id = ${id}`)[0]);
}

describe('CreateUser', () => {
  test('signs a person up and answers with the whole account', async () => {
    const request = {
      ...profile(),
      email: 'Ada.Lovelace@Example.com',
      companyName: 'Analytical Engines Ltd',
      address: { line1: '12 Row', city: 'London', postalCode: 'W1', countryCode: 'GB' },
      taxId: 'GB123',
      locale: 'de-AT',
      timeZone: 'Europe/Vienna',
      defaultCurrencyCode: 'CHF',
    };
    const user = required((await service.client(UserService).createUser(request)).user);
    const { password: _, ...expected } = request;
    expect(user).toMatchObject({ ...expected, etag: '"1"' });
    expect(user.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    expect(user.createTime).toEqual(user.updateTime);
    expect((await service.client(UserService, identityOf(user)).getUser({ userId: user.id })).user).toEqual(user);
  });

  test('fills in the defaults', async () => {
    const { user } = await service.client(UserService).createUser(profile());
    expect(user).toMatchObject({ locale: 'en', timeZone: 'UTC', defaultCurrencyCode: 'EUR', companyName: '' });
    expect(user?.address).toBeUndefined();
  });

  test('keeps the password as an argon2id hash only, and tells nobody', async () => {
    const { user } = await service.newMember();
    const row = await rowOf(user.id);
    expect(row.password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    const events = await service.eventsOf(user.id);
    expect(JSON.stringify(events.map(({ json }) => json))).not.toMatch(/correct horse|argon2/);
  });

  test('publishes that the person signed up, as done by the person', async () => {
    const { user } = await service.newMember();
    expect(await service.eventsOf(user.id)).toMatchObject([
      {
        topic: 'user.created',
        subject: user.id,
        version: 1n,
        ownerId: user.id,
        actor: `user:${user.id}`,
        requestId: 'test-request',
        message: { user },
      },
    ]);
  });

  test('names in the audit trail what an account began with, with the values of settings alone', async () => {
    const { user } = await service.newMember({ timeZone: 'Europe/Berlin', companyName: 'Ada & Sons' });
    const [event] = await service.eventsOf(user.id);
    expect(event?.json).toMatchObject({
      changes: [
        { field: 'companyName' },
        { field: 'defaultCurrencyCode', newValue: user.defaultCurrencyCode },
        { field: 'email' },
        { field: 'locale', newValue: user.locale },
        { field: 'name' },
        { field: 'timeZone', newValue: 'Europe/Berlin' },
      ],
    });
  });

  test('refuses an address that is taken, whatever its case', async () => {
    const { user } = await service.newMember();
    const email = user.email.toUpperCase();
    const refusal = await refusalOf(service.client(UserService).createUser({ ...profile(), email }));
    expect(refusal).toMatchObject({ code: Code.AlreadyExists, reason: 'EMAIL_TAKEN', fields: ['email'] });
  });

  test('lets one of 20 who sign up with one address at once win', async () => {
    const request = profile();
    const calls = Array.from({ length: 20 }, () => service.client(UserService).createUser(request));
    const results = await Promise.allSettled(calls);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const refusals = await Promise.all(
      calls.filter((_, index) => results[index]?.status === 'rejected').map((call) => refusalOf(call)),
    );
    expect(new Set(refusals.map(({ reason }) => reason))).toEqual(new Set(['EMAIL_TAKEN']));
    const events = await readWrittenEvents(service.db, userService.events, eq(outbox.topic, 'user.created'));
    expect(events.filter(({ json }) => JSON.stringify(json).includes(request.email))).toHaveLength(1);
  });

  test.each([
    ['email', { email: 'nobody' }],
    ['email', { email: '' }],
    ['password', { password: 'short' }],
    ['password', { password: 'x'.repeat(201) }],
    ['name', { name: '' }],
    ['name', { name: 'a\0b' }],
    ['locale', { locale: 'German' }],
    ['time_zone', { timeZone: 'Mars/Olympus' }],
    ['time_zone', { timeZone: '+02:00' }],
    ['default_currency_code', { defaultCurrencyCode: 'eur' }],
    ['default_currency_code', { defaultCurrencyCode: 'XYZ' }],
    ['address.country_code', { address: { countryCode: 'Germany' } }],
  ])('refuses a bad %s', async (field, change) => {
    const refusal = await refusalOf(service.client(UserService).createUser({ ...profile(), ...change }));
    expect(refusal).toMatchObject({ code: Code.InvalidArgument, reason: 'INVALID_ARGUMENT' });
    expect(new Set(refusal.fields)).toEqual(new Set([field]));
  });

  test('names every setting at fault', async () => {
    const request = { ...profile(), timeZone: 'Mars/Olympus', defaultCurrencyCode: 'XYZ' };
    const { fields } = await refusalOf(service.client(UserService).createUser(request));
    expect(fields).toEqual(['time_zone', 'default_currency_code']);
  });

  test('retried with the same idempotency key gives the same account', async () => {
    const client = service.client(UserService, undefined, { 'idempotency-key': 'sign-up-1' });
    const request = profile();
    const first = await client.createUser(request);
    expect(await client.createUser(request)).toEqual(first);
    const [record] = await service.db.$client`select * from idempotency_records where key = 'sign-up-1'`;
    expect(JSON.stringify(record)).not.toMatch(/correct horse|argon2/);
  });

  test('sent 5 times at once with one idempotency key makes one account', async () => {
    const client = service.client(UserService, undefined, { 'idempotency-key': 'sign-up-2' });
    const request = profile();
    const answers = await Promise.all(Array.from({ length: 5 }, () => client.createUser(request)));
    expect(new Set(answers.map(({ user }) => user?.id)).size).toBe(1);
  });

  test('refuses an idempotency key that came with another request', async () => {
    const client = service.client(UserService, undefined, { 'idempotency-key': 'sign-up-3' });
    const request = profile();
    await client.createUser(request);
    const refusal = await refusalOf(client.createUser({ ...request, password: `${PASSWORD} staple` }));
    expect(refusal.reason).toBe('IDEMPOTENCY_KEY_REUSED');
  });

  test('signs up a person whose password is not plain letters', async () => {
    const password = 'päss wörd 🐎🔋';
    const { user } = await service.newMember({ password });
    const session = await service.client(SessionService).createSession({ email: user.email, password });
    expect(session.userId).toBe(user.id);
  });
});
