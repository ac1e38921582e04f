import { type Callers, valueAt } from './callers.ts';
import { CUSTOMERS_PER_USER, chooseInvoice, type DatasetSize, idOf } from './dataset.ts';
import { compileRequest } from './http-request.ts';
import { OPERATIONS, type OperationName } from './operations.ts';
import { type BlockResult, type PlannedRequest, runBlock } from './run-block.ts';
import type { RunningTarget } from './running-target.ts';

/** The requests of one target. */
export interface RequestSource {
  /** A supply of requests of an operation, by random users about random invoices; undefined when there is none left. */
  of(operation: OperationName, random: () => number): () => PlannedRequest | undefined;
  /** Creates invoices for the operations that use them up. */
  prepare(count: number, random: () => number): Promise<BlockResult>;
}

/** Makes the source of a target's requests. */
export function createRequestSource(target: RunningTarget, size: DatasetSize, callers: Callers): RequestSource {
  const { host } = new URL(target.address);
  const created: { readonly user: number; readonly invoiceId: string }[] = [];
  let count = 0;

  const of: RequestSource['of'] = (operation, random) => {
    const fill = compileRequest(target.file.requests[operation], host);
    const { invoice: choice } = OPERATIONS[operation];
    const plan = (user: number, invoiceId: string): PlannedRequest => {
      const customer = user * CUSTOMERS_PER_USER + Math.floor(random() * CUSTOMERS_PER_USER);
      const token = callers.tokenOf(user);
      return { user, text: fill({ invoiceId, customerId: idOf('customer', customer), token, n: String(++count) }) };
    };
    return () => {
      if (choice === 'created') {
        const next = created.shift();
        return next === undefined ? undefined : plan(next.user, next.invoiceId);
      }
      const user = Math.floor(random() * size.users);
      return plan(user, idOf('invoice', chooseInvoice(size, user, choice, random)));
    };
  };
  return {
    of,
    prepare(wanted, random) {
      const next = of('create', random);
      let left = wanted;
      return runBlock({
        address: target.address,
        connections: 8,
        durationMs: Number.POSITIVE_INFINITY,
        next: () => (left-- > 0 ? next() : undefined),
        onAnswer(answer, { user }) {
          const body: unknown = JSON.parse(answer.body.toString());
          created.push({ user, invoiceId: String(valueAt(body, target.file.createdId)) });
        },
      });
    },
  };
}
