import { create } from '@bufbuild/protobuf';
import { RecurringInvoiceCreatedSchema } from '../../../gen/numer/invoice/v1/recurring_invoice_events_pb.ts';
import { RecurringInvoiceSchema } from '../../../gen/numer/invoice/v1/recurring_invoice_pb.ts';
import {
  CreateRecurringInvoiceResponseSchema,
  type RecurringInvoiceService,
} from '../../../gen/numer/invoice/v1/recurring_invoice_service_pb.ts';
import { localDate } from '../../../runtime/calendar.ts';
import { type Rpc, versionOf } from '../../../runtime/call/call.ts';
import { invalidField } from '../../../runtime/call/errors.ts';
import { idempotencyValues } from '../../../runtime/call/idempotency.ts';
import { increasingUuid } from '../../../runtime/uuid.ts';
import type { Deps } from '../deps.ts';
import { startProgress } from '../domain/recurrence.ts';
import { checkStart } from '../domain/schedule.ts';
import { getUser } from '../invoices/parties.ts';
import { RECURRING_PREFIX, recurringContent, startOfNextDate } from '../recurring-invoices/recurring-content.ts';
import { changesOfRecurring, recurringEvent } from '../recurring-invoices/recurring-events.ts';
import { toRecurringInvoice } from '../recurring-invoices/recurring-message.ts';
import { applyRules } from '../rule-errors.ts';
import type { RecurringRow } from '../store/recurring-schema.ts';

/** Creates a recurring invoice. */
export const createRecurringInvoice: Rpc<Deps, typeof RecurringInvoiceService.method.createRecurringInvoice> = async (
  deps,
  request,
  call,
) => {
  const given = request.recurringInvoice ?? create(RecurringInvoiceSchema);
  const [content, user] = await Promise.all([
    recurringContent(deps, call, given, undefined),
    // The time zone comes from the account: later changes of it come as events, and the zone in a token may be older
    // than those.
    getUser(deps, call),
  ]);
  const now = deps.clock.now();
  const today = localDate(now, user.timeZone);
  applyRules(RECURRING_PREFIX, () => checkStart(content, today));
  const progress = startProgress(content, content.catchUp, today);
  if (progress.state === 'ENDED') {
    throw invalidField(`${RECURRING_PREFIX}start_date`, 'must leave at least one date, since past dates are skipped');
  }
  const row: RecurringRow = {
    ...content,
    ...progress,
    id: increasingUuid(),
    ownerId: call.user.userId,
    version: 1n,
    nextTime: startOfNextDate(progress.nextDate, user.timeZone),
    occurrenceCount: 0,
    attempts: 0,
    lastFailure: null,
    timeZone: user.timeZone,
    accountVersion: versionOf(user.etag) ?? 0n,
    createTime: now,
    updateTime: now,
  };
  const response = { recurringInvoice: toRecurringInvoice(row) };
  const changes = changesOfRecurring(undefined, row);
  await deps.store.createRecurringInvoice(row, {
    events: [recurringEvent(RecurringInvoiceCreatedSchema, call, { recurring: row, changes, time: now })],
    idempotency: idempotencyValues(call, CreateRecurringInvoiceResponseSchema, response, now),
  });
  return response;
};
