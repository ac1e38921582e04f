import { DomainError } from '../../../runtime/call/errors.ts';

/** The error for an account without a logo. */
export function noLogo(): DomainError {
  return new DomainError('missing', 'LOGO_NOT_FOUND', 'There is no logo.');
}
