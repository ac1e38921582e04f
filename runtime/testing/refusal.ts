import { type Code, ConnectError } from '@connectrpc/connect';
import { BadRequestSchema, ErrorInfoSchema } from '../../gen/google/rpc/error_details_pb.ts';

/** What a refused call says. */
export interface Refusal {
  readonly code: Code;
  readonly reason: string;
  readonly message: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** Paths of the fields at fault. */
  readonly fields: readonly string[];
}

/** The refusal of a call; fails when the call succeeds. */
export async function refusalOf(call: Promise<unknown>): Promise<Refusal> {
  const error = await call.then(
    () => undefined,
    (cause: unknown) => ConnectError.from(cause),
  );
  if (error === undefined) throw new Error('the call was not refused');
  const info = error.findDetails(ErrorInfoSchema)[0];
  return {
    code: error.code,
    reason: info?.reason ?? '',
    message: error.rawMessage,
    metadata: info?.metadata ?? {},
    fields: error.findDetails(BadRequestSchema).flatMap((details) => details.fieldViolations.map(({ field }) => field)),
  };
}
