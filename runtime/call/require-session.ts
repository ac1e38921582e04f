import type { Call } from './call.ts';
import { DomainError } from './errors.ts';

/**
 * Keeps an API key from what reaches beyond it: whoever holds one must not get at the account itself, nor stay when the key
 * is deleted. `action` ends the sentence "An API key cannot ...".
 *
 * @throws DomainError PERMISSION_DENIED when the call is made with an API key.
 */
export function requireSession(call: Call, action: string): void {
  if (call.user.sessionId !== '') return;
  throw new DomainError('forbidden', 'PERMISSION_DENIED', `An API key cannot ${action}; sign in for it.`);
}
