import { eq, sql } from 'drizzle-orm';
import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { appendEvents } from '../../../runtime/events/outbox.ts';
import { storeIdempotencyRecord } from '../../../runtime/idempotency.ts';
import type { NumberFormat } from '../domain/number.ts';
import type { InvoiceRow } from './invoice-row.ts';
import { invoices, numberCounters } from './schema.ts';
import type { WriteEffects } from './write-effects.ts';

/** Which number the opened invoice gets. */
export interface NumberSeries {
  /** Name of the counter, one for each owner and series. */
  readonly series: string;
  readonly format: NumberFormat;
}

/** Where the number goes in the JSON of the event: the first change is that of the number. */
const NUMBER_CHANGE_PATH = '{changes,0,newValue}';
const NUMBER_PATH = '{invoice,number}';

/**
 * Prepares the statement that opens a draft and gives it the next number, which it returns. It expects the version
 * before `opened.version`; gives undefined, and has taken no number, when that is not the present one or the invoice
 * is no draft any more.
 *
 * The parts run one after the other because each reads from the one before: `locked` holds on to the row in the right
 * version, only then is the counter raised, and `opened` changes exactly the row that is locked. Whatever undoes the
 * statement undoes the number with it. Statements of one owner wait for each other at the counter.
 */
export function prepareOpenInvoice(
  db: Database,
): (opened: InvoiceRow, series: NumberSeries, effects: WriteEffects) => Promise<string | undefined> {
  const parameters = columnParameters(invoices);
  const locked = db.$with('locked', { id: sql<string>`id`.as('id') }).as(sql`
    select id, owner_id from ${invoices}
    where id = ${parameters.id} and owner_id = ${parameters.ownerId} and version + 1 = ${parameters.version} and state = 'DRAFT'
    for update
  `);
  const counter = db.$with('counter', { sequence: sql<bigint>`last_sequence`.as('last_sequence') }).as(sql`
    insert into ${numberCounters} (owner_id, series, last_sequence)
    select owner_id, ${sql.placeholder('series')}, 1 from ${locked}
    on conflict (owner_id, series) do update set last_sequence = number_counters.last_sequence + 1
    returning last_sequence
  `);
  const digits = sql`counter.last_sequence::text`;
  const padded = sql`lpad(${digits}, greatest(length(${digits}), ${sql.placeholder('digits')}::integer), '0')`;
  const opened = db.$with('opened').as(
    db
      .update(invoices)
      .set({
        version: parameters.version,
        state: parameters.state,
        number: sql`${sql.placeholder('prefix')}::text || ${padded} || ${sql.placeholder('suffix')}::text`,
        issueDate: parameters.issueDate,
        seller: parameters.seller,
        customer: parameters.customer,
        timeZone: parameters.timeZone,
        updateTime: parameters.updateTime,
        sendTime: parameters.sendTime,
        payTime: parameters.payTime,
      })
      .from(counter)
      .where(eq(invoices.id, sql`(select id from ${locked})`))
      .returning({ number: sql<string>`${invoices.number}`.as('number') }),
  );
  const number = sql`to_jsonb((select number from ${opened}))`;
  const events = appendEvents(db, {
    changed: opened,
    payload: ({ payload }) =>
      sql`jsonb_set(jsonb_set(${payload}, ${NUMBER_PATH}, ${number}), ${NUMBER_CHANGE_PATH}, ${number})`,
  });
  const record = storeIdempotencyRecord(db, {
    changed: opened,
    response: (response) => sql`jsonb_set(${response}, ${NUMBER_PATH}, ${number})`,
  });
  const statement = db
    .with(locked, counter, opened, events, record)
    .select({ number: opened.number })
    .from(opened)
    .prepare('open_invoice');
  return async ({ lines: _lines, ...invoice }, { series, format }, { events: outboxRows, idempotency }) => {
    const rows = await statement.execute({ ...invoice, series, ...format, events: outboxRows, ...idempotency });
    return rows[0]?.number;
  };
}
