import { INBOX_RETENTION_DAYS } from './inbox.ts';

/**
 * How long a service remembers that an aggregate was deleted, so that an older event of it does not bring it back: as long as the inbox
 * keeps its marks.
 */
export const DELETION_REMEMBERED_MS = INBOX_RETENTION_DAYS * 86_400_000;

/** Whether an event comes so late that its aggregate may have been deleted and forgotten since `time`, when it happened. */
export function isLateEvent({ time }: { readonly time: Date }, now: Date): boolean {
  return now.getTime() - time.getTime() > DELETION_REMEMBERED_MS;
}
