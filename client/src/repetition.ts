import { type DescMethod, getOption } from '@bufbuild/protobuf';
import { MethodOptions_IdempotencyLevel as IdempotencyLevel } from '@bufbuild/protobuf/wkt';
import { RpcOptions_Access as Access, rpc } from '../../gen/numer/options/v1/options_pb.ts';

/**
 * Whether a call whose outcome is not known may be made again: `safe` as it is, `with-key` when each attempt carries the
 * same idempotency key, `never` when a second attempt could do what the first one did.
 */
export type Repetition = 'safe' | 'with-key' | 'never';

/**
 * Reads from its contract whether an RPC may be repeated. Every write takes an idempotency key, but for those that hand
 * out tokens to somebody who is not signed in: their answers hold secrets and are kept nowhere. What tells them from
 * sign-up is that they make nothing that has a location, and from password resets, that they answer something.
 */
export function repetitionOf(method: DescMethod): Repetition {
  const { access, location } = getOption(method, rpc);
  switch (method.idempotency) {
    case IdempotencyLevel.NO_SIDE_EFFECTS:
      return 'safe';
    // The same effect however often, but another answer: a condition holds no more, and what was deleted is gone.
    case IdempotencyLevel.IDEMPOTENT:
      return 'with-key';
    case IdempotencyLevel.IDEMPOTENCY_UNKNOWN:
      return access === Access.PUBLIC && location === '' && method.output.fields.length > 0 ? 'never' : 'with-key';
    default:
      return 'never';
  }
}
