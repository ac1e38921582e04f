import { Code } from '@connectrpc/connect';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CustomerBulkService } from '../../../gen/numer/user/v1/customer_bulk_service_pb.ts';
import type { Customer } from '../../../gen/numer/user/v1/customer_pb.ts';
import { CustomerService } from '../../../gen/numer/user/v1/customer_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { type Member, required, startUserService, type UserTestService } from '../testing/start-user-service.ts';

let service: UserTestService;
beforeAll(async () => {
  service = await startUserService();
});
afterAll(() => service.stop());

const bulkOf = (member: Member, headers: Record<string, string> = {}) =>
  service.client(CustomerBulkService, member.identity, headers);
const fileOf = (text: string) => ({ contentType: 'text/csv', data: new TextEncoder().encode(text) });

async function customersOf(member: Member): Promise<Customer[]> {
  const { customers } = await service.client(CustomerService, member.identity).listCustomers({ pageSize: 100 });
  return customers;
}

/** What spreadsheets and readers of CSV files stumble over. White space around a text is not kept. */
const TEXT = fc
  .string({ unit: fc.constantFrom(...`aßÜ😀,;"'=+-@\t\r\n |:.0＝`), maxLength: 12 })
  .map((text) => text.trim());
const LINE = TEXT.map((text) => text.replaceAll(/[\t\r\n]/g, ' '));
const LABEL = LINE.map((text) => text.replaceAll(',', '').trim()).filter((text) => text !== '');
const KEY = fc.string({ unit: fc.constantFrom(...'aZ0_.-'), maxLength: 8 }).map((text) => `k${text}`);
const CUSTOMER = fc.record({
  name: LINE.map((text) => text || 'Ada'),
  email: fc.constantFrom('', 'ada+1@example.com', '=cmd@example.com'),
  phone: LINE,
  address: fc.record({ line1: LINE, line2: LINE, city: LINE, region: LINE, postalCode: LINE }),
  taxId: LINE,
  locale: fc.constantFrom('', 'de-AT'),
  notes: TEXT,
  reference: LINE,
  tags: fc.uniqueArray(LABEL, { maxLength: 3 }),
  metadata: fc.dictionary(KEY, fc.string({ unit: 'grapheme', minLength: 1, maxLength: 10 }), { maxKeys: 3 }),
  electronicAddress: fc.constantFrom(undefined, { scheme: '0204', identifier: '991-01484-64' }),
  legalRegistration: fc.constantFrom(undefined, { identifier: 'HRB 1' }, { identifier: '0204:HRB' }),
});

/** A customer as another account would have it. Nothing is the same as an address in which nothing stands. */
function withoutIdentity({ address, ...customer }: Customer) {
  const { line1 = '', line2 = '', city = '', region = '', postalCode = '' } = address ?? {};
  return {
    ...customer,
    ...{ id: '', etag: '', createTime: undefined, updateTime: undefined },
    address: { line1, line2, city, region, postalCode },
  };
}

describe('ImportCustomers', () => {
  test('adds customers with all that a file says of them', async () => {
    const member = await service.newMember();
    const file = fileOf(
      'Name;Email;Phone;Line1;Postal_code;City;Country_code;Tax_id;Reference;Tags;Notes;Cc_emails\r\n' +
        `"Bäckerei ""Ada""";ada@example.com;'+49 30 1;Am Markt 1;50667;Köln;DE;DE1;K-1;vip, new;"a\nb";cfo@example.com, it@example.com\r\n` +
        'Grace;;;;;;;;;;;\r\n',
    );
    const answer = await bulkOf(member).importCustomers({ file });
    expect(answer).toMatchObject({ createdCount: 2, existingCount: 0, errors: [] });
    const customers = (await customersOf(member)).toSorted((a, b) => a.name.localeCompare(b.name));
    expect(customers).toMatchObject([
      {
        ...{ name: 'Bäckerei "Ada"', email: 'ada@example.com', phone: '+49 30 1', taxId: 'DE1', reference: 'K-1' },
        ...{ address: { line1: 'Am Markt 1', postalCode: '50667', city: 'Köln', countryCode: 'DE' } },
        ...{ tags: ['vip', 'new'], notes: 'a\nb', ccEmails: ['cfo@example.com', 'it@example.com'] },
      },
      { name: 'Grace', email: '', tags: [], ccEmails: [] },
    ]);
    expect(customers[1]?.address).toBeUndefined();
    const told = (await service.eventsOf(member.user.id)).filter(({ topic }) => topic === 'customer.created');
    expect(told.map(({ subject }) => subject).toSorted()).toEqual(customers.map(({ id }) => id).toSorted());
  });

  test('reads what a download gave, whatever customers are like, into the same customers of another account', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(CUSTOMER, { minLength: 1, maxLength: 20 }), async (customers) => {
        const [from, to] = [await service.newMember(), await service.newMember()];
        for (const [index, customer] of customers.entries()) {
          // A reference is unique among the customers of an account.
          const reference = customer.reference && `${customer.reference}${index}`;
          await service.newCustomer(from, { ...customer, reference });
        }
        const { file } = await bulkOf(from).downloadCustomers({});
        const answer = await bulkOf(to).importCustomers({ file: required(file) });
        expect(answer).toMatchObject({ createdCount: customers.length, existingCount: 0 });
        const [before, after] = [await customersOf(from), await customersOf(to)];
        expect(after.toReversed().map(withoutIdentity)).toEqual(before.map(withoutIdentity));
      }),
      { numRuns: 5 },
    );
  });

  test('imported again where it was exported, leaves customers as they are, also those without a reference', async () => {
    const member = await service.newMember();
    await service.newCustomer(member, { name: 'Ada' });
    await service.newCustomer(member, { name: 'Grace', reference: 'K-1' });
    const { file } = await bulkOf(member).downloadCustomers({});
    const text = new TextDecoder().decode(file?.data);
    const both = fileOf(text.replace(/([0-9a-f-]{36}),Ada/, (_, id: string) => `${id.toUpperCase()},Eve`));
    for (const dryRun of [true, false]) {
      const answer = await bulkOf(member).importCustomers({ file: both, dryRun });
      expect(answer).toMatchObject({ createdCount: 0, existingCount: 2, errors: [] });
    }
    expect((await customersOf(member)).map(({ name }) => name)).toEqual(['Grace', 'Ada']);
    const stranger = await service.newMember();
    expect(await bulkOf(stranger).importCustomers({ file: both })).toMatchObject({ createdCount: 2 });
  });

  test('tells of ids of another system, which would be lost, and of metadata that cannot be read', async () => {
    const file = fileOf('id,name,metadata\n17,Ada,\n,Grace,"{""a"": 1}"\n,Eve,a=b\n,Ivy,"{""a b"": ""c""}"\n');
    const { errors } = await bulkOf(await service.newMember()).importCustomers({ file, dryRun: true });
    expect(errors.map(({ row, column, detail }) => `${row} ${column} ${detail}`).toSorted()).toEqual([
      '2 id must be empty or an id from an export; ids of another system belong in the column reference',
      '3 metadata must be a JSON object of strings, e.g. {"region": "north"}',
      '4 metadata must be a JSON object of strings, e.g. {"region": "north"}',
      expect.stringMatching(/^5 metadata must be 1 to 40 letters/),
    ]);
  });

  test('reads another encoding when the content type names it, and guesses none', async () => {
    const member = await service.newMember();
    const data = new Uint8Array(Buffer.from('name;city\r\nB\xe4ckerei;K\xf6ln\r\n', 'latin1'));
    const refusal = await refusalOf(bulkOf(member).importCustomers({ file: { contentType: 'text/csv', data } }));
    expect(refusal.reason).toBe('IMPORT_INVALID');
    await bulkOf(member).importCustomers({ file: { contentType: 'text/csv; charset=windows-1252', data } });
    expect(await customersOf(member)).toMatchObject([{ name: 'Bäckerei', address: { city: 'Köln' } }]);
  });

  test('refuses a file with errors as a whole, and tells of them by row; a dry run lists them', async () => {
    const member = await service.newMember();
    const file = fileOf(
      'name,email,country_code,reference,tags,electronic_address,legal_registration,cc_emails\n' +
        `Ada,ada@example.com,DE,K-1,,,,\n,nobody,xx,K-2,,,,\nGrace,,,K-1,${'x'.repeat(41)},,,\n` +
        'Eve,,,,,0204:991-01484-65,0001:1,\nIvy,,,,,991-01484-64,,\n' +
        'Joan,joan@example.com,,,,,,"it@example.com,nobody"\nKay,,,,,,,it@example.com\n',
    );
    const { errors, createdCount } = await bulkOf(member).importCustomers({ file, dryRun: true });
    expect(errors.map(({ row, column }) => [row, column])).toEqual([
      [3, 'name'],
      [3, 'email'],
      [3, 'country_code'],
      [4, 'tags'],
      [5, 'electronic_address'],
      [5, 'legal_registration'],
      [7, 'cc_emails'],
      [8, 'cc_emails'],
      [6, 'electronic_address'],
      [4, 'reference'],
    ]);
    expect(errors.at(-1)?.detail).toBe('must not be the same as in row 2');
    expect(errors.at(-2)?.detail).toBe('must begin with its scheme and a colon, e.g. 0204:991-01484-64');
    expect(createdCount).toBe(0);
    const refusal = await refusalOf(bulkOf(member).importCustomers({ file }));
    expect(refusal).toMatchObject({
      code: Code.InvalidArgument,
      reason: 'IMPORT_INVALID',
      metadata: { errorCount: '10' },
    });
    expect(refusal.fields).toEqual(Array(10).fill('file'));
    expect(await customersOf(member)).toEqual([]);
  });

  test('a dry run stores nothing, and tells what there would be', async () => {
    const member = await service.newMember();
    await service.newCustomer(member, { reference: 'K-1' });
    await service.newCustomer(await service.newMember(), { reference: 'K-2' });
    const file = fileOf('name,reference\nAda,K-1\nGrace,K-2\nEve,\n');
    const answer = await bulkOf(member).importCustomers({ file, dryRun: true });
    expect(answer).toMatchObject({ createdCount: 2, existingCount: 1, errors: [] });
    expect(await customersOf(member)).toHaveLength(1);
    expect(await bulkOf(member).importCustomers({ file })).toMatchObject({ createdCount: 2, existingCount: 1 });
  });

  test('imported again, leaves customers with a reference as they are', async () => {
    const member = await service.newMember();
    const file = fileOf('name,reference\nAda,K-1\nGrace,K-2\n');
    await bulkOf(member).importCustomers({ file });
    const [customer] = await customersOf(member);
    await service
      .client(CustomerService, member.identity)
      .updateCustomer({ customer: { id: customer?.id ?? '', name: 'Eve' }, updateMask: { paths: ['name'] } });
    expect(await bulkOf(member).importCustomers({ file })).toMatchObject({ createdCount: 0, existingCount: 2 });
    expect((await customersOf(member)).map(({ name }) => name)).toContain('Eve');
  });

  test('retried with the same key adds none twice, also at once and where the first request was cut off', async () => {
    const member = await service.newMember();
    const file = fileOf('name\nAda\nAda\nGrace\n');
    const bulk = bulkOf(member, { 'idempotency-key': 'import-1' });
    const answers = await Promise.all(Array.from({ length: 3 }, () => bulk.importCustomers({ file })));
    for (const answer of answers) expect(answer).toMatchObject({ createdCount: 3, existingCount: 0 });
    // As if the process had ended before it came to the last row, and so before it could keep the whole answer.
    const { userId } = member.identity;
    await service.db.$client`delete from idempotency_records where owner_id = ${userId}
      and (key = 'import-1' or response->'customer'->>'name' = 'Grace')`;
    await service.db.$client`delete from customers where owner_id = ${userId} and name = 'Grace'`;
    expect(await bulk.importCustomers({ file })).toMatchObject({ createdCount: 3 });
    expect((await customersOf(member)).map(({ name }) => name).toSorted()).toEqual(['Ada', 'Ada', 'Grace']);
  });

  test.each([
    ['no file', '', 'row 1: name must be there'],
    ['no name', 'email\na@example.com', 'row 1: name must be there'],
    ['a column that there is not', 'name,vat\nAda,1', 'row 1: vat must be one of the columns'],
    ['too many rows', `name\n${'Ada\n'.repeat(501)}`, 'row 0:  must have at most 500 rows'],
  ])('refuses %s', async (_, text, expected) => {
    const bulk = bulkOf(await service.newMember());
    const { errors } = await bulk.importCustomers({ file: fileOf(text), dryRun: true });
    expect(errors.map(({ row, column, detail }) => `row ${row}: ${column} ${detail}`).join()).toContain(expected);
    expect((await refusalOf(bulk.importCustomers({ file: fileOf(text) }))).reason).toBe('IMPORT_INVALID');
  });

  test('refuses nobody, and who sends no file', async () => {
    const nobody = service.client(CustomerBulkService).importCustomers({ file: fileOf('name\nAda') });
    expect((await refusalOf(nobody)).reason).toBe('UNAUTHENTICATED');
    const empty = bulkOf(await service.newMember()).importCustomers({});
    expect(await refusalOf(empty)).toMatchObject({ code: Code.InvalidArgument, fields: ['file'] });
  });
});
