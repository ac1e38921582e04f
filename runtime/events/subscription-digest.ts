import { createHash } from 'node:crypto';

/** Stands for the topics of a subscription, in whatever order: 16 characters of a SHA-256 in base64url. */
export function subscriptionDigestOf(topics: readonly string[]): string {
  return createHash('sha256').update(topics.toSorted().join('\n')).digest('base64url').slice(0, 16);
}
