import type { Call } from './call.ts';
import { DomainError } from './errors.ts';

/**
 * Keeps API keys from actions that reach beyond the key: whoever holds one must not gain control of the account, nor
 * keep access once the key is deleted. `action` ends the sentence "An API key cannot ...".
 *
 * @throws DomainError PERMISSION_DENIED when the call is made with an API key.
 */
export function requireSession(call: Call, action: string): void {
  if (call.user.sessionId !== '') return;
  throw new DomainError('forbidden', 'PERMISSION_DENIED', `An API key cannot ${action}; sign in to do so.`);
}
