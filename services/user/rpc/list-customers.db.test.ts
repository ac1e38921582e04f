import type { MessageInitShape } from '@bufbuild/protobuf';
import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiKeyService } from '../../../gen/numer/user/v1/api_key_service_pb.ts';
import type { Customer } from '../../../gen/numer/user/v1/customer_pb.ts';
import { CustomerService, type ListCustomersRequestSchema } from '../../../gen/numer/user/v1/customer_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { type Member, required, startUserService, type UserTestService } from '../testing/start-user-service.ts';

let service: UserTestService;
beforeAll(async () => {
  service = await startUserService();
});
afterAll(() => service.stop());

/** All customers of a member, read in pages of this size, and the sizes of the pages. */
async function readAll({ identity }: Member, pageSize: number) {
  const client = service.client(CustomerService, identity);
  const customers: Customer[] = [];
  const sizes: number[] = [];
  let pageToken = '';
  do {
    const page = await client.listCustomers({ pageSize, pageToken });
    customers.push(...page.customers);
    sizes.push(page.customers.length);
    pageToken = page.nextPageToken;
  } while (pageToken !== '');
  return { customers, sizes };
}

async function addCustomers(member: Member, count: number, stepMs: number): Promise<Customer[]> {
  const added: Customer[] = [];
  for (let index = 0; index < count; index++) {
    service.clock.advance(stepMs);
    added.push(await service.newCustomer(member, { name: `Customer ${index}` }));
  }
  return added;
}

describe('ListCustomers', () => {
  test("lists the caller's customers, newest first and whole", async () => {
    const [member, other] = [await service.newMember(), await service.newMember()];
    await service.newCustomer(other);
    const added = await addCustomers(member, 3, 1);
    const { customers } = await service.client(CustomerService, member.identity).listCustomers({});
    expect(customers).toEqual(added.toReversed());
  });

  test('gives every customer once over pages, also those added at the same moment', async () => {
    const member = await service.newMember();
    const added = [...(await addCustomers(member, 4, 0)), ...(await addCustomers(member, 3, 1))];
    const { customers, sizes } = await readAll(member, 2);
    expect(sizes).toEqual([2, 2, 2, 1]);
    expect(customers.map(({ id }) => id).sort()).toEqual(added.map(({ id }) => id).sort());
    expect(customers.slice(0, 3)).toEqual(added.slice(4).toReversed());
    expect((await readAll(member, 7)).sizes).toEqual([7]);
  });

  test('gives 20 when no size is asked for', async () => {
    const member = await service.newMember();
    await addCustomers(member, 21, 1);
    expect((await readAll(member, 0)).sizes).toEqual([20, 1]);
  });

  test('is not disturbed by customers that come and go between pages', async () => {
    const member = await service.newMember();
    const added = await addCustomers(member, 4, 1);
    const client = service.client(CustomerService, member.identity);
    const first = await client.listCustomers({ pageSize: 2 });
    await addCustomers(member, 1, 1);
    await client.deleteCustomer({ customerId: required(first.customers[1]).id });
    const second = await client.listCustomers({ pageSize: 2, pageToken: first.nextPageToken });
    expect(second.customers).toEqual(added.slice(0, 2).toReversed());
  });

  test('is empty for who has none', async () => {
    const { identity } = await service.newMember();
    const page = await service.client(CustomerService, identity).listCustomers({});
    expect(page).toMatchObject({ customers: [], nextPageToken: '' });
  });

  test('refuses a token that is malformed or of another list', async () => {
    const member = await service.newMember();
    const keys = service.client(ApiKeyService, member.identity);
    for (const name of ['a', 'b']) await keys.createApiKey({ apiKey: { name } });
    const { nextPageToken } = await keys.listApiKeys({ pageSize: 1 });
    expect(nextPageToken).not.toBe('');
    const client = service.client(CustomerService, member.identity);
    for (const pageToken of [nextPageToken, 'x', Buffer.from('["a"]').toString('base64url')]) {
      const refusal = await refusalOf(client.listCustomers({ pageToken }));
      expect(refusal).toMatchObject({ reason: 'INVALID_PAGE_TOKEN', fields: ['page_token'] });
    }
  });

  test('refuses a page that is too large, and a caller who is nobody', async () => {
    const { identity } = await service.newMember();
    const client = service.client(CustomerService, identity);
    expect((await refusalOf(client.listCustomers({ pageSize: 101 }))).fields).toEqual(['page_size']);
    expect((await refusalOf(client.listCustomers({ pageSize: -1 }))).fields).toEqual(['page_size']);
    expect((await refusalOf(service.client(CustomerService).listCustomers({}))).reason).toBe('UNAUTHENTICATED');
  });

  test('finds names however their letters are written', async () => {
    const member = await service.newMember();
    const client = service.client(CustomerService, member.identity);
    const names = ['Ærø Bageri', 'GROẞ', 'ΤΗΣ ΟΔΟΥ', 'Привет', 'Þór', 'Œuvre'];
    for (const name of names) await service.newCustomer(member, { name });
    const find = async (text: string) => (await client.listCustomers({ text })).customers.map(({ name }) => name);
    for (const [index, texts] of [
      ['ærø', 'ÆRØ', 'aero'],
      ['groß', 'GROSS', 'Groẞ'],
      ['της', 'τησ οδου', 'Τής'],
      ['привет', 'ПРИВЕТ'],
      ['þór', 'THOR'],
      ['œuvre', 'OEU'],
    ].entries()) {
      for (const text of texts) expect(await find(text), text).toEqual([names[index]]);
    }
  });

  test('finds words with umlauts also where they are spelled out, and nothing else by that', async () => {
    const member = await service.newMember();
    const client = service.client(CustomerService, member.identity);
    const names = [
      'Bäckerei Müller',
      'Baeckerei Mueller',
      'Backerei Muller',
      'Neue Duett KG',
      'Nue Michal',
      'Søren Århus',
    ];
    for (const name of names) await service.newCustomer(member, { name });
    const find = async (text: string) => {
      const { customers } = await client.listCustomers({ text });
      return customers.map(({ name }) => names.indexOf(name)).toSorted();
    };
    for (const text of ['Bäckerei', 'BÄCK', 'müller bäckerei', 'Mü']) expect(await find(text), text).toEqual([0, 1, 2]);
    for (const text of ['baeckerei', 'BAECK', 'mueller baeckerei', 'mue'])
      expect(await find(text), text).toEqual([0, 1]);
    for (const text of ['backerei', 'muller back']) expect(await find(text), text).toEqual([0, 2]);
    for (const text of ['neue', 'neü', 'duett', 'dü', 'due']) expect(await find(text), text).toEqual([3]);
    expect([await find('nue'), await find('Michael'), await find('michal')]).toEqual([[4], [], [4]]);
    for (const text of ['Søren', 'soeren', 'soren', 'aarhus', 'Århus', 'arhus'])
      expect(await find(text), text).toEqual([5]);
  });

  test('finds words of name, addresses, reference and tax number, without regard to case and accents', async () => {
    const member = await service.newMember();
    const client = service.client(CustomerService, member.identity);
    const details = { name: 'Äda & Søn', email: 'Ada.Lovelace@bakery.example', reference: 'K-0007', taxId: 'DE 123' };
    const ccEmails = ['accounts.payable@bakery.example', 'tax@adviser.test'];
    const ada = await service.newCustomer(member, {
      ...details,
      ccEmails,
      tags: ['vip'],
      metadata: { region: 'north' },
    });
    await service.newCustomer(member, { name: 'Grace', email: 'grace@example.com', tags: ['vip', 'new'] });
    const find = async (query: MessageInitShape<typeof ListCustomersRequestSchema>) =>
      (await client.listCustomers(query)).customers.map(({ name }) => name);
    for (const text of ['ada', 'SON', 'lovelace bakery', 'k-0007', '123 d', 'payable@bakery', 'tax@adviser.test']) {
      expect(await find({ text }), text).toEqual([ada.name]);
    }
    expect(await find({ text: 'bak ada' })).toEqual([]);
    expect(await find({ text: 'example' })).toEqual(['Grace', ada.name]);
    expect(await find({ tag: ['vip'] })).toEqual(['Grace', ada.name]);
    expect(await find({ tag: ['vip', 'new'] })).toEqual(['Grace']);
    expect(await find({ metadataKey: 'region', metadataValue: 'north', text: 'a' })).toEqual([ada.name]);
    expect(await find({ reference: 'K-0007' })).toEqual([ada.name]);
    expect(await find({ reference: 'K-0007', text: 'grace' })).toEqual([]);
    expect(await find({ reference: 'k-0007' })).toEqual([]);
    await client.updateCustomer({ customer: { id: ada.id, name: 'Eve' }, updateMask: { paths: ['name', 'tags'] } });
    expect([await find({ text: 'son' }), await find({ text: 'eve' }), await find({ tag: ['vip'] })]).toEqual([
      ...[[], ['Eve'], ['Grace']],
    ]);
    await client.updateCustomer({ customer: { id: ada.id }, updateMask: { paths: ['cc_emails'] } });
    expect([await find({ text: 'payable' }), await find({ text: 'lovelace' })]).toEqual([[], ['Eve']]);
    await client.deleteCustomer({ customerId: ada.id });
    expect(await find({ text: 'eve' })).toEqual([]);
    const left = await service.db.$client`select from customer_terms where customer_id = ${ada.id}`;
    expect(left).toHaveLength(0);
  });

  test('gives once whom several words with the same beginning are found by', async () => {
    const member = await service.newMember();
    const client = service.client(CustomerService, member.identity);
    const ada = await service.newCustomer(member, { name: 'Ada Adamson', email: 'adele@example.com' });
    const other = await service.newCustomer(member, { name: 'Adam & Adams' });
    expect((await client.listCustomers({ text: 'ad' })).customers).toEqual([other, ada]);
  });

  test('pages what it finds, and its tokens fit no other filters', async () => {
    const member = await service.newMember();
    const client = service.client(CustomerService, member.identity);
    const added = await addCustomers(member, 5, 1);
    const first = await client.listCustomers({ text: 'cust', pageSize: 3 });
    const second = await client.listCustomers({ text: 'cust', pageSize: 3, pageToken: first.nextPageToken });
    expect([...first.customers, ...second.customers]).toEqual(added.toReversed());
    expect(second.nextPageToken).toBe('');
    const other = client.listCustomers({ text: 'customer', pageToken: first.nextPageToken });
    expect(await refusalOf(other)).toMatchObject({ reason: 'INVALID_PAGE_TOKEN' });
    expect(await refusalOf(client.listCustomers({ metadataValue: 'x' }))).toMatchObject({ code: Code.InvalidArgument });
  });

  test('reads no more than a part of very many', async () => {
    const member = await service.newMember();
    const client = service.client(CustomerService, member.identity);
    const old = await service.newCustomer(member, { name: 'Old', tags: ['all'] });
    await service.db.$client`
      insert into customers (id, owner_id, name, email, phone, address, tax_id, locale, notes, create_time, update_time, version,
        tags)
      select gen_random_uuid(), ${member.user.id}, 'New', '', '', '{}', '', '', '',
        ${service.clock.now().toISOString()}::timestamptz + n * interval '1 second', now(), 1,
        case when n <= 2500 then '["all"]'::jsonb else '[]' end
      from generate_series(1, 8000) as n`;
    const found: string[] = [];
    const sizes: number[] = [];
    let pageToken = '';
    do {
      const page = await client.listCustomers({ tag: ['all'], pageSize: 100, pageToken });
      found.push(...page.customers.map(({ id }) => id));
      sizes.push(page.customers.length);
      pageToken = page.nextPageToken;
    } while (pageToken !== '');
    expect(sizes[0]).toBe(0);
    expect(new Set(found).size).toBe(2501);
    expect(found.at(-1)).toBe(old.id);
  }, 60_000);
});
