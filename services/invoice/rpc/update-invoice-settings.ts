import { InvoiceSettingsUpdatedSchema } from '../../../gen/numer/invoice/v1/invoice_settings_events_pb.ts';
import { InvoiceSettingsSchema } from '../../../gen/numer/invoice/v1/invoice_settings_pb.ts';
import {
  type InvoiceSettingsService,
  UpdateInvoiceSettingsResponseSchema,
} from '../../../gen/numer/invoice/v1/invoice_settings_service_pb.ts';
import { type Rpc, requireVersion } from '../../../runtime/call/call.ts';
import { keepAnswer } from '../../../runtime/call/call-parts.ts';
import { compareAndSet } from '../../../runtime/call/compare-and-set.ts';
import { idempotencyValues } from '../../../runtime/call/idempotency.ts';
import { applyUpdateMask } from '../../../runtime/call/update-mask.ts';
import { diffFields } from '../../../runtime/diff-fields.ts';
import { toOutboxRow } from '../../../runtime/events/outbox.ts';
import { requireValid } from '../../../runtime/interceptors/validate.ts';
import { eventContext } from '../cause.ts';
import type { Deps } from '../deps.ts';
import { earlyDiscountOf, roundingPolicyOf } from '../invoices/convert-amounts.ts';
import type { AccountSettings } from '../settings/account-settings.ts';
import { toInvoiceSettings } from '../settings/convert-settings.ts';

/** Changes the caller's settings for invoices. */
export const updateInvoiceSettings: Rpc<Deps, typeof InvoiceSettingsService.method.updateInvoiceSettings> = (
  deps,
  request,
  call,
) =>
  compareAndSet(async () => {
    const ownerId = call.user.userId;
    const before = await deps.settings.read(ownerId);
    requireVersion(call, before.version);
    const present = toInvoiceSettings(before);
    const wanted = applyUpdateMask(InvoiceSettingsSchema, present, request.settings, request.updateMask);
    requireValid(InvoiceSettingsSchema, wanted, 'settings.');
    const content = {
      roundingPolicy: roundingPolicyOf(wanted.roundingPolicy) ?? 'DOCUMENT',
      dueDays: wanted.dueDays ?? null,
      ...earlyDiscountOf(wanted.earlyPaymentDiscount),
    };
    const changes = diffFields(auditedOf(before), auditedOf(content));
    const now = deps.clock.now();
    if (changes.length === 0) {
      const answer = { settings: present };
      return keepAnswer(deps.idempotency, call, { schema: UpdateInvoiceSettingsResponseSchema, answer, now });
    }

    const after = { version: before.version + 1n, ...content, updateTime: now };
    const response = { settings: toInvoiceSettings(after) };
    const event = toOutboxRow(
      InvoiceSettingsUpdatedSchema,
      { userId: ownerId, changes },
      eventContext(call, after.version, now),
    );
    const isSaved = await deps.store.saveInvoiceSettings(
      { ...after, ownerId },
      { events: [event], idempotency: idempotencyValues(call, UpdateInvoiceSettingsResponseSchema, response, now) },
    );
    return isSaved ? response : undefined;
  });

function auditedOf(settings: Omit<AccountSettings, 'version' | 'updateTime'>) {
  return {
    roundingPolicy: settings.roundingPolicy,
    dueDays: settings.dueDays?.toString(),
    'earlyPaymentDiscount.percent': settings.earlyDiscountPercent,
    'earlyPaymentDiscount.days': settings.earlyDiscountDays?.toString(),
  };
}
