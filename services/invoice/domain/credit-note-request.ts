import { share } from './allocate.ts';
import { isWithin } from './amount.ts';
import { creditAmount, creditParts } from './credit-note-amounts.ts';
import {
  type Creditable,
  type CreditableInvoice,
  type CreditPart,
  creditableOf,
  typedOf,
} from './credit-note-creditable.ts';
import { type Credited, creditedOf, remainingOf } from './credit-note-credited.ts';
import { type Decimal, formatDecimal, rescaleDecimal, subtractDecimals } from './decimal.ts';
import { parseQuantity } from './line-amounts.ts';
import { invalid, RuleViolation } from './rule-violation.ts';

/** How much of a line is to be credited: a quantity, an amount as it was typed, or with neither the rest of it. */
export type LineCredit = {
  readonly invoiceLineId: string;
  /** Empty when it is not given. */
  readonly quantity: string;
  /** 0 when it is not given. */
  readonly amountMinor: bigint;
};

/** How much of an allowance or charge of the document is to be credited: an amount as it was typed, or the rest of it. */
export type AdjustmentCredit = {
  /** Place in the invoice's list, from 0. */
  readonly position: number;
  readonly amountMinor: bigint;
};

/** What is to be credited: parts of the invoice, one amount, or with neither all that remains. */
export type CreditRequest = {
  readonly lines: readonly LineCredit[];
  readonly allowances: readonly AdjustmentCredit[];
  readonly charges: readonly AdjustmentCredit[];
  /** What the customer is to get, tax included; 0 when it is not given. */
  readonly amountMinor: bigint;
};

/** The decision on a request. */
export type CreditDecision = {
  readonly credit: Creditable;
  /** The quantities of lines that are taken back, by the key of the part. */
  readonly quantities: ReadonlyMap<string, string>;
};

/**
 * What a credit note credits of the invoice on this request; `credited` is what was credited before. Throws
 * INVALID_ARGUMENT naming the field of the request, and CREDIT_EXCEEDS_REMAINING (metadata `remainingMinor` or
 * `remainingQuantity`).
 */
export function decideCredit(invoice: CreditableInvoice, credited: Credited, request: CreditRequest): CreditDecision {
  const remaining = remainingOf(creditableOf(invoice), credited);
  const isOfParts = request.lines.length + request.allowances.length + request.charges.length > 0;
  if (request.amountMinor !== 0n) {
    if (isOfParts) throw invalid('amountMinor', 'must not be given together with lines, allowances or charges');
    const credit = creditAmount(remaining, request.amountMinor, invoice.currencyCode);
    return { credit, quantities: new Map() };
  }
  const shares = isOfParts ? partsAsked(invoice, credited, remaining, request) : allParts(invoice, credited, remaining);
  const typed = new Map([...shares].map(([key, { typedMinor }]) => [key, typedMinor]));
  const quantities = [...shares].flatMap(([key, { quantity }]) => (quantity === '' ? [] : [[key, quantity] as const]));
  const credit = creditParts(remaining, typed, invoice.currencyCode);
  return { credit, quantities: new Map(quantities) };
}

/** How much of a part: an amount as it was typed, and the quantity if there is one. */
type Share = { readonly typedMinor: bigint; readonly quantity: string };

function allParts(invoice: CreditableInvoice, credited: Credited, remaining: Creditable): Map<string, Share> {
  const parts = remaining.pools.flatMap((pool) => pool.parts);
  return new Map(
    parts.map((part) => {
      const quantity = part.kind === 'line' ? formatDecimal(restOf(part, invoice, credited)) : '';
      return [part.key, { typedMinor: typedOf(part), quantity }];
    }),
  );
}

function partsAsked(
  invoice: CreditableInvoice,
  credited: Credited,
  remaining: Creditable,
  request: CreditRequest,
): Map<string, Share> {
  const parts = new Map(remaining.pools.flatMap((pool) => pool.parts.map((part) => [part.key, part] as const)));
  const shares = new Map<string, Share>();
  const add = (key: string, field: string, shareOf: (part: CreditPart) => Share) => {
    const part = parts.get(key);
    if (part === undefined) throw invalid(field, 'must refer to a line, allowance or charge of the invoice');
    if (shares.has(key)) throw invalid(field, 'must not be given twice');
    shares.set(key, shareOf(part));
  };
  for (const [index, given] of request.lines.entries()) {
    const path = `lines[${index}]`;
    add(`line ${given.invoiceLineId.toLowerCase()}`, `${path}.invoiceLineId`, (part) =>
      lineShare(part, restOf(part, invoice, credited), given, path),
    );
  }
  for (const kind of ['allowance', 'charge'] as const) {
    for (const [index, { position, amountMinor }] of request[`${kind}s`].entries()) {
      const path = `${kind}s[${index}]`;
      add(`${kind} ${position}`, `${path}.position`, (part) => {
        const signed = kind === 'allowance' ? -amountMinor : amountMinor;
        return { typedMinor: amountMinor === 0n ? typedOf(part) : checkedAmount(part, signed, path), quantity: '' };
      });
    }
  }
  return shares;
}

/** The quantity of a line that no credit note has taken back yet. */
function restOf({ key, index }: CreditPart, { lines }: CreditableInvoice, credited: Credited): Decimal {
  const whole = parseQuantity(lines[index]?.quantity ?? '0', 'quantity');
  return subtractDecimals(whole, parseQuantity(creditedOf(credited, key).quantity, 'quantity'));
}

function lineShare(part: CreditPart, rest: Decimal, { quantity, amountMinor }: LineCredit, path: string): Share {
  if (quantity !== '' && amountMinor !== 0n) {
    throw invalid(`${path}.amountMinor`, 'must not be given together with a quantity');
  }
  if (amountMinor !== 0n) return { typedMinor: checkedAmount(part, amountMinor, path), quantity: '' };
  if (quantity === '') return { typedMinor: typedOf(part), quantity: formatDecimal(rest) };
  const asked = parseQuantity(quantity, `${path}.quantity`);
  const scale = Math.max(asked.scale, rest.scale);
  const [taken, whole] = [rescaleDecimal(asked, scale).coefficient, rescaleDecimal(rest, scale).coefficient];
  if (taken === 0n || !isWithin(taken, whole)) {
    const field = `${path}.quantity`;
    const text = formatDecimal(rest);
    throw new RuleViolation(
      'CREDIT_EXCEEDS_REMAINING',
      `${field} must be between 0 (exclusive) and what remains: ${text}`,
      {
        field,
        metadata: { remainingQuantity: text },
      },
    );
  }
  return { typedMinor: share(typedOf(part), taken, whole), quantity: formatDecimal(asked) };
}

function checkedAmount(part: CreditPart, typedMinor: bigint, path: string): bigint {
  const wholeMinor = typedOf(part);
  if (isWithin(typedMinor, wholeMinor)) return typedMinor;
  const field = `${path}.amountMinor`;
  const remainingMinor = (part.kind === 'allowance' ? -wholeMinor : wholeMinor).toString();
  const problem = `must be between 0 and what remains: ${remainingMinor} minor units`;
  throw new RuleViolation('CREDIT_EXCEEDS_REMAINING', `${field} ${problem}`, { field, metadata: { remainingMinor } });
}
