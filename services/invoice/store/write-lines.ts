import { type SQL, sql, type WithSubquery } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { jsonParameter } from '../../../runtime/events/json-parameter.ts';
import type { LineRow } from './invoice-row.ts';
import { invoiceLines } from './schema.ts';

/** The value of the placeholder `lines` of {@link writeLines}. */
export function linesParameter(lines: readonly LineRow[]) {
  return lines.map((line, position) => ({ position, ...line }));
}

/**
 * The parts of a write statement that replace the lines of the invoice in `changed` with those of the placeholder
 * `lines`. The two touch different rows, so it does not matter which of them Postgres runs first.
 */
export function writeLines(db: Database, changed: WithSubquery): readonly [WithSubquery, WithSubquery] {
  const list = sql`${jsonParameter('lines')}::jsonb`;
  const given = sql`jsonb_to_recordset(${list}) as line (position integer, id uuid,
    description text, quantity numeric, "unitPrice" numeric, "taxPercent" text, "discountPercent" numeric,
    "grossMinor" bigint, "discountMinor" bigint, "netMinor" bigint, "baseQuantity" numeric, "unitCode" text,
    "discountAmountMinor" bigint, allowances jsonb, charges jsonb, taxes jsonb, "allowanceMinor" bigint,
    "chargeMinor" bigint, "includedTaxMinor" bigint)`;
  const written = db.$with('written_lines', {}).as(sql`
    insert into ${invoiceLines} (invoice_id, position, id, description, quantity, unit_price, tax_percent,
      discount_percent, gross_minor, discount_minor, net_minor, base_quantity, unit_code, discount_amount_minor,
      allowances, charges, taxes, allowance_minor, charge_minor, included_tax_minor)
    select changed.id, line.position, line.id, line.description, line.quantity, line."unitPrice",
      nullif(line."taxPercent", '')::numeric, line."discountPercent", line."grossMinor", line."discountMinor",
      line."netMinor", line."baseQuantity", line."unitCode", line."discountAmountMinor", line.allowances, line.charges,
      line.taxes, line."allowanceMinor", line."chargeMinor", line."includedTaxMinor"
    from ${changed} as changed, ${given}
    on conflict (invoice_id, position) do update set ${overwrite}
  `);
  const removed = db.$with('removed_lines', {}).as(sql`
    delete from ${invoiceLines} as line using ${changed} as changed
    where line.invoice_id = changed.id and line.position >= jsonb_array_length(${list})
  `);
  return [written, removed];
}

const overwrite: SQL = sql.raw(
  [
    'id',
    'description',
    'quantity',
    'unit_price',
    'tax_percent',
    'discount_percent',
    'gross_minor',
    'discount_minor',
    'net_minor',
    'base_quantity',
    'unit_code',
    'discount_amount_minor',
    'allowances',
    'charges',
    'taxes',
    'allowance_minor',
    'charge_minor',
    'included_tax_minor',
  ]
    .map((column) => `${column} = excluded.${column}`)
    .join(', '),
);
