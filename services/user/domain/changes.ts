import { diffFields, type FieldChange } from '../../../runtime/diff-fields.ts';

/** A resource as JSON: texts, lists of texts, and objects of texts such as an address. */
export type Fields = { readonly [name: string]: unknown };

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
export function auditedChanges(before: Fields, after: Fields): FieldChange[] {
  return diffFields(Object.fromEntries(flatten(before, '')), Object.fromEntries(flatten(after, '')))
    .filter(({ field }) => !GIVEN_FIELDS.has(field))
    .map((change) => (IMPERSONAL_FIELDS.has(change.field) ? change : { field: change.field }));
}

/** The leaves of a resource that have a value. */
function* flatten(fields: Fields, prefix: string): Generator<[path: string, value: string]> {
  for (const [name, value] of Object.entries(fields)) {
    if (Array.isArray(value)) yield* flatten({ [name]: value.join(', ') }, prefix);
    else if (typeof value === 'object' && value !== null) yield* flatten({ ...value }, `${prefix}${name}.`);
    else if (value !== undefined && value !== null && value !== '') yield [prefix + name, String(value)];
  }
}
