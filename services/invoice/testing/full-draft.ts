import type { MessageInitShape } from '@bufbuild/protobuf';
import { Invoice_RoundingPolicy, type InvoiceSchema } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { Tax_Category } from '../../../gen/numer/invoice/v1/tax_pb.ts';

/**
 * A draft that uses everything that makes up amounts, except options that exclude each other. Its total is 1,321.72.
 */
export const FULL_DRAFT: MessageInitShape<typeof InvoiceSchema> = {
  currencyCode: 'EUR',
  dueDate: '2026-03-31',
  discountAmountMinor: 1000n,
  lines: [
    {
      description: 'Screws',
      quantity: '1250',
      unitPrice: '3.99',
      baseQuantity: '100',
      unitCode: 'H87',
      discountPercent: '10',
      taxPercent: '19',
      allowances: [{ reason: 'Dented box', amountMinor: 150n }],
      charges: [{ reasonCode: 'ABL', percent: '2.5' }],
    },
    {
      description: 'Advice',
      quantity: '10',
      unitPrice: '100',
      unitCode: 'HUR',
      discountAmountMinor: 500n,
      taxes: [
        { name: 'GST', percent: '5' },
        { name: 'QST', percent: '9.975' },
        { name: 'IRPF', percent: '15', retained: true },
      ],
    },
    {
      description: 'Course',
      quantity: '1',
      unitPrice: '120',
      taxes: [{ category: Tax_Category.EXEMPT, exemptionReason: 'Article 132' }],
    },
  ],
  allowances: [{ reason: 'Loyalty', percent: '1', taxPercent: '19' }],
  charges: [{ reasonCode: 'FC', amountMinor: 2500n, taxPercent: '19' }],
  roundingPolicy: Invoice_RoundingPolicy.LINE,
  prepaidMinor: 10000n,
  roundingIncrementMinor: 5n,
};

/** What a draft says about the customer's order; a quote and a recurring invoice say it too. */
export const REFERENCES = { buyerReference: '04011000-12345-34', purchaseOrderReference: 'PO-4711' } as const;

/** What a draft says besides its amounts, about the supply and the order. */
export const FACTS = {
  ...REFERENCES,
  deliveryDate: '2026-02-27',
  periodStartDate: '2026-02-01',
  periodEndDate: '2026-02-28',
} as const;
