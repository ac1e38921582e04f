import { type DescMethod, getOption } from '@bufbuild/protobuf';
import { MethodOptions_IdempotencyLevel as IdempotencyLevel } from '@bufbuild/protobuf/wkt';
import { type RpcOptions_Access, rpc } from '../../gen/numer/options/v1/options_pb.ts';

const accesses = new WeakMap<DescMethod, RpcOptions_Access>();

/**
 * Who may call an RPC, as its `access` option says. Cached, since every call needs it and reading an option is slow.
 */
export function accessOf(method: DescMethod): RpcOptions_Access {
  let access = accesses.get(method);
  if (access === undefined) {
    access = getOption(method, rpc).access;
    accesses.set(method, access);
  }
  return access;
}

/** Whether an RPC changes nothing, as its `idempotency_level` says. */
export function isReadOnly(method: DescMethod): boolean {
  return method.idempotency === IdempotencyLevel.NO_SIDE_EFFECTS;
}
