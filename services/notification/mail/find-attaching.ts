import type { EventEnvelope } from '../../../runtime/events/event.ts';
import type { Deps } from '../deps.ts';

/** The ids of those events whose owners want documents to go with their mails. */
export async function findAttaching(
  { store }: Deps,
  batch: readonly Pick<EventEnvelope, 'id' | 'ownerId'>[],
): Promise<ReadonlySet<string>> {
  const owners = await store.findAttachingOwners(batch.flatMap(({ ownerId }) => ownerId ?? []));
  return new Set(batch.flatMap(({ id, ownerId }) => (ownerId !== undefined && owners.has(ownerId) ? [id] : [])));
}
