import { randomUUIDv7 } from 'node:crypto';
import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { StatementEntry_Type } from '../../../gen/numer/invoice/v1/customer_statement_pb.ts';
import { DocumentService } from '../../../gen/numer/notification/v1/document_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { testUser } from '../../../runtime/testing/start-test-service.ts';
import { readPdf } from '../testing/read-pdf.ts';
import { put, startPrinter } from '../testing/start-printer.ts';

let printer: Awaited<ReturnType<typeof startPrinter>>;
const user = testUser();

beforeAll(async () => {
  printer = await startPrinter();
  printer.shelf.users.set(user.userId, { name: 'Ada Lovelace', timeZone: 'Europe/Berlin', locale: 'de' });
});
afterAll(async () => {
  await printer.stop();
});

const currencyCode = 'EUR';
const at = (balanceMinor: bigint) => [{ currencyCode, balanceMinor }];

/** Pages of a statement of invoices over 1.00 each, with the given numbers, so many on each page. */
function pagesOf(count: number, pageSize: number) {
  const entries = Array.from({ length: count }, (_, index) => ({
    type: StatementEntry_Type.INVOICE,
    entryDate: '2026-03-01',
    currencyCode,
    amountMinor: 100n,
    balanceMinor: BigInt(index + 1) * 100n,
    invoiceNumber: `I-${index + 1}`,
    dueDate: '2026-03-31',
  }));
  return Array.from({ length: Math.ceil(count / pageSize) }, (_, index) => {
    const page = entries.slice(index * pageSize, (index + 1) * pageSize);
    return {
      openingBalances: at(BigInt(index * pageSize) * 100n),
      entries: page,
      closingBalances: at(page.at(-1)?.balanceMinor ?? 0n),
    };
  });
}

async function fileOf(customerId: string) {
  const response = await printer.client(DocumentService, user).getCustomerStatementPdf({ customerId });
  return { ...response, ...(await readPdf(response.file?.data ?? new Uint8Array())) };
}

test('all pages of a statement come as one document, with the balance after the last', async () => {
  const customerId = put(printer.shelf.customers, { name: 'Grace Hopper', locale: 'en' });
  printer.shelf.statements.set(customerId, pagesOf(5, 2));
  const { pages, fileName, etag, info } = await fileOf(customerId);
  expect(fileName).toBe('Statement of account.pdf');
  expect(info).toMatchObject({ Title: 'Statement of account' });
  expect(etag).toMatch(/^"[\w-]{43}"$/);
  for (const text of ['Grace Hopper', 'Ada Lovelace', 'Invoice I-1', 'Invoice I-5', 'Balance: 5.00 EUR']) {
    expect(pages.join('\n')).toContain(text);
  }
  expect(printer.shelf.isForwarded).toBe(true);
});

test('that of a deleted customer stays, in the language of the account', async () => {
  const customerId = randomUUIDv7();
  printer.shelf.statements.set(customerId, pagesOf(1, 2));
  expect((await fileOf(customerId)).pages.join('\n')).toContain('Kontoauszug');
});

test('a statement that does not add up, since it changed between its pages, is not given', async () => {
  const customerId = randomUUIDv7();
  const [first, ...others] = pagesOf(4, 2);
  const [second] = others;
  printer.shelf.statements.set(customerId, [
    { ...first },
    {
      ...second,
      entries: (second?.entries ?? []).map((entry) => ({ ...entry, balanceMinor: entry.balanceMinor + 1n })),
    },
  ]);
  const asked = printer.client(DocumentService, user).getCustomerStatementPdf({ customerId });
  expect(await refusalOf(asked)).toMatchObject({ code: Code.Aborted, reason: 'CONFLICT' });
});

test('one of more entries than can be printed is refused with a way out', async () => {
  const customerId = randomUUIDv7();
  printer.shelf.statements.set(customerId, pagesOf(2_001, 100));
  const asked = printer.client(DocumentService, user).getCustomerStatementPdf({ customerId });
  expect(await refusalOf(asked)).toMatchObject({
    reason: 'DOCUMENT_TOO_LONG',
    message: expect.stringContaining('shorter period'),
  });
});

test('nobody gets what they have no right to', async () => {
  const customerId = randomUUIDv7();
  const refusal = (client: ReturnType<typeof printer.client<typeof DocumentService>>) =>
    refusalOf(client.getCustomerStatementPdf({ customerId }));
  expect(await refusal(printer.client(DocumentService, user))).toMatchObject({ reason: 'CUSTOMER_NOT_FOUND' });
  expect(await refusal(printer.client(DocumentService))).toMatchObject({ reason: 'UNAUTHENTICATED' });
});
