import { randomUUIDv7 } from 'node:crypto';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { Quote_State, type QuoteSchema } from '../../../gen/numer/invoice/v1/quote_pb.ts';
import { testInvoice } from './test-invoice.ts';

type QuoteInit = Exclude<MessageInitShape<typeof QuoteSchema>, { readonly $typeName: string }>;

/** A sent quote over 119.00 EUR as events carry it, with a new id. */
export function testQuote(changes: Partial<QuoteInit> = {}): QuoteInit & { readonly id: string } {
  const { id: _id, number: _number, issueDate: _issueDate, dueDate: _dueDate, ...invoice } = testInvoice();
  return {
    number: 'Q-00007',
    state: Quote_State.SENT,
    issueDate: '2026-03-01',
    expireDate: '2026-03-31',
    createTime: timestampFromDate(new Date('2026-03-01T12:00:00Z')),
    invoice,
    seller: { name: 'Lovelace & Sons', email: 'ada@lovelace.example' },
    customer: { name: 'Grace Hopper', email: 'grace@hopper.example', locale: 'en' },
    ...changes,
    id: randomUUIDv7(),
  };
}
