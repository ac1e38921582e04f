/** Key-value pairs as the cell of a table, which {@link metadataOf} reads; empty where there are none. */
export function metadataCell(metadata: Readonly<Record<string, string>>): string {
  return Object.keys(metadata).length === 0 ? '' : JSON.stringify(metadata);
}

/** The key-value pairs in a cell; undefined when it is not a JSON object of strings. */
export function metadataOf(cell: string): Record<string, string> | undefined {
  if (cell === '') return {};
  try {
    const value: unknown = JSON.parse(cell);
    const isPairs =
      typeof value === 'object' &&
      value !== null &&
      !Array.isArray(value) &&
      Object.values(value).every((each) => typeof each === 'string');
    return isPairs ? (value as Record<string, string>) : undefined; // as was just checked
  } catch {
    return undefined;
  }
}
