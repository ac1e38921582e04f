/**
 * The address a request comes from. Behind reverse proxies it is the entry of X-Forwarded-For that the outermost
 * trusted one added; entries left of it were sent by the caller and prove nothing.
 */
export function callerAddress(
  peer: string | undefined,
  forwardedFor: string | undefined,
  trustedProxies: number,
): string {
  if (trustedProxies > 0 && forwardedFor !== undefined) {
    const entry = forwardedFor.split(',').at(-trustedProxies)?.trim();
    if (entry !== undefined && entry !== '') return entry;
  }
  return peer ?? 'unknown';
}
