/** Extends a JSON pointer (RFC 6901) by a key or an index. */
export function appendPointer(pointer: string, step: string | number): string {
  return `${pointer}/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
