import type { Adjustment, ElectronicInvoice } from './electronic-invoice.ts';
import type { Problem } from './problem.ts';
import { needsExemption, ruleOf } from './vat.ts';
import { xmlText } from './xml.ts';

/** Required lines and texts that are empty, or are once the characters that XML cannot hold are left out. */
export function textProblems({ lines, adjustments, vatBreakdown }: ElectronicInvoice): Problem[] {
  return [
    ...(lines.length === 0 ? [{ field: 'lines', rule: 'BR-16', text: 'must have at least one line' }] : []),
    ...lines.flatMap((line) => [
      ...(isEmpty(line.name) ? [{ field: `${line.field}.description`, rule: 'BR-25', text: 'must not be blank' }] : []),
      ...reasonProblems(line.adjustments, 'BR-42', 'BR-44'),
    ]),
    ...reasonProblems(adjustments, 'BR-33', 'BR-38'),
    ...vatBreakdown
      .filter((total) => needsExemption(total.vat))
      .filter((total) => isEmpty(total.exemptionReason) && isEmpty(total.exemptionCode))
      .map(({ field, vat }) => ({
        field: `${field}.exemption_reason`,
        rule: ruleOf(vat, 10),
        text: 'must not be blank: give the reason why no tax is charged, or its code',
      })),
  ];
}

function reasonProblems(items: readonly Adjustment[], allowanceRule: string, chargeRule: string): Problem[] {
  return items
    .filter(({ reason, reasonCode }) => isEmpty(reason) && isEmpty(reasonCode))
    .map(({ field, isCharge }) => ({
      field: `${field}.reason`,
      rule: isCharge ? chargeRule : allowanceRule,
      text: 'must not be blank, unless there is a reason code',
    }));
}

function isEmpty(text: string): boolean {
  return xmlText(text) === '';
}
