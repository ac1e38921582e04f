import type { MessageShape } from '@bufbuild/protobuf';
import type { TaxTotalSchema } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { Tax_Category } from '../../../gen/numer/invoice/v1/tax_pb.ts';
import { DomainError } from '../../../runtime/call/errors.ts';

/**
 * Refuses what EN 16931 can say and Factur-X, which is of France and Germany, cannot: the split payment of Italy, which is not in its
 * codes of BT-118. `taxes` are the totals of the document.
 *
 * @throws DomainError E_INVOICE_IMPOSSIBLE
 */
export function requireFacturX(taxes: readonly Pick<MessageShape<typeof TaxTotalSchema>, 'category'>[]): void {
  const violations = taxes.flatMap(({ category }, index) =>
    category === Tax_Category.SPLIT_PAYMENT
      ? [{ field: `taxes[${index}].category`, description: 'must not be SPLIT_PAYMENT in Factur-X (BT-118)' }]
      : [],
  );
  if (violations.length === 0) return;
  throw new DomainError('state', 'E_INVOICE_IMPOSSIBLE', 'The document cannot be Factur-X, because of its taxes.', {
    metadata: { problemCount: String(violations.length) },
    violations,
  });
}
