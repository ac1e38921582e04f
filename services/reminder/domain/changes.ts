/** One changed field. The old or new value is absent when there was or is none. */
export interface FieldChange {
  /** Its name in the JSON of the resource, e.g. `remindTime`. */
  readonly field: string;
  readonly oldValue?: string;
  readonly newValue?: string;
}

/**
 * What changed between two states of a resource. Undefined means no value. Pass `{}` as `before` for a new resource.
 */
export function diffFields(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): FieldChange[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].sort().flatMap((field) => {
    const [oldValue, newValue] = [textOf(before[field]), textOf(after[field])];
    if (oldValue === newValue) return [];
    return [
      {
        field,
        ...(oldValue === undefined ? {} : { oldValue }),
        ...(newValue === undefined ? {} : { newValue }),
      },
    ];
  });
}

function textOf(value: unknown): string | undefined {
  return value === undefined ? undefined : String(value);
}
