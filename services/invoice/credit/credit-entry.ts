import type { DescMessage } from '@bufbuild/protobuf';
import type {
  CreditRefundedSchema,
  DepositRecordedSchema,
} from '../../../gen/numer/invoice/v1/customer_ledger_events_pb.ts';
import type { CreditEntry } from '../../../gen/numer/invoice/v1/customer_ledger_pb.ts';
import type {
  RecordDepositResponseSchema,
  RefundCreditResponseSchema,
} from '../../../gen/numer/invoice/v1/customer_ledger_service_pb.ts';
import type { Call } from '../../../runtime/call/call.ts';
import { idempotencyValues } from '../../../runtime/call/idempotency.ts';
import { diffFields } from '../../../runtime/diff-fields.ts';
import { toOutboxRow } from '../../../runtime/events/outbox.ts';
import { increasingUuid } from '../../../runtime/uuid.ts';
import { eventContext } from '../cause.ts';
import type { Deps } from '../deps.ts';
import type { NewCreditEntry } from '../store/record-credit-entry.ts';
import { toCreditEntry } from './convert-ledger.ts';
import { whileCreditLasts } from './customer-credit.ts';

/** What is stored and published of a deposit or a refund. */
export interface CreditChange
  extends Pick<
    NewCreditEntry,
    'customerId' | 'currencyCode' | 'entryDate' | 'type' | 'creditMinor' | 'method' | 'reference'
  > {
  readonly eventSchema: typeof DepositRecordedSchema | typeof CreditRefundedSchema;
  readonly responseSchema: typeof RecordDepositResponseSchema | typeof RefundCreditResponseSchema;
}

/**
 * Stores a deposit or a refund. Gives undefined when there was less credit than it takes.
 *
 * @throws DomainError AMOUNT_TOO_LARGE.
 */
export async function storeCreditEntry(
  deps: Deps,
  call: Call,
  { eventSchema, responseSchema, ...facts }: CreditChange,
): Promise<{ readonly creditEntry: CreditEntry } | undefined> {
  const now = deps.clock.now();
  const row: NewCreditEntry = {
    ...facts,
    id: increasingUuid(),
    ownerId: call.user.userId,
    dueMinor: 0n,
    invoiceId: null,
    paymentId: null,
    creditNoteId: null,
    createTime: now,
  };
  const response = { creditEntry: toCreditEntry(row) };
  const { customerId, currencyCode, amountMinor, entryDate } = response.creditEntry;
  // How it was paid may name people, so the event only says that it was given.
  const personal = (['method', 'reference'] as const).filter((name) => facts[name] !== '');
  const changes = [
    ...diffFields({}, { customerId, currencyCode, amountMinor, entryDate }),
    ...personal.map((field) => ({ field })),
  ];
  const writing = deps.store.recordCreditEntry(row, {
    // An entry never changes, so its first version is its last.
    events: [toOutboxRow(eventSchema, { ...response, changes }, eventContext(call, 1n, now))],
    idempotency: idempotencyValues<DescMessage>(call, responseSchema, response, now),
  });
  return whileCreditLasts(writing.then(() => response));
}
