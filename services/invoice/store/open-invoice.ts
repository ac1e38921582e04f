import { eq, sql } from 'drizzle-orm';
import { storeIdempotencyRecord } from '../../../runtime/call/idempotency.ts';
import type { WriteEffects } from '../../../runtime/call/prepare-write.ts';
import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { appendEvents } from '../../../runtime/events/outbox.ts';
import type { InvoiceRow } from './invoice-row.ts';
import { invoices } from './schema.ts';
import { takeNumber } from './take-number.ts';

/** What opening an invoice needs to know besides the invoice. */
export interface Opening extends WriteEffects {
  /** The number that another system gave it; null when it gets the next one of its series. */
  readonly number: string | null;
  /** The owner's local day, `YYYY-MM-DD`, which decides the number and its period. */
  readonly day: string;
  /** The invoice that this one replaces, as it is once it is void; undefined when this one is no revision. */
  readonly replaced: InvoiceRow | undefined;
}

/** The unique constraint that is broken by a number that another invoice of the owner has. */
export const NUMBER_CONSTRAINT = 'invoices_number_key';

/**
 * The constraint that is broken by the number of an invoice issued elsewhere that a series of the owner is yet to give.
 */
export const RESERVED_CONSTRAINT = 'invoices_number_is_not_reserved';

/** Where the number goes in the JSON of the event: the first change is that of the number. */
const NUMBER_CHANGE_PATH = '{changes,0,newValue}';
const NUMBER_PATH = '{invoice,number}';
/** The same in the event of the replaced invoice. */
const REVISION_NUMBER_PATH = '{revisedByInvoiceNumber}';

/**
 * Prepares the statement that opens a draft and gives it its number, which it returns. It expects the version before
 * `opened.version`, and likewise for a replaced invoice; gives undefined, and has taken no number, when one of them is
 * not the present one or the invoice is no longer a draft.
 *
 * The parts run one after the other because each reads from the one before: `locked` locks the rows in the right
 * version, only then is the counter raised, and `opened` changes exactly the locked row. Whatever undoes the statement
 * also undoes taking the number. Statements of one series wait for each other at the counter.
 */
export function prepareOpenInvoice(
  db: Database,
): (opened: InvoiceRow, opening: Opening) => Promise<string | undefined> {
  const parameters = columnParameters(invoices);
  const replacedId = sql`${sql.placeholder('replacedId')}::uuid`;
  const replaceable = db.$with('replaceable', { id: sql<string>`id`.as('id') }).as(sql`
    select id from ${invoices}
    where id = ${replacedId} and owner_id = ${parameters.ownerId} and version + 1 = ${sql.placeholder('replacedVersion')}::bigint
    for update
  `);
  const locked = db.$with('locked', { id: sql<string>`id`.as('id') }).as(sql`
    select id, owner_id, number_series as series from ${invoices}
    where id = ${parameters.id} and owner_id = ${parameters.ownerId} and version + 1 = ${parameters.version} and state = 'DRAFT'
      and (${replacedId} is null or exists (select 1 from ${replaceable}))
    for update
  `);
  const given = sql`${parameters.number}::text`;
  const unnumbered = db.$with('unnumbered', {}).as(sql`select * from ${locked} where ${given} is null`);
  const [settings, counter, numbered] = takeNumber(db, unnumbered, 'invoice');
  const named = db.$with('named', { number: sql<string>`number`.as('number') }).as(sql`
    select number from ${numbered} union all select ${given} from ${locked} where ${given} is not null
  `);
  const opened = db.$with('opened').as(
    db
      .update(invoices)
      .set({
        version: parameters.version,
        state: parameters.state,
        number: sql`named.number`,
        issuedElsewhere: parameters.issuedElsewhere,
        issueDate: parameters.issueDate,
        dueDate: parameters.dueDate,
        dueDays: parameters.dueDays,
        seller: parameters.seller,
        customer: parameters.customer,
        timeZone: parameters.timeZone,
        updateTime: parameters.updateTime,
        openTime: parameters.openTime,
        sendTime: parameters.sendTime,
        payTime: parameters.payTime,
      })
      .from(named)
      .where(eq(invoices.id, sql`(select id from ${locked})`))
      .returning({ id: sql<string>`${invoices.id}`.as('id'), number: sql<string>`${invoices.number}`.as('number') }),
  );
  const replaced = db.$with('replaced', {}).as(sql`
    update ${invoices} set version = version + 1, state = 'VOID', pay_time = null, void_time = ${parameters.updateTime},
      update_time = ${parameters.updateTime}, time_zone = ${parameters.timeZone}, revised_by_invoice_id = opened.id
    from ${replaceable}, ${opened} where invoices.id = replaceable.id
  `);
  const number = sql`to_jsonb((select number from ${opened}))`;
  const events = appendEvents(db, {
    changed: opened,
    payload: ({ subject, payload }) => sql`case
      when ${subject} = (select id::text from ${opened})
      then jsonb_set(jsonb_set(${payload}, ${NUMBER_PATH}, ${number}), ${NUMBER_CHANGE_PATH}, ${number})
      else jsonb_set(${payload}, ${REVISION_NUMBER_PATH}, ${number}) end`,
  });
  const record = storeIdempotencyRecord(db, {
    changed: opened,
    response: (response) => sql`jsonb_set(${response}, ${NUMBER_PATH}, ${number})`,
  });
  const statement = db
    .with(replaceable, locked, unnumbered, settings, counter, numbered, named, opened, replaced, events, record)
    .select({ number: opened.number })
    .from(opened)
    .prepare('open_invoice');
  return async ({ lines: _lines, ...invoice }, opening) => {
    const { number, day, replaced: other, events: rows, idempotency } = opening;
    const written = await statement.execute({
      ...invoice,
      number,
      day,
      replacedId: other?.id ?? null,
      replacedVersion: other?.version ?? null,
      events: rows,
      ...idempotency,
    });
    return written[0]?.number;
  };
}
