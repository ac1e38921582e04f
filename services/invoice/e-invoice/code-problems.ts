import { findCurrency } from '../../../runtime/currency.ts';
import { ALLOWANCE_REASON_CODES, CHARGE_REASON_CODES, EXEMPTION_CODES, UNLISTED_CURRENCY_CODES } from './code-lists.ts';
import type { Adjustment, ElectronicInvoice } from './electronic-invoice.ts';
import type { Problem } from './problem.ts';
import { UNIT_CODES } from './unit-codes.ts';

/** A currency that was withdrawn after the document was issued, so that its amounts cannot be written any more. */
export function currencyProblems(code: string): Problem[] {
  return findCurrency(code) === undefined ? [unlisted('currency_code', code, 'BR-CL-4', 'ISO 4217')] : [];
}

/** Codes that are not in the lists of EN 16931, which the contracts do not check. */
export function codeProblems({ currency, lines, adjustments, vatBreakdown }: ElectronicInvoice): Problem[] {
  const problems: Problem[] = [];
  if (UNLISTED_CURRENCY_CODES.has(currency.code)) {
    problems.push(unlisted('currency_code', currency.code, 'BR-CL-4', 'the ISO 4217 list of the standard'));
  }
  for (const { field, unitCode, adjustments: items } of lines) {
    if (!UNIT_CODES.has(unitCode)) {
      problems.push(unlisted(`${field}.unit_code`, unitCode, 'BR-CL-23', 'UN/ECE Recommendation 20 or 21'));
    }
    problems.push(...reasonCodeProblems(items));
  }
  problems.push(...reasonCodeProblems(adjustments));
  for (const { field, exemptionCode } of vatBreakdown) {
    if (exemptionCode !== '' && !EXEMPTION_CODES.has(exemptionCode)) {
      problems.push(unlisted(`${field}.exemption_code`, exemptionCode, 'BR-CL-22', 'VATEX'));
    }
  }
  return problems;
}

function reasonCodeProblems(items: readonly Adjustment[]): Problem[] {
  return items
    .filter(({ reasonCode }) => reasonCode !== '')
    .flatMap(({ field, isCharge, reasonCode }) => {
      const [codes, rule, list] = isCharge
        ? [CHARGE_REASON_CODES, 'BR-CL-20', 'UNTDID 7161']
        : [ALLOWANCE_REASON_CODES, 'BR-CL-19', 'UNTDID 5189 that the standard allows'];
      return codes.has(reasonCode) ? [] : unlisted(`${field}.reason_code`, reasonCode, rule, list);
    });
}

function unlisted(field: string, code: string, rule: string, list: string): Problem {
  return { field, rule, text: `must be a code of ${list}, but is ${code}` };
}
