import { randomUUIDv7 } from 'node:crypto';
import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Quote_State } from '../../../gen/numer/invoice/v1/quote_pb.ts';
import { DocumentService } from '../../../gen/numer/notification/v1/document_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { testUser } from '../../../runtime/testing/start-test-service.ts';
import { readPdf } from '../testing/read-pdf.ts';
import { put, startPrinter } from '../testing/start-printer.ts';
import { testQuote } from '../testing/test-quote.ts';

let printer: Awaited<ReturnType<typeof startPrinter>>;
const user = testUser();

beforeAll(async () => {
  printer = await startPrinter();
  printer.shelf.users.set(user.userId, { name: 'Ada Lovelace', email: 'ada@lovelace.example' });
});
afterAll(async () => {
  await printer.stop();
});

async function textOf(fields: Parameters<typeof testQuote>[0]): Promise<string> {
  const quoteId = put(printer.shelf.quotes, testQuote(fields));
  const { file } = await printer.client(DocumentService, user).getQuotePdf({ quoteId });
  return (await readPdf(file?.data ?? new Uint8Array())).pages.join('\n');
}

test('a sent quote is printed with its amounts and until when it is valid, and asks for no money', async () => {
  const text = await textOf({});
  for (const part of ['Quote Q-00007', 'Grace Hopper', 'Consulting', '119.00 EUR', '31 March 2026']) {
    expect(text).toContain(part);
  }
  expect(text).not.toMatch(/Draft|pay/);
});

test('a draft is marked and shows the profile as it is now, without a number or a date that it has not', async () => {
  const text = await textOf({
    state: Quote_State.DRAFT,
    number: '',
    issueDate: '',
    expireDate: '',
    seller: undefined,
    customer: undefined,
  });
  expect(text).toContain('Draft');
  expect(text).toContain('Ada Lovelace');
  expect(text).not.toMatch(/Quote number|Date/);
});

test('nobody gets what they have no right to', async () => {
  const quoteId = randomUUIDv7();
  expect(await refusalOf(printer.client(DocumentService, user).getQuotePdf({ quoteId }))).toMatchObject({
    code: Code.NotFound,
    reason: 'QUOTE_NOT_FOUND',
  });
  expect(await refusalOf(printer.client(DocumentService).getQuotePdf({ quoteId }))).toMatchObject({
    code: Code.Unauthenticated,
    reason: 'UNAUTHENTICATED',
  });
});
