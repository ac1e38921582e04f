import type { EventEnvelope } from '../../../runtime/events/event.ts';
import type { Deps } from '../deps.ts';
import type { MailSettingsRow } from '../store/mail-settings.ts';

/** What the owner of an event wants of mails. */
type SettingsOf = (event: Pick<EventEnvelope, 'ownerId'>) => Pick<MailSettingsRow, 'attachPdf' | 'bccEmail'>;

const DEFAULTS = { attachPdf: false, bccEmail: '' };

/** Reads what the owners of some events want of their mails. */
export async function findMailSettings(
  { store }: Deps,
  batch: readonly Pick<EventEnvelope, 'ownerId'>[],
): Promise<SettingsOf> {
  const rows = await store.findMailSettings(batch.flatMap(({ ownerId }) => ownerId ?? []));
  return ({ ownerId }) => (ownerId === undefined ? undefined : rows.get(ownerId)) ?? DEFAULTS;
}
