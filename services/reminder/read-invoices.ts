import { type CallOptions, Code, ConnectError } from '@connectrpc/connect';
import type { Invoice } from '../../gen/numer/invoice/v1/invoice_pb.ts';
import type { Deps } from './deps.ts';

/** A part of the requested invoices. */
export interface ReadInvoices {
  /** The ids of this part. */
  readonly invoiceIds: readonly string[];
  /** The invoices that exist; undefined when the part is a single invoice that cannot be read. */
  readonly invoices: readonly Invoice[] | undefined;
}

/** The codes of failures that one of the requested invoices may cause. Any other failure would affect every invoice. */
const CONTENT_FAILURES: ReadonlySet<Code> = new Set([
  Code.ResourceExhausted,
  Code.Internal,
  Code.Unknown,
  Code.DataLoss,
]);

/**
 * Reads invoices from the invoice service, in as many parts as it returns. When a call fails because of an invoice,
 * each half is requested by itself. An invoice that cannot be read even alone is logged, and given as a part whose
 * `invoices` is undefined.
 */
export async function* readInvoices(
  deps: Deps,
  invoiceIds: string[],
  options: CallOptions,
): AsyncGenerator<ReadInvoices> {
  const waiting = [invoiceIds];
  for (let asked = waiting.pop(); asked !== undefined; asked = waiting.pop()) {
    try {
      const { invoices, remainingInvoiceIds } = await deps.invoices.batchGetInvoices({ invoiceIds: asked }, options);
      const remaining = new Set(remainingInvoiceIds);
      if (remaining.size > 0) waiting.push(remainingInvoiceIds);
      yield { invoiceIds: asked.filter((id) => !remaining.has(id)), invoices };
    } catch (err) {
      if (!CONTENT_FAILURES.has(ConnectError.from(err).code)) throw err;
      if (asked.length === 1) {
        deps.log.error({ invoiceId: asked[0], err }, 'an invoice cannot be read now, so its reminders wait');
        yield { invoiceIds: asked, invoices: undefined };
        continue;
      }
      const middle = asked.length >> 1;
      waiting.push(asked.slice(middle), asked.slice(0, middle));
    }
  }
}
