import { randomUUIDv7 } from 'node:crypto';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { CreditNoteSchema } from '../../../gen/numer/invoice/v1/credit_note_pb.ts';

type CreditNoteInit = Exclude<MessageInitShape<typeof CreditNoteSchema>, { readonly $typeName: string }>;

/** A credit note over 20.00 EUR as events carry it, with a new id. */
export function testCreditNote(changes: Partial<CreditNoteInit> = {}) {
  return {
    id: randomUUIDv7(),
    number: 'CN-00001',
    invoiceNumber: '2026-0042',
    invoiceIssueDate: '2026-03-01',
    currencyCode: 'EUR',
    issueDate: '2026-03-20',
    createTime: timestampFromDate(new Date('2026-03-20T12:00:00Z')),
    reason: 'Returned',
    totalMinor: 2_000n,
    payableMinor: 2_000n,
    appliedMinor: 2_000n,
    customer: { name: 'Grace', email: 'grace@example.com' },
    ...changes,
  };
}
