import type { Customer } from '../../../gen/numer/user/v1/customer_pb.ts';
import { invalidField } from '../../../runtime/call/errors.ts';
import { normalizeEmail } from '../domain/email.ts';

/**
 * Throws INVALID_ARGUMENT when a customer has addresses for copies but no email address, or when one of them is that
 * address. `prefix` is the path of the fields within the request.
 */
export function requireCcEmails({ email, ccEmails }: Customer, prefix = ''): void {
  const field = `${prefix}cc_emails`;
  if (email === '' && ccEmails.length > 0) {
    throw invalidField(field, 'must be empty when email is empty, since they get copies of the mails to it');
  }
  if (ccEmails.some((address) => normalizeEmail(address) === normalizeEmail(email))) {
    throw invalidField(field, 'must not contain the address in email');
  }
}
