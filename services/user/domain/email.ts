/**
 * The form that all spellings of one account's email address share: its lower case. Nothing else is folded, since dots
 * and `+tags` tell addresses apart at most providers.
 */
export function normalizeEmail(email: string): string {
  return email.toLowerCase();
}
