import { DomainError } from '../../../runtime/call/errors.ts';
import { detailOfExclusion, violatesUnique } from '../../../runtime/database/postgres-error.ts';
import { NUMBER_CONSTRAINT, RESERVED_CONSTRAINT } from '../store/open-invoice.ts';

/** A series that is yet to give the number. */
export interface Reservation {
  readonly numberSeries: string;
  /**
   * What its next sequence has to be raised to so that it does not give the number; 0 when raising does not help, since
   * the number is of a later period.
   */
  readonly nextSequence: string;
}

/** The constraint that a series breaks when it would come to the number of an invoice that was issued elsewhere. */
const SPARES_CONSTRAINT = 'number_series_spares_recorded';

/**
 * Gives the result of a statement that records an invoice under this number of another system.
 *
 * @throws DomainError NUMBER_TAKEN or NUMBER_RESERVED naming the number.
 */
export async function refuseRecording<T>(number: string, recording: Promise<T>): Promise<T> {
  try {
    return await recording;
  } catch (error) {
    if (violatesUnique(error, NUMBER_CONSTRAINT)) throw numberTaken(number);
    const detail = detailOfExclusion(error, RESERVED_CONSTRAINT);
    throw detail === undefined ? error : numberReserved(number, JSON.parse(detail));
  }
}

/**
 * Gives the result of a statement that adds or changes a number series.
 *
 * @throws DomainError NUMBER_TAKEN when the series would come to the number of an invoice that was issued elsewhere.
 */
export async function refuseRecorded<T>(changing: Promise<T>): Promise<T> {
  try {
    return await changing;
  } catch (error) {
    const detail = detailOfExclusion(error, SPARES_CONSTRAINT);
    if (detail === undefined) throw error;
    const { number, nextSequence }: { readonly number: string; readonly nextSequence: string } = JSON.parse(detail);
    const { remedy, metadata } = remedyOf(nextSequence);
    throw new DomainError(
      'state',
      'NUMBER_TAKEN',
      `The series would reach ${number}, the number of an invoice that was issued elsewhere; ${remedy}.`,
      { metadata, violations: [violation('must not lead to the number of another document')] },
    );
  }
}

/**
 * The error of changing a series so that its next number is one that another document has. `nextSequence` is the one
 * with which the series could go on; 0 when there is none.
 */
export function givenAlready(number: string, nextSequence: string): DomainError {
  const { remedy, metadata } = remedyOf(nextSequence);
  const text = `The next number of the series would be ${number}, which another document has; ${remedy}.`;
  const violations = [violation('must not lead to the number of another document')];
  return new DomainError('state', 'NUMBER_TAKEN', text, { metadata, violations });
}

/** The error of a pattern that leads to the numbers of another series. */
export function givenByOther(numberSeries: string): DomainError {
  const text = `The number series ${numberSeries} gives the same numbers; choose another pattern for one of the two.`;
  return new DomainError('state', 'NUMBER_RESERVED', text, {
    metadata: { numberSeries },
    violations: [violation(`must not lead to the numbers of the number series ${numberSeries}`)],
  });
}

function violation(description: string) {
  return { field: 'number_series.pattern', description };
}

/** The error of recording an invoice under the number of another one. */
export function numberTaken(number: string): DomainError {
  return new DomainError('state', 'NUMBER_TAKEN', `There is already an invoice with the number ${number}.`, {
    violations: [{ field: 'number', description: 'must not be the number of another invoice' }],
  });
}

/** The error of recording an invoice under a number that a series is yet to give. */
export function numberReserved(number: string, { numberSeries, nextSequence }: Reservation): DomainError {
  const { remedy, metadata } = remedyOf(nextSequence);
  const text = `The number series ${numberSeries} would still give the number ${number}; first ${remedy}.`;
  const description = `must not be a number that the number series ${numberSeries} would still give; first ${remedy}`;
  return new DomainError('state', 'NUMBER_RESERVED', text, {
    metadata: { numberSeries, ...metadata },
    violations: [{ field: 'number', description }],
  });
}

/** The largest next sequence that the contract allows. */
const NEXT_SEQUENCE_MAX = 999_999_999_999n;

function remedyOf(nextSequence: string) {
  if (nextSequence === '0' || BigInt(nextSequence) > NEXT_SEQUENCE_MAX)
    return { remedy: 'choose another pattern for it', metadata: {} };
  return {
    remedy: `raise its next sequence to ${nextSequence}, or choose another pattern for it`,
    metadata: { nextSequence },
  };
}
