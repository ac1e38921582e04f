import { type CallOptions, Code, ConnectError } from '@connectrpc/connect';
import type { Invoice } from '../../gen/numer/invoice/v1/invoice_pb.ts';
import type { Deps } from './deps.ts';

/** Some of the invoices that were asked for. */
export interface ReadInvoices {
  /** The ids of this part. */
  readonly invoiceIds: readonly string[];
  /** Those of them that exist; undefined for the one invoice of a part that cannot be read. */
  readonly invoices: readonly Invoice[] | undefined;
}

/** What a call fails with because of an invoice that it asks for; another failure would be the same for any other invoice. */
const CONTENT_FAILURES: ReadonlySet<Code> = new Set([
  Code.ResourceExhausted,
  Code.Internal,
  Code.Unknown,
  Code.DataLoss,
]);

/**
 * Reads invoices from the invoice service, in as many parts as it gives them in. When a call fails because of some invoice, each
 * half is asked for by itself; one that cannot be read even alone is logged, and a part without invoices.
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
        deps.log.error({ invoiceId: asked[0], err }, 'an invoice cannot be read and its reminders wait');
        yield { invoiceIds: asked, invoices: undefined };
        continue;
      }
      const middle = asked.length >> 1;
      waiting.push(asked.slice(middle), asked.slice(0, middle));
    }
  }
}
