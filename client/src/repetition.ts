import { type DescMethod, getOption } from '@bufbuild/protobuf';
import { MethodOptions_IdempotencyLevel as IdempotencyLevel } from '@bufbuild/protobuf/wkt';
import { RpcOptions_Access as Access, rpc } from '../../gen/numer/options/v1/options_pb.ts';

/**
 * Whether a call with an unknown outcome may be repeated: `safe` as it is, `with-key` if each attempt carries the same
 * idempotency key, `never` if a second attempt could have the effect a second time.
 */
export type Repetition = 'safe' | 'with-key' | 'never';

/**
 * Reads from the contract of an RPC whether it may be repeated. Every write takes an idempotency key, except those that
 * give tokens to somebody who is not signed in: their responses contain secrets and are not stored. They differ from
 * sign-up in that they create nothing with a location, and from password resets in that their response has fields.
 */
export function repetitionOf(method: DescMethod): Repetition {
  const { access, location } = getOption(method, rpc);
  switch (method.idempotency) {
    case IdempotencyLevel.NO_SIDE_EFFECTS:
      return 'safe';
    // The same effect when repeated, but another answer: a condition no longer holds, or what was deleted is gone.
    case IdempotencyLevel.IDEMPOTENT:
      return 'with-key';
    case IdempotencyLevel.IDEMPOTENCY_UNKNOWN:
      return access === Access.PUBLIC && location === '' && method.output.fields.length > 0 ? 'never' : 'with-key';
    default:
      return 'never';
  }
}
