/** A value that JSON can hold. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json | undefined };

/**
 * The canonical JSON text of a value, from which hashes are computed: keys in alphabetical order, `, ` between items
 * and `: ` after keys, no other white space, and only those characters escaped that JSON requires. It equals what
 * Postgres prints for the `jsonb` of changes, and `json.dumps(value, sort_keys=True, ensure_ascii=False)` in Python.
 * Undefined fields are left out.
 */
export function canonicalJson(value: Json): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (isList(value)) return `[${value.map(canonicalJson).join(', ')}]`;
  const fields = Object.keys(value)
    .sort()
    .flatMap((name) => {
      const field = value[name];
      return field === undefined ? [] : [`${JSON.stringify(name)}: ${canonicalJson(field)}`];
    });
  return `{${fields.join(', ')}}`;
}

function isList(value: object): value is readonly Json[] {
  return Array.isArray(value);
}
