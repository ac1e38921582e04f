import type { MessageInitShape } from '@bufbuild/protobuf';
import type { InvoiceSchema } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { Tax_Category } from '../../../gen/numer/invoice/v1/tax_pb.ts';
import { LINE } from './start-invoice-service.ts';

/** The longest reason that is allowed, of 4 kB. */
const REASON = '🥐'.repeat(1_000);

/** As many lines as are allowed, of 2 MB. */
export const LARGE_LINES = Array.from({ length: 500 }, () => ({ ...LINE, description: REASON }));

/**
 * A line and many allowances: 2.0 MB, and 3.7 MB as they are shown, since the totals repeat the reasons of the taxes. A
 * quarter more of them would be too large.
 */
export const LARGE_ALLOWANCES = {
  lines: [LINE],
  allowances: Array.from({ length: 80 }, (_, item) => ({
    reason: REASON,
    taxes: Array.from({ length: 5 }, (_tax, index) => ({
      name: `tax ${item * 5 + index}`,
      category: Tax_Category.EXEMPT,
      exemptionReason: REASON,
    })),
  })),
} satisfies MessageInitShape<typeof InvoiceSchema>;
