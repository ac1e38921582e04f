import type { JsonObject } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { ErrorReason } from '../../../gen/numer/errors/v1/error_reason_pb.ts';
import { DomainError, type ErrorReasonName } from '../../../runtime/call/errors.ts';
import type { Deps } from '../deps.ts';
import { toFailureJson } from './recurring-message.ts';

/** What is recorded of a failure besides its reason. */
export interface FailureFacts {
  readonly occurrenceDate: string;
  /** Empty when no invoice could be made. */
  readonly invoiceId: string;
  /** How often it was tried. */
  readonly attempts: number;
  readonly time: Date;
  /** Undefined when it is not tried again. */
  readonly nextAttemptTime: Date | undefined;
}

/** A failure as it is stored and shown. An error that no caller is meant to see is logged, and shown as INTERNAL. */
export function failureOf(deps: Deps, error: unknown, facts: FailureFacts): JsonObject {
  const { reason, message } = shownOf(deps, error, facts);
  const { occurrenceDate, invoiceId, attempts, time, nextAttemptTime } = facts;
  return toFailureJson({
    occurrenceDate,
    invoiceId,
    reason: ErrorReason[reason],
    message,
    attempts,
    failTime: timestampFromDate(time),
    ...(nextAttemptTime === undefined ? {} : { nextAttemptTime: timestampFromDate(nextAttemptTime) }),
  });
}

function shownOf(deps: Deps, error: unknown, facts: FailureFacts): { reason: ErrorReasonName; message: string } {
  if (error instanceof DomainError) return error;
  deps.log.error({ ...facts, err: error }, 'an invoice of a recurring invoice could not be made');
  return { reason: 'INTERNAL', message: 'Something went wrong on our side.' };
}
