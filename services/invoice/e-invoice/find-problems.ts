import { amountProblems, breakdownProblems } from './amount-problems.ts';
import { codeProblems } from './code-problems.ts';
import type { ElectronicInvoice } from './electronic-invoice.ts';
import { germanProblems } from './german-problems.ts';
import { partyProblems } from './party-problems.ts';
import { peppolProblems, sharedPeppolProblems } from './peppol-problems.ts';
import type { Problem } from './problem.ts';
import type { Specification } from './specification.ts';
import type { Syntax } from './syntax.ts';
import { textProblems } from './text-problems.ts';

/** What a specification asks for beyond the core of the standard. */
const SPECIFICATION_PROBLEMS: Readonly<Record<Specification, (invoice: ElectronicInvoice) => Problem[]>> = {
  EN16931: () => [],
  XRECHNUNG: (invoice) => [...germanProblems(invoice), ...sharedPeppolProblems(invoice)],
  PEPPOL_BIS_BILLING: peppolProblems,
};

/**
 * Everything in the document that the schema of the syntax or the rules of EN 16931 would complain about, in the order
 * in which a person reads the document, and then what else keeps it from fulfilling its specification. `taxProblems`
 * are about taxes that the standard cannot express: with them the amounts by tax mean nothing, and are not checked.
 */
export function findProblems(
  invoice: ElectronicInvoice,
  taxProblems: readonly Problem[],
  syntax: Pick<Syntax, 'problemsOf'>,
): Problem[] {
  return [
    ...partyProblems(invoice),
    ...textProblems(invoice),
    ...codeProblems(invoice),
    ...taxProblems,
    ...amountProblems(invoice),
    ...(taxProblems.length === 0 ? breakdownProblems(invoice) : []),
    ...syntax.problemsOf(invoice),
    ...SPECIFICATION_PROBLEMS[invoice.specification](invoice),
  ];
}
