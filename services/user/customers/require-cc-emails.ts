import type { Customer } from '../../../gen/numer/user/v1/customer_pb.ts';
import { DomainError } from '../../../runtime/call/errors.ts';
import { normalizeEmail } from '../domain/email.ts';

/**
 * Throws INVALID_ARGUMENT when a customer has somebody get copies of mails that go to nobody, or to the same address. `prefix` is the
 * path of the fields within the request.
 */
export function requireCcEmails({ email, ccEmails }: Customer, prefix = ''): void {
  const isMailed = email !== '';
  if (
    isMailed ? !ccEmails.some((address) => normalizeEmail(address) === normalizeEmail(email)) : ccEmails.length === 0
  ) {
    return;
  }
  const field = `${prefix}cc_emails`;
  const description = isMailed
    ? 'must not have the address of email as well'
    : 'must be empty without an email, whose mails they get copies of';
  throw new DomainError('invalid', 'INVALID_ARGUMENT', `${field} ${description}`, {
    violations: [{ field, description }],
  });
}
