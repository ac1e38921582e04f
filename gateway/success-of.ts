import { type DescMethod, getOption } from '@bufbuild/protobuf';
import { rpc } from '../gen/numer/options/v1/options_pb.ts';
import type { Success } from './rest/success.ts';

/** How REST reports the success of an RPC: as its options say, else 204 for an empty answer and 200 for any other. */
export function successOf(method: DescMethod): Success {
  const { successStatus, location } = getOption(method, rpc);
  const status = successStatus !== 0 ? successStatus : method.output.fields.length === 0 ? 204 : 200;
  return { status, ...(location === '' ? {} : { location }) };
}
