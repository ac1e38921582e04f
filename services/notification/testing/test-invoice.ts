import { randomUUIDv7 } from 'node:crypto';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { Invoice_State, type InvoiceSchema } from '../../../gen/numer/invoice/v1/invoice_pb.ts';

type InvoiceInit = Exclude<MessageInitShape<typeof InvoiceSchema>, { readonly $typeName: string }>;

/** An open invoice over 119.00 EUR as events carry it, with a new id. */
export function testInvoice(changes: Partial<InvoiceInit> = {}): InvoiceInit & { readonly id: string } {
  return {
    number: '2026-0042',
    state: Invoice_State.OPEN,
    currencyCode: 'EUR',
    issueDate: '2026-03-01',
    dueDate: '2026-03-31',
    createTime: timestampFromDate(new Date('2026-03-01T12:00:00Z')),
    lines: [
      {
        description: 'Consulting',
        quantity: '2',
        unitPrice: '50',
        taxPercent: '19',
        discountPercent: '0',
        netMinor: 10_000n,
      },
    ],
    subtotalMinor: 10_000n,
    taxes: [{ taxPercent: '19', netMinor: 10_000n, taxMinor: 1_900n }],
    taxMinor: 1_900n,
    totalMinor: 11_900n,
    payableMinor: 11_900n,
    dueMinor: 11_900n,
    seller: { name: 'Lovelace & Sons', email: 'ada@lovelace.example' },
    customer: { name: 'Grace Hopper', email: 'grace@hopper.example', locale: 'en' },
    ...changes,
    id: randomUUIDv7(),
  };
}
