import { createRouterTransport, type Transport } from '@connectrpc/connect';

/** For what calls no other service. */
export function toNoService(): Transport {
  return createRouterTransport(() => {});
}
