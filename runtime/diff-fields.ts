/** A field's value; absent, null and the empty text are all taken for "no value". */
export type AuditedValue = string | number | bigint | boolean | null | undefined;

/** What the audit trail records of a resource: fields by their name in its JSON, e.g. `dueDate`. Decimals in their shortest form. */
export type AuditedFields = Readonly<Record<string, AuditedValue>>;

/** One changed field. A value is absent when there was or is none, and always for personal data. */
export type FieldChange = {
  /** Path in the JSON of the resource: `dueDate`, `address.city`. */
  readonly field: string;
  readonly oldValue?: string;
  readonly newValue?: string;
};

/**
 * What changed between two versions of a resource, by the name of the field; `prefix` goes before each name. For a new resource
 * `before` has no fields, and for a deleted one `after`.
 */
export function diffFields(before: AuditedFields, after: AuditedFields, prefix = ''): FieldChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.flatMap((name) => {
    const oldValue = textOf(before[name]);
    const newValue = textOf(after[name]);
    if (oldValue === newValue) return [];
    return [
      {
        field: prefix + name,
        ...(oldValue === undefined ? {} : { oldValue }),
        ...(newValue === undefined ? {} : { newValue }),
      },
    ];
  });
}

function textOf(value: AuditedValue): string | undefined {
  return value === null || value === undefined || value === '' ? undefined : String(value);
}
