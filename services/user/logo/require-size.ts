import { invalidField } from '../../../runtime/call/errors.ts';

/** Most pixels of a side: more than twice as many as there are in the width of a printed logo at 300 dpi. */
const SIDE_PIXELS_MAX = 2_000;

/** Refuses a picture without pixels, or with too many. Throws DomainError INVALID_ARGUMENT. */
export function requireSize(widthPixels: number, heightPixels: number): void {
  const isWithin = (side: number) => side >= 1 && side <= SIDE_PIXELS_MAX;
  if (isWithin(widthPixels) && isWithin(heightPixels)) return;
  throw invalidField(
    'file',
    `must have 1 to ${SIDE_PIXELS_MAX} pixels on each side, but has ${widthPixels} x ${heightPixels}`,
  );
}
