import { MailSettingsSchema } from '../../../gen/numer/notification/v1/mail_settings_pb.ts';
import {
  type MailSettingsService,
  UpdateMailSettingsResponseSchema,
} from '../../../gen/numer/notification/v1/mail_settings_service_pb.ts';
import { type Rpc, requireVersion } from '../../../runtime/call/call.ts';
import { keepAnswer } from '../../../runtime/call/call-parts.ts';
import { compareAndSet } from '../../../runtime/call/compare-and-set.ts';
import { idempotencyValues } from '../../../runtime/call/idempotency.ts';
import { requireSession } from '../../../runtime/call/require-session.ts';
import { applyUpdateMask } from '../../../runtime/call/update-mask.ts';
import { requireValid } from '../../../runtime/interceptors/validate.ts';
import { ACCOUNT_NOTICES_DEFAULT, toMailSettings } from '../convert.ts';
import type { Deps } from '../deps.ts';
import { mailSettingsUpdated } from '../events.ts';

/** Changes the caller's mail settings. Throws ETAG_MISMATCH, and PERMISSION_DENIED for an API key that changes who gets blind copies. */
export const updateMailSettings: Rpc<Deps, typeof MailSettingsService.method.updateMailSettings> = (
  deps,
  request,
  call,
) =>
  compareAndSet(async () => {
    const ownerId = call.user.userId;
    const before = await deps.store.getMailSettings(ownerId);
    const version = before?.version ?? 0n;
    requireVersion(call, version);
    const present = toMailSettings(before);
    const asked = applyUpdateMask(MailSettingsSchema, present, request.settings, request.updateMask);
    requireValid(MailSettingsSchema, asked, 'settings.');
    const { attachPdf, bccEmail, accountNotices = ACCOUNT_NOTICES_DEFAULT } = asked; // without a value when it is cleared
    if (bccEmail !== present.bccEmail) requireSession(call, 'change who gets blind copies');
    const now = deps.clock.now();
    const isSame =
      attachPdf === present.attachPdf && bccEmail === present.bccEmail && accountNotices === present.accountNotices;
    if (isSame) {
      const answer = { settings: present };
      return keepAnswer(deps.idempotency, call, { schema: UpdateMailSettingsResponseSchema, answer, now });
    }

    const after = { ownerId, version: version + 1n, attachPdf, bccEmail, accountNotices, updateTime: now };
    const response = { settings: toMailSettings(after) };
    const isSaved = await deps.store.saveMailSettings(after, {
      events: [mailSettingsUpdated(call, present, after)],
      idempotency: idempotencyValues(call, UpdateMailSettingsResponseSchema, response, now),
    });
    return isSaved ? response : undefined;
  });
