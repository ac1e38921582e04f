/** A resource as JSON: texts, lists of texts, and objects of texts such as an address. */
export type Fields = { readonly [name: string]: unknown };

/** One changed field. A value is absent when there was or is none, and always for personal data. */
export interface FieldChange {
  /** Path in the JSON of the resource, e.g. `address.city`. */
  readonly field: string;
  readonly oldValue?: string;
  readonly newValue?: string;
}

/**
 * The only fields whose values are recorded. All others are personal data (names, addresses, numbers, notes) and only
 * named, since events and the activities made from them outlive the account.
 */
const IMPERSONAL_FIELDS: ReadonlySet<string> = new Set(['locale', 'timeZone', 'defaultCurrencyCode', 'readOnly']);

/** Fields that nobody decides: the system sets them, and they say nothing that the event does not. */
const GIVEN_FIELDS: ReadonlySet<string> = new Set(['id', 'prefix', 'createTime', 'updateTime', 'etag']);

/**
 * What changed between two states of a user, customer or API key, by the name of the field. For a new resource `before`
 * has no fields, and for a deleted one `after`.
 */
export function diffFields(before: Fields, after: Fields): FieldChange[] {
  const oldValues = new Map(flatten(before, ''));
  const newValues = new Map(flatten(after, ''));
  const paths = [...new Set([...oldValues.keys(), ...newValues.keys()])].sort();
  return paths
    .filter((path) => oldValues.get(path) !== newValues.get(path) && !GIVEN_FIELDS.has(path))
    .map((field) => {
      if (!IMPERSONAL_FIELDS.has(field)) return { field };
      const oldValue = oldValues.get(field);
      const newValue = newValues.get(field);
      return {
        field,
        ...(oldValue === undefined ? {} : { oldValue }),
        ...(newValue === undefined ? {} : { newValue }),
      };
    });
}

/** The leaves of a resource that have a value. */
function* flatten(fields: Fields, prefix: string): Generator<[path: string, value: string]> {
  for (const [name, value] of Object.entries(fields)) {
    if (Array.isArray(value)) yield* flatten({ [name]: value.join(', ') }, prefix);
    else if (typeof value === 'object' && value !== null) yield* flatten({ ...value }, `${prefix}${name}.`);
    else if (value !== undefined && value !== null && value !== '') yield [prefix + name, String(value)];
  }
}
