import type { Invoice } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { Tax_Category } from '../../../gen/numer/invoice/v1/tax_pb.ts';
import { DomainError } from '../../../runtime/call/errors.ts';

/** Schemes of electronic addresses that EN 16931 has and Factur-X does not (BT-34-1, BT-49-1, Factur-X 1.09): two of Latvia. */
const UNLISTED_SCHEMES: ReadonlySet<string> = new Set(['0219', '0220']);

/**
 * Refuses what EN 16931 can say and Factur-X, a standard of France and Germany, cannot, since it has fewer codes: the split payment of
 * Italy, and some electronic addresses. The taxes are the totals of the document.
 *
 * @throws DomainError E_INVOICE_IMPOSSIBLE
 */
export function requireFacturX({ seller, customer, taxes }: Pick<Invoice, 'seller' | 'customer' | 'taxes'>): void {
  const schemes = [
    { path: 'seller', rule: 'BT-34', scheme: seller?.electronicAddress?.scheme ?? '' },
    { path: 'customer', rule: 'BT-49', scheme: customer?.electronicAddress?.scheme ?? '' },
  ];
  const violations = [
    ...schemes
      .filter(({ scheme }) => UNLISTED_SCHEMES.has(scheme))
      .map(({ path, rule, scheme }) => ({
        field: `${path}.electronic_address.scheme`,
        description: `must not be ${scheme} in Factur-X (${rule})`,
      })),
    ...taxes.flatMap(({ category }, index) =>
      category === Tax_Category.SPLIT_PAYMENT
        ? [{ field: `taxes[${index}].category`, description: 'must not be SPLIT_PAYMENT in Factur-X (BT-118)' }]
        : [],
    ),
  ];
  if (violations.length === 0) return;
  throw new DomainError('state', 'E_INVOICE_IMPOSSIBLE', 'The document cannot be Factur-X, because of its codes.', {
    metadata: { problemCount: String(violations.length) },
    violations,
  });
}
