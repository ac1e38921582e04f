/** The event with the highest version of each subject in a batch, by subject. */
export function newestBySubject<Event extends { readonly subject: string; readonly version: bigint }>(
  batch: readonly Event[],
): ReadonlyMap<string, Event> {
  const newest = new Map<string, Event>();
  for (const event of batch) {
    const other = newest.get(event.subject);
    if (other === undefined || event.version > other.version) newest.set(event.subject, event);
  }
  return newest;
}
