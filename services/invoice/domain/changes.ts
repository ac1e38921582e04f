/** A field's value; absent, null and the empty text are all taken for "no value". */
export type AuditedValue = string | bigint | null | undefined;

/** Fields by their name in the JSON of the resource, e.g. `dueDate`. Decimals in their shortest form. */
export type AuditedFields = Readonly<Record<string, AuditedValue>>;

/** What the audit trail records of an invoice: its own fields, and its lines, which keep their ids when edited. */
export type AuditedInvoice = {
  readonly fields: AuditedFields;
  readonly lines: readonly { readonly id: string; readonly fields: AuditedFields }[];
};

/** One changed field. A value is absent when there was or is none. */
export type FieldChange = {
  /** Path in the JSON of the invoice, in which a line is named by its id: `dueDate`, `lines.<line id>.quantity`. */
  readonly field: string;
  readonly oldValue?: string;
  readonly newValue?: string;
};

/**
 * What changed between two versions of an invoice: first its own fields by name, then line by line. An added or removed
 * line is a change of each field it has. When lines that stay change places, `lines` gives the order of their ids
 * before and after, separated by commas. For an invoice that was just created, `before` has no fields and lines.
 */
export function diffInvoices(before: AuditedInvoice, after: AuditedInvoice): FieldChange[] {
  const linesBefore = new Map(before.lines.map((line) => [line.id, line.fields]));
  const linesAfter = new Map(after.lines.map((line) => [line.id, line.fields]));
  const changes = diffFields(before.fields, after.fields);
  const oldOrder = before.lines.map(({ id }) => id).filter((id) => linesAfter.has(id));
  const newOrder = after.lines.map(({ id }) => id).filter((id) => linesBefore.has(id));
  changes.push(...diffFields({ lines: oldOrder.join(',') }, { lines: newOrder.join(',') }));
  for (const id of new Set([...linesBefore.keys(), ...linesAfter.keys()])) {
    changes.push(...diffFields(linesBefore.get(id) ?? {}, linesAfter.get(id) ?? {}, `lines.${id}.`));
  }
  return changes;
}

/** What changed between two versions of a resource, by the name of the field; `prefix` goes before each name. */
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
  return value === null || value === undefined || value === '' ? undefined : value.toString();
}
