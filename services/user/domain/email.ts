/**
 * What makes two spellings of an email address the same account: its lower case. Nothing else is folded, since dots
 * and `+tags` tell addresses apart at most providers.
 */
export function normalizeEmail(email: string): string {
  return email.toLowerCase();
}
