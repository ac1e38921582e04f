import { type AuditedFields, diffFields, type FieldChange } from '../../../runtime/diff-fields.ts';

/** What the audit trail records of an invoice: its own fields, and its lines, which keep their ids when edited. */
export type AuditedInvoice = {
  readonly fields: AuditedFields;
  readonly lines: readonly { readonly id: string; readonly fields: AuditedFields }[];
};

/**
 * What changed between two versions of an invoice: first its own fields by name, then line by line, with the id of the
 * line: `lines.<line id>.quantity`. An added or removed line is a change of each field it has. When lines that stay
 * change places, `lines` gives the order of their ids before and after, separated by commas. For an invoice that was
 * just created, `before` has no fields and lines.
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
