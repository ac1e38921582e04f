import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { Invoice_RoundingPolicy } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { type InvoiceSettings, InvoiceSettingsSchema } from '../../../gen/numer/invoice/v1/invoice_settings_pb.ts';
import { etagOf } from '../../../runtime/call/call.ts';
import type { AccountSettings } from './account-settings.ts';

/** The settings as their owner sees them. */
export function toInvoiceSettings(settings: AccountSettings): InvoiceSettings {
  const {
    version,
    roundingPolicy,
    dueDays,
    earlyDiscountPercent: percent,
    earlyDiscountDays: days,
    updateTime,
  } = settings;
  return create(InvoiceSettingsSchema, {
    roundingPolicy: Invoice_RoundingPolicy[roundingPolicy],
    ...(dueDays === null ? {} : { dueDays }),
    ...(percent === null || days === null ? {} : { earlyPaymentDiscount: { percent, days } }),
    ...(updateTime === undefined ? {} : { updateTime: timestampFromDate(updateTime) }),
    etag: etagOf(version),
  });
}
