import type { Sql } from 'postgres';

/** A row with its columns in camelCase, as in responses. */
export type Row = Readonly<Record<string, unknown>>;

/** A new event, as the outbox takes it. */
export interface FloorEvent {
  readonly id: string;
  readonly topic: string;
  readonly type: string;
  readonly subject: string;
  readonly version: string;
  readonly ownerId: string;
  readonly requestId: string;
  readonly payload: unknown;
}

/** A new invoice. */
export interface FloorInvoice {
  readonly id: string;
  readonly ownerId: string;
  readonly customerId: string;
  readonly currencyCode: string;
  readonly dueDate: string;
  readonly memo: string;
  readonly subtotalMinor: number;
  readonly taxMinor: number;
  readonly totalMinor: number;
  readonly taxes: readonly unknown[];
  readonly lines: readonly unknown[];
  readonly now: string;
}

/** The SQL of the invoice service, written out: it reads and writes the same rows in as many statements. */
export function createStatements(sql: Sql) {
  // Written out, because a statement that is planned on each call would read a function again each time.
  const lines = sql`case when invoices.frozen_lines is null then to_json(array(
    select json_build_array(line.id, line.description, line.quantity::text, line.unit_price::text,
      coalesce(line.tax_percent::text, ''), line.discount_percent::text, line.gross_minor::text, line.discount_minor::text,
      line.net_minor::text, line.base_quantity::text, line.unit_code, line.discount_amount_minor::text, line.allowances,
      line.charges, line.taxes, line.allowance_minor::text, line.charge_minor::text, line.included_tax_minor::text)
    from invoice_lines as line where line.invoice_id = invoices.id order by line.position))::text end as lines`;
  const writtenLines = (rows: readonly unknown[]) => sql`
    insert into invoice_lines (invoice_id, position, id, description, quantity, unit_price, tax_percent, discount_percent,
      gross_minor, discount_minor, net_minor)
    select created.id, line.position, line.id, line.description, line.quantity, line."unitPrice",
      line."taxPercent", 0, line."netMinor", 0, line."netMinor"
    from created, jsonb_to_recordset(${sql.json(rows as never)}::jsonb) as line (position integer, id uuid,
      description text, quantity numeric, "unitPrice" numeric, "taxPercent" numeric, "netMinor" bigint)`;
  const events = (event: FloorEvent, now: string, changed: 'created' | 'saved' | 'opened' | 'changed') => sql`
    insert into outbox (id, topic, type, source, subject, version, owner_id, actor, request_id, create_time, payload)
    select ${event.id}::uuid, ${event.topic}, ${event.type}, 'invoice', ${event.subject}, ${event.version}::bigint,
      ${event.ownerId}::uuid, ${`user:${event.ownerId}`}, ${event.requestId}, ${now}::timestamptz,
      ${sql.json(event.payload as never)}::jsonb
    where exists (select 1 from ${sql(changed)})
    returning id`;

  return {
    async get(ownerId: string, id: string): Promise<Row | undefined> {
      const [row] = await sql<Row[]>`
        select *, ${lines} from invoices where id = ${id}::uuid and owner_id = ${ownerId}::uuid`;
      return row && withNamedLines(row);
    },

    async list(ownerId: string, limit: number): Promise<Row[]> {
      const rows = await sql<Row[]>`
        select invoices.*, ${lines} from (
          select * from invoices where owner_id = ${ownerId}::uuid order by create_time desc, id desc limit ${limit}
        ) as invoices order by create_time desc, id desc`;
      return rows.map(withNamedLines);
    },

    async create(invoice: FloorInvoice, event: FloorEvent): Promise<void> {
      await sql`
        with created as (
          insert into invoices (id, owner_id, version, state, customer_id, currency_code, due_date, memo,
            discount_percent, subtotal_minor, discount_minor, tax_minor, total_minor, paid_minor, taxes, time_zone,
            create_time, update_time)
          values (${invoice.id}, ${invoice.ownerId}, 1, 'DRAFT', ${invoice.customerId}, ${invoice.currencyCode},
            ${invoice.dueDate}, ${invoice.memo}, 0, ${invoice.subtotalMinor}, 0, ${invoice.taxMinor},
            ${invoice.totalMinor}, 0, ${sql.json(invoice.taxes as never)}, 'UTC', ${invoice.now}, ${invoice.now})
          returning id
        ), written_lines as (${writtenLines(invoice.lines)}),
        events as (${events(event, invoice.now, 'created')})
        select id from created`;
    },

    /** False when the invoice had another version. */
    async update(row: Row, memo: string, now: string, event: FloorEvent): Promise<boolean> {
      const saved = await sql`
        with saved as (
          update invoices set version = version + 1, memo = ${memo}, due_date = ${String(row.dueDate)},
            total_minor = ${String(row.totalMinor)}, taxes = ${sql.json(row.taxes as never)}, update_time = ${now}
          where id = ${event.subject}::uuid and owner_id = ${event.ownerId}::uuid and version + 1 = ${event.version}
            and state = 'DRAFT'
          returning id
        ), events as (${events(event, now, 'saved')})
        select id from saved`;
      return saved.length > 0;
    },

    /** The number that the invoice got; undefined when it had another version. */
    async open(parties: FloorParties, now: string, event: FloorEvent): Promise<string | undefined> {
      const [opened] = await sql<{ number: string }[]>`
        with locked as (
          select id, owner_id from invoices where id = ${event.subject}::uuid and owner_id = ${event.ownerId}::uuid
            and version + 1 = ${event.version} and state = 'DRAFT' for update
        ), counter as (
          insert into number_counters (owner_id, series, last_sequence) select owner_id, 'invoice', 1 from locked
          on conflict (owner_id, series) do update set last_sequence = number_counters.last_sequence + 1
          returning last_sequence
        ), opened as (
          update invoices set version = version + 1, state = 'OPEN',
            number = 'INV-' || lpad(counter.last_sequence::text, 5, '0'), issue_date = current_date,
            seller = ${sql.json(parties.seller as never)}, customer = ${sql.json(parties.customer as never)},
            update_time = ${now}, open_time = ${now},
            send_time = ${now}
          from counter where id = (select id from locked)
          returning number
        ), events as (${events(event, now, 'opened')})
        select number from opened`;
      return opened?.number;
    },

    /** False when the invoice had another version. */
    async pay(
      row: Row,
      payment: { id: string; amountMinor: string },
      now: string,
      event: FloorEvent,
    ): Promise<boolean> {
      const changed = await sql`
        with changed as (
          update invoices set version = version + 1, paid_minor = paid_minor + ${payment.amountMinor}::bigint,
            update_time = ${now}
          where id = ${event.subject}::uuid and owner_id = ${event.ownerId}::uuid and version + 1 = ${event.version}
          returning id, owner_id
        ), payment as (
          insert into payments (id, invoice_id, owner_id, amount_minor, payment_date, method, reference, create_time,
            invoice_state, invoice_due_minor)
          select ${payment.id}::uuid, id, owner_id, ${payment.amountMinor}::bigint, current_date, '', '', ${now},
            'OPEN', ${String(row.totalMinor)}::bigint
          from changed
        ), events as (${events(event, now, 'changed')})
        select id from changed`;
      return changed.length > 0;
    },
  };
}

const LINE_FIELDS = [
  ...['id', 'description', 'quantity', 'unitPrice', 'taxPercent', 'discountPercent', 'grossMinor', 'discountMinor'],
  ...[
    'netMinor',
    'baseQuantity',
    'unitCode',
    'discountAmountMinor',
    'allowances',
    'charges',
    'taxes',
    'allowanceMinor',
  ],
  ...['chargeMinor', 'includedTaxMinor'],
];

/** Lines are values without names: from a column of their own, or gathered when that column is null. */
function withNamedLines({ frozenLines, ...row }: Row): Row {
  const lines = JSON.parse(String(frozenLines ?? row.lines)) as unknown[][];
  return {
    ...row,
    lines: lines.map((values) => {
      const line: Record<string, unknown> = {};
      for (let index = 0; index < LINE_FIELDS.length; index++) line[LINE_FIELDS[index] ?? ''] = values[index];
      return line;
    }),
  };
}

/** The SQL of the stats service: the totals of an account by currency and state. */
export function readStats(sql: Sql, ownerId: string, today: string): Promise<Row[]> {
  return sql<Row[]>`
    with groups as (
      select currency_code, case when state = 'OPEN' and due_date < ${today}::date then 'OVERDUE' else state end as kind,
        sum(count)::text as count, sum(total_minor)::text as total_minor, sum(due_minor)::text as due_minor
      from invoice_totals where owner_id = ${ownerId}::uuid
      group by 1, 2
      union all
      select currency_code, 'PAYMENT', count::text, amount_minor::text, '0' from payment_totals
      where owner_id = ${ownerId}::uuid and payment_month = date_trunc('month', ${today}::date::timestamp)::date
    )
    select update_time, groups.* from accounts left join groups on true where owner_id = ${ownerId}::uuid
    order by currency_code`;
}

/** The parties of an invoice, as JSON. */
interface FloorParties {
  readonly seller: unknown;
  readonly customer: unknown;
}

/** The SQL of the user service for an invoice that is sent: the user and the customer. */
export async function findParties(sql: Sql, ownerId: string, customerId: string): Promise<FloorParties | undefined> {
  const [parties] = await sql<FloorParties[]>`
    select to_json(seller) as seller, to_json(customers) as customer from (
      select id, email, name, company_name, address, tax_id, locale, time_zone, default_currency_code, create_time,
        update_time, version
      from users where id = ${ownerId}::uuid
    ) as seller left join customers on customers.id = ${customerId}::uuid and customers.owner_id = seller.id`;
  return parties;
}
