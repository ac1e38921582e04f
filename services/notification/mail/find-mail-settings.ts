import type { EventEnvelope } from '../../../runtime/events/event.ts';
import type { Deps } from '../deps.ts';
import type { MailSettingsRow } from '../store/mail-settings.ts';

/** Gives the mail settings of the owner of an event. */
type SettingsOf = (event: Pick<EventEnvelope, 'ownerId'>) => Pick<MailSettingsRow, 'attachPdf' | 'bccEmail'>;

const DEFAULTS = { attachPdf: false, bccEmail: '' };

/** Reads the mail settings of the owners of some events. */
export async function findMailSettings(
  { store }: Deps,
  batch: readonly Pick<EventEnvelope, 'ownerId'>[],
): Promise<SettingsOf> {
  const rows = await store.findMailSettings(batch.flatMap(({ ownerId }) => ownerId ?? []));
  return ({ ownerId }) => (ownerId === undefined ? undefined : rows.get(ownerId)) ?? DEFAULTS;
}
