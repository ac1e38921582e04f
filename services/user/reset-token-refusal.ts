import { DomainError } from '../../runtime/call/errors.ts';

/** The refusal of the token of a password reset; it does not say why the token is invalid. */
export function invalidResetToken(): DomainError {
  return new DomainError(
    'invalid',
    'INVALID_RESET_TOKEN',
    'The token is unknown, was used, has expired, or was replaced by a later one. Request a new one.',
  );
}
