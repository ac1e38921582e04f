import type { MessageInitShape } from '@bufbuild/protobuf';
import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SessionService } from '../../../gen/numer/user/v1/session_service_pb.ts';
import type { User, UserSchema } from '../../../gen/numer/user/v1/user_pb.ts';
import { UserService } from '../../../gen/numer/user/v1/user_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import {
  identityOf,
  type Member,
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

type Change = MessageInitShape<typeof UserSchema>;

async function update(
  member: Member,
  change: Change,
  paths: string[],
  headers?: Record<string, string>,
): Promise<User> {
  const client = service.client(UserService, member.identity, headers);
  return required((await client.updateUser({ user: { id: member.user.id, ...change }, updateMask: { paths } })).user);
}

async function read({ user, identity }: Member): Promise<User> {
  return required((await service.client(UserService, identity).getUser({ userId: user.id })).user);
}

describe('UpdateUser', () => {
  test('changes what the mask names and leaves the rest', async () => {
    const member = await service.newMember({
      companyName: 'Engines Ltd',
      address: { city: 'London', postalCode: 'W1' },
    });
    service.clock.advance(1000);
    const change = { name: 'Countess', timeZone: 'Asia/Tokyo', address: { city: 'Paris' }, taxId: 'not in the mask' };
    const user = await update(member, change, ['name', 'time_zone', 'address.city']);
    expect(user).toMatchObject({
      email: member.user.email,
      name: 'Countess',
      companyName: 'Engines Ltd',
      address: { city: 'Paris', postalCode: 'W1' },
      taxId: '',
      timeZone: 'Asia/Tokyo',
      createTime: member.user.createTime,
      etag: '"2"',
    });
    expect(user.updateTime?.seconds).toBe((member.user.updateTime?.seconds ?? 0n) + 1n);
    expect(await read(member)).toEqual(user);
  });

  test('retried with the same key gives the same answer, whatever its condition says by now', async () => {
    const member = await service.newMember();
    const headers = { 'idempotency-key': 'change', 'if-match': '"1"' };
    const changed = await update(member, { name: 'Countess' }, ['name'], headers);
    expect(changed.etag).toBe('"2"');
    expect(await update(member, { name: 'Countess' }, ['name'], headers)).toEqual(changed);
  });

  test('clears what the mask names and the change does not have; settings go back to their defaults', async () => {
    const member = await service.newMember({ companyName: 'Engines Ltd', address: { city: 'London' }, locale: 'de' });
    const user = await update(member, {}, ['company_name', 'address', 'locale', 'time_zone', 'default_currency_code']);
    expect(user).toMatchObject({ companyName: '', locale: 'en', timeZone: 'UTC', defaultCurrencyCode: 'EUR' });
    expect(user.address).toBeUndefined();
  });

  test('keeps an account to pay to, changes single parts of it, and clears it', async () => {
    const member = await service.newMember();
    const given = { accountName: 'Engines Ltd', accountIdentifier: 'de89 3704 0044 0532 0130 00', bic: 'cobadeff' };
    const user = await update(member, { paymentAccount: given }, ['payment_account']);
    const kept = { accountName: 'Engines Ltd', accountIdentifier: 'DE89370400440532013000', bic: 'COBADEFF' };
    expect(user.paymentAccount).toMatchObject(kept);
    expect(await read(member)).toEqual(user);
    expect(await update(member, { paymentAccount: given }, ['payment_account'])).toEqual(user);

    const changed = await update(member, { paymentAccount: { bic: 'COBADEFFXXX' } }, ['payment_account.bic']);
    expect(changed.paymentAccount).toMatchObject({ ...kept, bic: 'COBADEFFXXX' });
    expect((await update(member, {}, ['payment_account'])).paymentAccount).toBeUndefined();
    expect((await update(member, { paymentAccount: {} }, ['payment_account'])).paymentAccount).toBeUndefined();
  });

  test('keeps what electronic invoices say of a seller, changes single parts of it, and clears it', async () => {
    const member = await service.newMember();
    const given = {
      electronicAddress: { scheme: '0088', identifier: '7300010000001' },
      contact: { name: 'Billing', phone: '+49 30 123', email: '' },
      legalRegistration: { scheme: '', identifier: 'HRB 12345 B' },
      taxRegistration: 'Godkänd för F-skatt',
    };
    const paths = ['electronic_address', 'contact', 'legal_registration', 'tax_registration'];
    const user = await update(member, given, paths);
    expect(user).toMatchObject(given);
    expect(await read(member)).toEqual(user);
    const message = (await service.eventsOf(member.user.id)).at(-1)?.message;
    expect(message).toMatchObject({
      changes: [
        { field: 'contact.name' },
        { field: 'contact.phone' },
        { field: 'electronicAddress.identifier' },
        { field: 'electronicAddress.scheme' },
        { field: 'legalRegistration.identifier' },
        { field: 'taxRegistration' },
      ],
    });
    expect(JSON.stringify(message, ['changes', 'field', 'oldValue', 'newValue'])).not.toContain('HRB');

    const changed = await update(member, { contact: { phone: '112' } }, ['contact.phone', 'contact.name']);
    expect(changed.contact).toMatchObject({ name: '', phone: '112' });
    const cleared = await update(member, { legalRegistration: {} }, paths);
    expect(cleared).toMatchObject({ taxRegistration: '' });
    for (const part of [cleared.electronicAddress, cleared.contact, cleared.legalRegistration]) {
      expect(part).toBeUndefined();
    }
  });

  test('publishes of an account to pay to only which parts changed', async () => {
    const member = await service.newMember();
    const paymentAccount = { accountName: 'Ada', accountIdentifier: '12345678' };
    await update(member, { paymentAccount }, ['payment_account']);
    const event = (await service.eventsOf(member.user.id)).at(-1);
    expect(event?.message).toMatchObject({
      changes: [{ field: 'paymentAccount.accountIdentifier' }, { field: 'paymentAccount.accountName' }],
    });
    expect(JSON.stringify(event?.message, ['changes', 'field', 'oldValue', 'newValue'])).not.toContain('12345678');
  });

  test('publishes which fields changed, with values only for what is not personal', async () => {
    const member = await service.newMember();
    const email = newEmail();
    const user = await update(member, { email, locale: 'de', name: 'Countess' }, ['email', 'name', 'locale']);
    const event = (await service.eventsOf(member.user.id)).at(-1);
    expect(event).toMatchObject({ topic: 'user.updated', version: 2n, actor: `user:${user.id}` });
    expect(event?.message).toMatchObject({
      user,
      changes: [{ field: 'email' }, { field: 'locale', oldValue: 'en', newValue: 'de' }, { field: 'name' }],
    });
    const changes = JSON.stringify(event?.message, ['changes', 'field', 'oldValue', 'newValue']);
    expect(changes).not.toContain(email);
    expect(changes).not.toContain('Countess');
  });

  test('tells of the email address before, unless the two differ in capitals only', async () => {
    const member = await service.newMember();
    const previousEmails = async (change: { readonly email?: string; readonly name?: string }) => {
      await update(member, change, Object.keys(change));
      return (await service.eventsOf(member.user.id)).at(-1)?.message;
    };
    const { email } = member.user;
    expect(await previousEmails({ name: 'Countess' })).toMatchObject({ previousEmail: '' });
    expect(await previousEmails({ email: email.toUpperCase() })).toMatchObject({ previousEmail: '' });
    expect(await previousEmails({ email: newEmail() })).toMatchObject({ previousEmail: email.toUpperCase() });
  });

  test('writes and publishes nothing when nothing changes', async () => {
    const member = await service.newMember();
    expect(await update(member, { name: member.user.name }, ['name'])).toEqual(member.user);
    expect(await update(member, { name: 'Countess' }, [])).toEqual(member.user);
    expect(await service.eventsOf(member.user.id)).toHaveLength(1);
  });

  test('passes over output-only fields', async () => {
    const member = await service.newMember();
    expect(await update(member, { etag: '"9"' }, ['id', 'etag', 'create_time', 'update_time'])).toEqual(member.user);
  });

  test('lets the person sign in with the new address and frees the old one', async () => {
    const member = await service.newMember();
    const email = newEmail();
    await update(member, { email: email.toUpperCase() }, ['email']);
    expect((await service.client(SessionService).createSession({ email, password: PASSWORD })).userId).toBe(
      member.user.id,
    );
    expect((await service.newMember({ email: member.user.email })).user.id).not.toBe(member.user.id);
  });

  test('lets an API key change all but the email address and the payment account', async () => {
    const member = await service.newMember();
    const paymentAccount = { accountIdentifier: 'DE89 3704 0044 0532 0130 00', accountName: 'Ada', bic: '' };
    const user = await update(member, { paymentAccount }, ['payment_account']);
    const withKey = { user, identity: identityOf(user, '') };
    for (const change of [{ paymentAccount: { accountIdentifier: '1' } }, {}]) {
      expect(await refusalOf(update(withKey, change, ['payment_account']))).toMatchObject({
        reason: 'PERMISSION_DENIED',
        message: 'An API key cannot change the payment account; sign in to do so.',
      });
    }
    expect(await update(withKey, { paymentAccount }, ['payment_account'])).toEqual(user);
    expect(await refusalOf(update(withKey, { email: newEmail(), name: 'Mallory' }, ['email', 'name']))).toMatchObject({
      code: Code.PermissionDenied,
      reason: 'PERMISSION_DENIED',
      message: 'An API key cannot change the email address; sign in to do so.',
    });
    expect(await read(withKey)).toEqual(user);
    const changed = await update(withKey, { email: user.email, name: 'Countess' }, ['email', 'name']);
    expect(changed).toMatchObject({ email: user.email, name: 'Countess' });
  });

  test('refuses an address that is taken', async () => {
    const [ada, grace] = [await service.newMember(), await service.newMember()];
    const refusal = await refusalOf(update(ada, { email: grace.user.email.toUpperCase() }, ['email']));
    expect(refusal).toMatchObject({ code: Code.AlreadyExists, reason: 'EMAIL_TAKEN', fields: ['user.email'] });
    expect(await read(ada)).toEqual(ada.user);
  });

  test.each<[field: string, change: Change, path: string]>([
    ['user.email', { email: 'nobody' }, 'email'],
    ['user.name', {}, 'name'],
    ['user.time_zone', { timeZone: 'Mars/Olympus' }, 'time_zone'],
    ['user.default_currency_code', { defaultCurrencyCode: 'XYZ' }, 'default_currency_code'],
    ['user.address.country_code', { address: { countryCode: 'gb' } }, 'address.country_code'],
    ['user.name', { name: 'a\0b' }, 'name'],
    [
      'user.payment_account.account_identifier',
      { paymentAccount: { accountIdentifier: 'DE88370400440532013000' } },
      'payment_account',
    ],
    [
      'user.payment_account.account_identifier',
      { paymentAccount: { accountIdentifier: '1\n2' } },
      'payment_account.account_identifier',
    ],
    ['user.payment_account.account_identifier', { paymentAccount: { bic: 'COBADEFF' } }, 'payment_account.bic'],
    ['user.payment_account.bic', { paymentAccount: { accountIdentifier: '1', bic: 'COBA' } }, 'payment_account'],
    [
      'user.payment_account.account_name',
      { paymentAccount: { accountName: 'a\u001b', accountIdentifier: '1' } },
      'payment_account',
    ],
    ['user.electronic_address.identifier', { electronicAddress: { scheme: '0204' } }, 'electronic_address'],
    ['user.electronic_address.scheme', { electronicAddress: { identifier: '1' } }, 'electronic_address'],
    [
      'user.electronic_address.scheme',
      { electronicAddress: { scheme: '9906', identifier: '1' } },
      'electronic_address',
    ],
    ['user.electronic_address.scheme', { electronicAddress: { scheme: 'em', identifier: '1' } }, 'electronic_address'],
    [
      'user.electronic_address.identifier',
      { electronicAddress: { scheme: '0204', identifier: '991-01484-65' } },
      'electronic_address',
    ],
    [
      'user.electronic_address.identifier',
      { electronicAddress: { scheme: '9930', identifier: 'DE 1\u00a0' } },
      'electronic_address',
    ],
    ['user.contact.phone', { contact: { phone: 'no 12' } }, 'contact'],
    ['user.contact.phone', { contact: { phone: '12\n3' } }, 'contact'],
    ['user.contact.name', { contact: { name: ' Ada' } }, 'contact'],
    ['user.contact.email', { contact: { email: 'nobody' } }, 'contact'],
    ['user.legal_registration.identifier', { legalRegistration: { scheme: '0184' } }, 'legal_registration'],
    [
      'user.legal_registration.scheme',
      { legalRegistration: { scheme: '0999', identifier: '1' } },
      'legal_registration',
    ],
    [
      'user.legal_registration.identifier',
      { legalRegistration: { scheme: '0184', identifier: '1' } },
      'legal_registration',
    ],
    ['user.tax_registration', { taxRegistration: 'a\tb' }, 'tax_registration'],
    ['update_mask', {}, 'role'],
    ['update_mask', {}, 'password'],
    ['update_mask', {}, 'address.planet'],
  ])('refuses a bad %s', async (field, change, path) => {
    const member = await service.newMember();
    const refusal = await refusalOf(update(member, change, [path]));
    expect(refusal).toMatchObject({ code: Code.InvalidArgument, reason: 'INVALID_ARGUMENT' });
    expect(new Set(refusal.fields)).toEqual(new Set([field]));
    expect(await read(member)).toEqual(member.user);
  });

  test('refuses a request without a mask', async () => {
    const { user, identity } = await service.newMember();
    const refusal = await refusalOf(service.client(UserService, identity).updateUser({ user }));
    expect(refusal.fields).toEqual(['update_mask']);
  });

  test("answers for somebody else's account as for a missing one, and leaves it alone", async () => {
    const [ada, grace] = [await service.newMember(), await service.newMember()];
    const attack = { user: grace.user, identity: ada.identity };
    const refusal = await refusalOf(update(attack, { name: 'Mallory' }, ['name']));
    expect(refusal).toMatchObject({ code: Code.NotFound, reason: 'USER_NOT_FOUND' });
    expect(await read(grace)).toEqual(grace.user);
  });

  test('refuses a caller who is nobody, and a read-only API key', async () => {
    const { user, identity } = await service.newMember();
    const request = { user: { id: user.id }, updateMask: { paths: ['name'] } };
    const anonymous = await refusalOf(service.client(UserService).updateUser(request));
    expect(anonymous.reason).toBe('UNAUTHENTICATED');
    const readOnly = await refusalOf(service.client(UserService, { ...identity, canWrite: false }).updateUser(request));
    expect(readOnly.reason).toBe('PERMISSION_DENIED');
  });

  test('refuses a change of a version that is not the present one', async () => {
    const member = await service.newMember();
    expect((await update(member, { name: 'Countess' }, ['name'], { 'if-match': '"1"' })).etag).toBe('"2"');
    const refusal = await refusalOf(update(member, { name: 'Ada' }, ['name'], { 'if-match': '"1"' }));
    expect(refusal).toMatchObject({
      code: Code.FailedPrecondition,
      reason: 'ETAG_MISMATCH',
      metadata: { etag: '"2"' },
    });
  });

  test('loses no change of several made at once to different fields', async () => {
    const member = await service.newMember();
    await Promise.all([
      update(member, { name: 'Countess' }, ['name']),
      update(member, { companyName: 'Engines Ltd' }, ['company_name']),
      update(member, { taxId: 'GB123' }, ['tax_id']),
      update(member, { address: { city: 'Paris' } }, ['address.city']),
    ]);
    expect(await read(member)).toMatchObject({
      name: 'Countess',
      companyName: 'Engines Ltd',
      taxId: 'GB123',
      address: { city: 'Paris' },
      etag: '"5"',
    });
    expect((await service.eventsOf(member.user.id)).map(({ version }) => version).sort()).toEqual([1n, 2n, 3n, 4n, 5n]);
  });
});
