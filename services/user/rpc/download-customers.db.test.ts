import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CustomerBulkService } from '../../../gen/numer/user/v1/customer_bulk_service_pb.ts';
import { UserService } from '../../../gen/numer/user/v1/user_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { type Member, startUserService, type UserTestService } from '../testing/start-user-service.ts';

let service: UserTestService;
beforeAll(async () => {
  service = await startUserService();
});
afterAll(() => service.stop());

const bulkOf = (member: Member) => service.client(CustomerBulkService, member.identity);
const textOf = (file: { readonly data: Uint8Array } | undefined) => new TextDecoder().decode(file?.data);

const HEADER =
  'id,name,email,phone,line1,line2,city,region,postal_code,country_code,tax_id,locale,notes,reference,tags,metadata,create_time,' +
  'electronic_address,legal_registration,cc_emails';

describe('DownloadCustomers', () => {
  test('gives all of each customer, and no formula', async () => {
    const member = await service.newMember();
    const { id } = await service.newCustomer(member, {
      ...{
        name: '=cmd|"x"',
        email: 'ada@example.com',
        phone: '+49 30 12',
        taxId: 'DE1',
        locale: 'de',
        reference: 'K-1',
      },
      ...{ address: { line1: 'Am Markt 1', city: 'Köln', postalCode: '50667', countryCode: 'DE' }, notes: 'a\nb' },
      ...{ tags: ['vip', 'new'], metadata: { crm: '7' } },
      electronicAddress: { scheme: '0204', identifier: '991-01484-64' },
      legalRegistration: { identifier: 'HRB 1' },
      ccEmails: ['cfo@example.com', 'it@example.com'],
    });
    const { file, nextPageToken } = await bulkOf(member).downloadCustomers({});
    expect(file?.contentType).toBe('text/csv; charset=utf-8; header=present');
    expect(nextPageToken).toBe('');
    expect(textOf(file)).toBe(
      `${HEADER}\r\n${id},"'=cmd|""x""",ada@example.com,'+49 30 12,Am Markt 1,,Köln,,50667,DE,DE1,de,"a\nb",K-1,` +
        `"vip, new","{""crm"":""7""}",${service.clock.now().toISOString()},` +
        '0204:991-01484-64,HRB 1,"cfo@example.com, it@example.com"\r\n',
    );
  });

  test('gives what the list gives once over parts, and nothing of others', async () => {
    const member = await service.newMember();
    await service.newCustomer(await service.newMember());
    await service.db.$client`
      insert into customers (id, owner_id, name, email, phone, address, tax_id, locale, notes, create_time, update_time, version, tags)
      select gen_random_uuid(), ${member.user.id}, 'C' || n, '', '', '{}', '', '', '', now(), now(), 1,
        case when n <= 120 then '["vip"]'::jsonb else '[]' end
      from generate_series(1, 230) as n`;
    const namesIn = async (tag: string[]) => {
      const names: (string | undefined)[] = [];
      let pageToken = '';
      do {
        const part = await bulkOf(member).downloadCustomers({ filter: { tag }, pageToken });
        const rows = textOf(part.file).trimEnd().split('\r\n');
        expect(rows[0] === HEADER).toBe(pageToken === '');
        names.push(...rows.filter((row) => row !== HEADER).map((row) => row.split(',')[1]));
        pageToken = part.nextPageToken;
      } while (pageToken !== '');
      expect(new Set(names).size).toBe(names.length);
      return names.length;
    };
    expect([await namesIn([]), await namesIn(['vip']), await namesIn(['none'])]).toEqual([230, 120, 0]);
  });

  test('fails when the account was deleted between two parts, so that the file does not look complete', async () => {
    const member = await service.newMember();
    for (let count = 0; count < 101; count++) await service.newCustomer(member);
    const { nextPageToken } = await bulkOf(member).downloadCustomers({});
    expect(nextPageToken).not.toBe('');
    await service.client(UserService, member.identity).deleteUser({ userId: member.user.id });
    for (const pageToken of ['', nextPageToken]) {
      expect((await refusalOf(bulkOf(member).downloadCustomers({ pageToken }))).reason).toBe('UNAUTHENTICATED');
    }
  });

  test('refuses what belongs to pages, a token of another list, and nobody', async () => {
    const bulk = bulkOf(await service.newMember());
    const paged = await refusalOf(bulk.downloadCustomers({ filter: { pageSize: 10 } }));
    expect(paged).toMatchObject({ code: Code.InvalidArgument, fields: ['filter'] });
    expect(await refusalOf(bulk.downloadCustomers({ pageToken: 'a' }))).toMatchObject({ reason: 'INVALID_PAGE_TOKEN' });
    const nobody = service.client(CustomerBulkService).downloadCustomers({});
    expect((await refusalOf(nobody)).reason).toBe('UNAUTHENTICATED');
  });
});
