import { parsePercent } from '../../domain/percent.ts';
import { DANISH_DUTY } from '../adjustments.ts';
import { UNLISTED_CII_COUNTRY_CODES } from '../code-lists.ts';
import type { ElectronicInvoice } from '../electronic-invoice.ts';
import { isDomestic } from '../parties.ts';
import type { Problem } from '../problem.ts';
import { ruleOf } from '../vat.ts';
import { xmlText } from '../xml.ts';

/**
 * What UBL can say and CII cannot: the rules allow it, but their official checks for CII do not, so that the receiver
 * would refuse the document.
 */
export function ciiProblems(invoice: ElectronicInvoice): Problem[] {
  return [
    ...countryProblems(invoice),
    ...canaryProblems(invoice),
    ...(invoice.specification === 'PEPPOL_BIS_BILLING' ? [...dutyProblems(invoice), ...dayProblems(invoice)] : []),
  ];
}

/** Countries that the check of CII does not know. */
function countryProblems({ seller, buyer }: ElectronicInvoice): Problem[] {
  return [['seller', seller] as const, ['customer', buyer] as const]
    .filter(([, { address }]) => UNLISTED_CII_COUNTRY_CODES.has(address?.countryCode ?? ''))
    .map(([path, { address }]) => ({
      field: `${path}.address.country_code`,
      rule: 'BR-CL-14',
      text: `must be a code that the official check of CII accepts, but is ${address?.countryCode}; use UBL instead`,
    }));
}

/** A rate of 0 of the tax of the Canary Islands (BR-AF-5 to BR-AF-7). */
function canaryProblems({ lines, adjustments }: ElectronicInvoice): Problem[] {
  const taxed = [
    ...lines.map(({ field, vat }) => ({ field, vat, number: 5 })),
    ...adjustments.map(({ field, vat, isCharge }) => ({ field, vat, number: isCharge ? 7 : 6 })),
  ];
  return taxed
    .filter(({ vat }) => vat.category === 'CANARY_ISLANDS' && parsePercent(vat.percent, 'percent').coefficient === 0n)
    .map(({ field, vat, number }) => ({
      field: `${field}.taxes`,
      rule: ruleOf(vat, number),
      text: 'must have a rate above 0 in CII, since the official check accepts no other; use UBL instead',
    }));
}

/**
 * A duty in Denmark beside another allowance or charge with a reason: the check takes all reasons for one, and breaks.
 */
function dutyProblems(invoice: ElectronicInvoice): Problem[] {
  const reasoned = invoice.adjustments.filter(({ reason }) => xmlText(reason) !== '');
  if (reasoned.length < 2 || !isDomestic(invoice, 'DK')) return [];
  return reasoned
    .filter(({ reasonCode }) => reasonCode === DANISH_DUTY)
    .map(({ field }) => ({
      field: `${field}.reason`,
      rule: 'DK-R-004',
      text: 'must be the only reason in the document in CII, since the official check accepts only one; use UBL instead',
    }));
}

/**
 * Days outside the years 2000 to 2099. A credit note is issued within them; its other days are those of its invoice.
 */
function dayProblems({ type, issueDate, dueDate, delivery, period }: ElectronicInvoice): Problem[] {
  const days = { issue_date: issueDate, due_date: dueDate, delivery_date: delivery.date };
  return Object.entries({ ...days, period_start_date: period.startDate, period_end_date: period.endDate })
    .filter(([, day]) => day !== '' && !day.startsWith('20'))
    .map(([field, day]) => ({
      field: type === 'INVOICE' ? field : 'invoice_id',
      rule: 'PEPPOL-EN16931-F001',
      text: `must be within the years 2000 to 2099 in CII, but is ${day}; use UBL instead`,
    }));
}
