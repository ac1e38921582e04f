import { Code, ConnectError } from '@connectrpc/connect';
import { type Invoice, Invoice_State } from '../../gen/numer/invoice/v1/invoice_pb.ts';
import type { Call } from '../../runtime/call.ts';
import { DomainError } from '../../runtime/errors.ts';
import type { Deps } from './deps.ts';

/** State of an invoice by name. */
export type InvoiceStateName = 'DRAFT' | 'OPEN' | 'PAID' | 'VOID' | 'UNCOLLECTIBLE';

const STATE_NAMES: ReadonlyMap<Invoice_State, InvoiceStateName> = new Map([
  [Invoice_State.DRAFT, 'DRAFT'],
  [Invoice_State.OPEN, 'OPEN'],
  [Invoice_State.PAID, 'PAID'],
  [Invoice_State.VOID, 'VOID'],
  [Invoice_State.UNCOLLECTIBLE, 'UNCOLLECTIBLE'],
]);

/** The name of an invoice's state. Throws for one that this version of the service does not know. */
export function stateNameOf(invoice: Invoice): InvoiceStateName {
  const name = STATE_NAMES.get(invoice.state);
  if (name === undefined) throw new Error(`invoice ${invoice.id} has the unknown state ${invoice.state}`);
  return name;
}

/**
 * Reads one of the caller's invoices from the invoice service.
 *
 * @throws DomainError INVOICE_NOT_FOUND
 */
export async function readOwnInvoice(deps: Deps, invoiceId: string, call: Call): Promise<Invoice> {
  try {
    const { invoice } = await deps.invoices.getInvoice({ invoiceId }, call.forward());
    if (invoice !== undefined) return invoice;
  } catch (error) {
    if (ConnectError.from(error).code !== Code.NotFound) throw error;
  }
  throw new DomainError('missing', 'INVOICE_NOT_FOUND', 'There is no such invoice.', {
    violations: [{ field: 'invoice_id', description: 'names no invoice of yours' }],
  });
}
