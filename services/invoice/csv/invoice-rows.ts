import { create } from '@bufbuild/protobuf';
import { type Invoice, InvoiceSchema } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import type { TextFile } from '../../../runtime/csv/decode-text.ts';
import { type RowError, readCsv, type TableRow, type TableRules } from '../../../runtime/csv/read-csv.ts';
import { columnOf, type PlaceOf } from '../../../runtime/csv/row-errors.ts';
import { type CellFormats, type CellReading, readDate, readDecimal } from './cell-formats.ts';

/** The columns that the first row of an invoice decides. */
const HEAD_COLUMNS = [
  ...['customer_id', 'customer_reference', 'currency_code', 'issue_date', 'due_date', 'due_days'],
  ...['early_payment_discount_percent', 'early_payment_discount_days'],
  ...['memo', 'number_series', 'tags', 'delivery_date', 'period_start_date', 'period_end_date'],
  ...['buyer_reference', 'purchase_order_reference', 'number', 'total'],
] as const;

const RULES = {
  columns: [
    'invoice',
    ...HEAD_COLUMNS,
    ...['description', 'quantity', 'unit_code', 'unit_price', 'discount_percent', 'tax_percent'],
  ],
  required: ['invoice', 'description', 'quantity', 'unit_price'],
  rowsMax: 2_000,
  refusalOf: refusalOfExport,
} as const satisfies TableRules<string>;

type Column = (typeof RULES.columns)[number];
type Row = TableRow<Column>;

const DECIMAL_COLUMNS: readonly Column[] = [
  'total',
  'early_payment_discount_percent',
  'quantity',
  'unit_price',
  'discount_percent',
  'tax_percent',
];
const DATE_COLUMNS: readonly Column[] = [
  'issue_date',
  'due_date',
  'delivery_date',
  'period_start_date',
  'period_end_date',
];
const DAYS_COLUMNS: readonly Column[] = ['due_days', 'early_payment_discount_days'];

/** A number of days; the contract bounds its value. */
const DAYS = /^[0-9]{1,9}$/;
/** Nothing, or 0. */
const NOUGHT = /^0*([.]0*)?$/;

const INVOICES_MAX = 200;
/** Most characters of the name that a file has for an invoice or a customer. */
const NAME_LENGTH_MAX = 100;

/** An invoice as a file has it. */
export interface InvoiceOfFile {
  /** The name that the file has for it. */
  readonly key: string;
  /** Without a customer id when the file names the customer by its reference. */
  readonly invoice: Invoice;
  /** The customer's reference; empty when there is none. */
  readonly customerReference: string;
  /** The number under which another system issued it; empty when it is to be a draft. */
  readonly number: string;
  /** The total that it should have, a decimal in its currency; empty when the file does not say. */
  readonly total: string;
  /** Where a field of the invoice stands in the file. */
  readonly placeOf: PlaceOf;
}

/** Reads the invoices of a CSV file with a row for each line; what is wrong with it is in `errors`. */
export function readInvoiceRows(
  file: TextFile,
  formats: CellFormats,
): {
  readonly invoices: readonly InvoiceOfFile[];
  readonly errors: readonly RowError[];
} {
  const { rows: written, errors } = readCsv<Column>(file, RULES);
  const read = written.map((row) => readCells(row, formats));
  const rows = read.map(({ row }) => row);
  const groups = Map.groupBy(rows, ({ cells }) => cells.invoice);
  const nameless = groups.get('') ?? [];
  const misnamed = [...groups].flatMap(([key, [first]]) => {
    const detail = nameFault(key);
    return first === undefined || detail === undefined ? [] : [{ row: first.row, column: 'invoice', detail }];
  });
  return {
    invoices: groups.size > INVOICES_MAX ? [] : [...groups].map(([key, group]) => invoiceOf(key, group)),
    errors: [
      ...errors,
      ...read.flatMap(({ unreadable }) => unreadable),
      ...nameless.map(({ row }) => ({ row, column: 'invoice', detail: 'must not be empty' })),
      ...misnamed,
      ...(groups.size > INVOICES_MAX
        ? [{ row: 0, column: '', detail: `must have at most ${INVOICES_MAX} invoices` }]
        : []),
      ...[...groups.values()].flatMap(contradictions),
    ],
  };
}

/** A file that was exported has columns that an import does not. */
function refusalOfExport(columns: readonly string[]): string | undefined {
  if (!['id', 'state', 'customer_name'].every((column) => columns.includes(column))) return undefined;
  const reason = columns.includes('description')
    ? 'it does not have all that invoices consist of, such as discounts on whole invoices, so totals could differ'
    : 'it has totals of invoices, but not their lines';
  return (
    `is an export of invoices, which cannot be imported: ${reason}. Write a file with a row for each line and the columns ` +
    'invoice, customer_reference, due_date, description, quantity and unit_price'
  );
}

/** The row with decimals and dates as the contract writes them; cells that cannot be read stay as they are. */
function readCells(row: Row, { decimalSeparator, dateFormat }: CellFormats) {
  const cells = { ...row.cells };
  const unreadable: RowError[] = [];
  const readAll = (columns: readonly Column[], read: (cell: string) => CellReading): void => {
    for (const column of columns) {
      if (cells[column] === '') continue;
      const reading = read(cells[column]);
      if ('value' in reading) cells[column] = reading.value;
      else unreadable.push({ row: row.row, column, detail: reading.detail });
    }
  };
  readAll(DATE_COLUMNS, (cell) => readDate(cell, dateFormat));
  readAll(DECIMAL_COLUMNS, (cell) => readDecimal(cell, decimalSeparator));
  readAll(DAYS_COLUMNS, (cell) => (DAYS.test(cell) ? { value: cell } : { detail: 'must be a whole number of days' }));
  return { row: { row: row.row, cells }, unreadable };
}

/** What is wrong with a name that a file has for something; undefined when nothing is. An empty name is valid here. */
export function nameFault(name: string): string | undefined {
  if ([...name].length > NAME_LENGTH_MAX) return `must have at most ${NAME_LENGTH_MAX} characters`;
  return name.includes('\0') ? 'must be text without the character U+0000' : undefined; // which Postgres cannot store
}

function invoiceOf(key: string, rows: readonly Row[]): InvoiceOfFile {
  const [first] = rows;
  const head = first?.cells;
  return {
    key,
    invoice: create(InvoiceSchema, {
      customerId: head?.customer_id ?? '',
      currencyCode: head?.currency_code ?? '',
      issueDate: head?.issue_date ?? '',
      dueDate: head?.due_date ?? '',
      ...(DAYS.test(head?.due_days ?? '') && { dueDays: Number(head?.due_days) }),
      ...(head && earlyDiscountOf(head)),
      deliveryDate: head?.delivery_date ?? '',
      periodStartDate: head?.period_start_date ?? '',
      periodEndDate: head?.period_end_date ?? '',
      buyerReference: head?.buyer_reference ?? '',
      purchaseOrderReference: head?.purchase_order_reference ?? '',
      memo: head?.memo ?? '',
      numberSeries: head?.number_series ?? '',
      tags: (head?.tags ?? '')
        .split(',')
        .map((tag) => tag.trim())
        .filter((tag) => tag !== ''),
      lines: rows.map(({ cells }) => ({
        description: cells.description,
        quantity: cells.quantity,
        unitCode: cells.unit_code,
        unitPrice: cells.unit_price,
        discountPercent: cells.discount_percent,
        taxPercent: cells.tax_percent,
      })),
    }),
    customerReference: head?.customer_reference ?? '',
    number: head?.number ?? '',
    total: head?.total ?? '',
    placeOf(path) {
      const line = /lines\[([0-9]+)\]/.exec(path)?.[1];
      return { row: rows[Number(line ?? 0)]?.row ?? first?.row ?? 0, column: columnOfInvoice(path) };
    },
  };
}

/** The column of a field of the invoice. Those of the early-payment discount have the name of its message, too. */
function columnOfInvoice(path: string): string {
  const discount = /early_payment_discount(?:[.]([a-z]+))?$/.exec(path);
  return discount === null ? columnOf(path) : `early_payment_discount_${discount[1] ?? 'days'}`;
}

/**
 * The early-payment discount of an invoice. Cells with 0 ask for an empty one, which stands for none, and so does what
 * another system issued without one: it must not get that of the account's settings.
 */
function earlyDiscountOf(cells: Row['cells']): { earlyPaymentDiscount?: { percent: string; days: number } } {
  const { number, early_payment_discount_percent: percent, early_payment_discount_days: days } = cells;
  if (number === '' && percent === '' && days === '') return {};
  if (NOUGHT.test(percent) && NOUGHT.test(days)) return { earlyPaymentDiscount: { percent: '', days: 0 } };
  return { earlyPaymentDiscount: { percent, days: DAYS.test(days) ? Number(days) : 0 } };
}

/** The cells of further rows that contradict the first row of the invoice. */
function contradictions([first, ...others]: readonly Row[]): RowError[] {
  return others.flatMap(({ row, cells }) =>
    HEAD_COLUMNS.filter((column) => cells[column] !== '' && cells[column] !== first?.cells[column]).map((column) => ({
      row,
      column,
      detail: `must be empty or the same as in row ${first?.row}`,
    })),
  );
}
