import { type CallOptions, createRouterTransport, type Transport } from '@connectrpc/connect';

/** For what calls no other service. */
export function toNoCall(): never {
  throw new Error('the test makes no calls for others');
}

/** For what calls no other service. */
export function toNoService(): Transport {
  return createRouterTransport(() => {});
}

/** For what calls as no service. */
export async function asNobody(): Promise<CallOptions> {
  return {};
}
