import { type JsonObject, type JsonValue, toJson } from '@bufbuild/protobuf';
import { type Invoice, InvoiceSchema } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import type { AuditedFields, FieldChange } from '../../../runtime/diff-fields.ts';
import { type AuditedInvoice, diffInvoices } from '../domain/changes.ts';
import { INVOICE_SERIES_DEFAULT, UNIT_CODE_DEFAULT } from '../invoices/draft-content.ts';

/** What the audit trail records of a template: what people decide, and the resulting total. */
const FIELDS = [
  'customerId',
  'currencyCode',
  'buyerReference',
  'purchaseOrderReference',
  'memo',
  'numberSeries',
  'discountPercent',
  'discountAmountMinor',
  'allowances',
  'charges',
  'pricesIncludeTax',
  'roundingPolicy',
  'prepaidMinor',
  'roundingIncrementMinor',
  'roundingAmountMinor',
  'totalMinor',
] as const satisfies readonly (keyof Invoice)[];

const LINE_FIELDS = [
  'description',
  'quantity',
  'unitPrice',
  'baseQuantity',
  'unitCode',
  'taxPercent',
  'taxes',
  'discountPercent',
  'discountAmountMinor',
  'allowances',
  'charges',
] as const satisfies readonly (keyof Invoice['lines'][number])[];

/** Default values, which nobody has to decide and which are not recorded. */
const DEFAULTS: Readonly<Record<string, string>> = {
  numberSeries: INVOICE_SERIES_DEFAULT,
  discountPercent: '0',
  roundingPolicy: 'DOCUMENT',
  baseQuantity: '1',
  unitCode: UNIT_CODE_DEFAULT,
  taxPercent: '0',
};

/** Fields within lists that are calculated, so nobody decides them. */
const CALCULATED: readonly string[] = ['calculatedMinor', 'netMinor'];

/**
 * What changed from one template to the next, under the path of the field `invoice`; undefined when there was or is none.
 * The templates are only compared, not checked, so that one that no longer fits the rules can be corrected.
 */
export function changesOfTemplate(before: Invoice | undefined, after: Invoice | undefined): FieldChange[] {
  if (before === after) return [];
  const changes = diffInvoices(auditedOf(before), auditedOf(after));
  return changes.map((change) => ({ ...change, field: `invoice.${change.field}` }));
}

function auditedOf(template: Invoice | undefined): AuditedInvoice {
  if (template === undefined) return { fields: {}, lines: [] };
  const json = toJson(InvoiceSchema, template) as JsonObject; // a message that is no well-known type is an object in JSON
  const lines = (json.lines ?? []) as JsonObject[]; // as the schema has it
  return {
    fields: { ...fieldsOf(json, FIELDS), ...discountOf(template), ...labelsOf(template) },
    lines: lines.map((line) => ({ id: String(line.id), fields: fieldsOf(line, LINE_FIELDS) })),
  };
}

/** Named and written like that of invoices. */
function discountOf({ earlyPaymentDiscount }: Invoice): AuditedFields {
  return {
    'earlyPaymentDiscount.percent': earlyPaymentDiscount?.percent,
    'earlyPaymentDiscount.days': earlyPaymentDiscount?.days.toString(),
  };
}

/** Named and written like those of invoices. */
function labelsOf({ tags, metadata }: Invoice): AuditedFields {
  const facts = Object.entries(metadata).map(([key, value]) => [`metadata.${key}`, value]);
  return { tags: tags.join(', '), ...Object.fromEntries(facts) };
}

function fieldsOf(json: JsonObject, names: readonly string[]): AuditedFields {
  return Object.fromEntries(
    names.flatMap((name) => {
      const text = textOf(json[name]);
      return text === undefined || text === DEFAULTS[name] ? [] : [[name, text]];
    }),
  );
}

function textOf(value: JsonValue | undefined): string | undefined {
  if (typeof value !== 'object') return value === undefined ? undefined : String(value);
  return JSON.stringify(value, (name, item: unknown) => (CALCULATED.includes(name) ? undefined : item));
}
