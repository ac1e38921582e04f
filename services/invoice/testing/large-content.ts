import type { MessageInitShape } from '@bufbuild/protobuf';
import type { InvoiceSchema } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { Tax_Category } from '../../../gen/numer/invoice/v1/tax_pb.ts';
import { LINE } from './start-invoice-service.ts';

/** The longest reason there may be, of 4 kB. */
const REASON = '🥐'.repeat(1_000);

/** As many lines as there may be, of 2 MB. */
export const LARGE_LINES = Array.from({ length: 500 }, () => ({ ...LINE, description: REASON }));

/**
 * A line beside as many allowances as there may be: 2.5 MB, and 4.6 MB as they are shown, since the totals have the reasons of the taxes
 * once more.
 */
export const LARGE_ALLOWANCES: MessageInitShape<typeof InvoiceSchema> = {
  lines: [LINE],
  allowances: Array.from({ length: 100 }, (_, item) => ({
    reason: REASON,
    taxes: Array.from({ length: 5 }, (_tax, index) => ({
      name: `tax ${item * 5 + index}`,
      category: Tax_Category.EXEMPT,
      exemptionReason: REASON,
    })),
  })),
};
