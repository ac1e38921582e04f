import type { InvoiceSettingsService } from '../../../gen/numer/invoice/v1/invoice_settings_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import type { Deps } from '../deps.ts';
import { toInvoiceSettings } from '../settings/convert-settings.ts';

/** Gives the caller's settings for invoices. */
export const getInvoiceSettings: Rpc<Deps, typeof InvoiceSettingsService.method.getInvoiceSettings> = async (
  deps,
  _request,
  call,
) => ({ settings: toInvoiceSettings(await deps.settings.read(call.user.userId)) });
