import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { Invoice_RoundingPolicy } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { type InvoiceSettings, InvoiceSettingsSchema } from '../../../gen/numer/invoice/v1/invoice_settings_pb.ts';
import { etagOf } from '../../../runtime/call/call.ts';
import type { AccountSettings } from './account-settings.ts';

/** The settings as their owner sees them. */
export function toInvoiceSettings({ version, roundingPolicy, dueDays, updateTime }: AccountSettings): InvoiceSettings {
  return create(InvoiceSettingsSchema, {
    roundingPolicy: Invoice_RoundingPolicy[roundingPolicy],
    ...(dueDays === null ? {} : { dueDays }),
    ...(updateTime === undefined ? {} : { updateTime: timestampFromDate(updateTime) }),
    etag: etagOf(version),
  });
}
