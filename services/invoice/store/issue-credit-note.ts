import { type JsonObject, toJson } from '@bufbuild/protobuf';
import { sql } from 'drizzle-orm';
import { CreditNoteSchema } from '../../../gen/numer/invoice/v1/credit_note_pb.ts';
import { storeIdempotencyRecord } from '../../../runtime/call/idempotency.ts';
import type { WriteEffects } from '../../../runtime/call/prepare-write.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { jsonParameter } from '../../../runtime/events/json-parameter.ts';
import { appendEvents } from '../../../runtime/events/outbox.ts';
import { changeOpened } from './change-opened-invoice.ts';
import { type CreditNoteRow, creditNotes } from './credit-note-schema.ts';
import type { InvoiceRow } from './invoice-row.ts';
import type { PaymentRow } from './payment-row.ts';
import { payments } from './schema.ts';
import { takeNumber } from './take-number.ts';

/** The unique constraint that is broken by a number that another credit note of the owner has. */
export const CREDIT_NOTE_NUMBER_CONSTRAINT = 'credit_notes_number_key';

/** Where the number goes in the JSON of the event and of the kept answer. */
const NUMBER_PATH = '{creditNote,number}';

/**
 * Prepares the statement that stores a credit note, and the discount that is granted with it, if any, together with their
 * effect on the invoice, and gives the credit note the next number of its series, which it returns. It expects the version
 * before `invoice.version`; gives undefined, and has taken no number, when that is not the present one. The parts run one
 * after the other, as in open-invoice.ts.
 */
export function prepareIssueCreditNote(
  db: Database,
): (
  creditNote: Omit<CreditNoteRow, 'number'>,
  discount: PaymentRow | undefined,
  invoice: InvoiceRow,
  effects: WriteEffects,
) => Promise<string | undefined> {
  const changed = changeOpened(db);
  const locked = db.$with('locked', {}).as(sql`
    select owner_id, ${sql.placeholder('creditNoteSeries')}::text as series from ${changed}
  `);
  const [settings, counter, numbered] = takeNumber(db, locked, 'credit-note');
  const given = sql`jsonb_to_record(${jsonParameter('creditNote')}::jsonb) as given (id uuid, ordinal integer,
    "customerId" uuid, "currencyCode" text, "numberSeries" text, "issueDate" date, "payableMinor" bigint,
    "appliedMinor" bigint, "creditMinor" bigint, document jsonb, credited jsonb, "createTime" timestamptz)`;
  const issued = db.$with('issued', { number: sql<string>`number`.as('number') }).as(sql`
    insert into ${creditNotes} (id, owner_id, invoice_id, ordinal, customer_id, currency_code, number, number_series,
      issue_date, payable_minor, applied_minor, credit_minor, document, credited, create_time)
    select given.id, changed.owner_id, changed.id, given.ordinal, given."customerId", given."currencyCode", numbered.number,
      given."numberSeries", given."issueDate", given."payableMinor", given."appliedMinor", given."creditMinor",
      given.document, given.credited, given."createTime"
    from ${changed}, ${numbered}, ${given}
    returning number
  `);
  // After the credit note, so that the ledger has them in this order.
  const granted = db.$with('granted', {}).as(sql`
    insert into ${payments} (id, invoice_id, owner_id, amount_minor, payment_date, method, reference, create_time,
      invoice_state, invoice_due_minor, kind, excess_minor, reason)
    select ${sql.placeholder('discountId')}::uuid, changed.id, changed.owner_id, ${sql.placeholder('grantedMinor')}::bigint,
      given."issueDate", '', '', given."createTime", 'PAID', 0, 'EARLY_PAYMENT_DISCOUNT', 0, ''
    from ${issued}, ${changed}, ${given} where ${sql.placeholder('discountId')}::uuid is not null
  `);
  const number = sql`to_jsonb((select number from ${issued}))`;
  const events = appendEvents(db, {
    changed: issued,
    payload: ({ payload }) => sql`jsonb_set(${payload}, ${NUMBER_PATH}, ${number})`,
  });
  const record = storeIdempotencyRecord(db, {
    changed: issued,
    response: (response) => sql`jsonb_set(${response}, ${NUMBER_PATH}, ${number})`,
  });
  const statement = db
    .with(changed, locked, settings, counter, numbered, issued, granted, events, record)
    .select({ number: issued.number })
    .from(issued)
    .prepare('issue_credit_note');
  return async (creditNote, discount, { lines: _lines, ...invoice }, { events: outboxRows, idempotency }) => {
    // A message that is no well-known type is an object in JSON.
    const document = toJson(CreditNoteSchema, creditNote.document) as JsonObject;
    const rows = await statement.execute({
      ...invoice,
      creditNote: { ...creditNote, document },
      creditNoteSeries: creditNote.numberSeries,
      day: creditNote.issueDate,
      discountId: discount?.id ?? null,
      grantedMinor: discount?.amountMinor ?? null,
      events: outboxRows,
      ...idempotency,
    });
    return rows[0]?.number;
  };
}
