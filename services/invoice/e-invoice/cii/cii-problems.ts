import { parsePercent } from '../../domain/percent.ts';
import type { ElectronicInvoice } from '../electronic-invoice.ts';
import type { Problem } from '../problem.ts';
import { ruleOf } from '../vat.ts';

/**
 * What UBL says and CII cannot: a rate of 0 of the tax of the Canary Islands. The rules allow it (BR-AF-5 to BR-AF-7); their official
 * check for CII does not, so that whoever gets the document would refuse it.
 */
export function ciiProblems({ lines, adjustments }: ElectronicInvoice): Problem[] {
  const taxed = [
    ...lines.map(({ field, vat }) => ({ field, vat, number: 5 })),
    ...adjustments.map(({ field, vat, isCharge }) => ({ field, vat, number: isCharge ? 7 : 6 })),
  ];
  return taxed
    .filter(({ vat }) => vat.category === 'CANARY_ISLANDS' && parsePercent(vat.percent, 'percent').coefficient === 0n)
    .map(({ field, vat, number }) => ({
      field: `${field}.taxes`,
      rule: ruleOf(vat, number),
      text: 'must have a rate above 0 in CII, whose official check takes no other; UBL can say it',
    }));
}
