import type { MailSettingsService } from '../../../gen/numer/notification/v1/mail_settings_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { toMailSettings } from '../convert.ts';
import type { Deps } from '../deps.ts';

/** Gives the caller's mail settings. */
export const getMailSettings: Rpc<Deps, typeof MailSettingsService.method.getMailSettings> = async (
  deps,
  _request,
  call,
) => ({ settings: toMailSettings(await deps.store.getMailSettings(call.user.userId)) });
