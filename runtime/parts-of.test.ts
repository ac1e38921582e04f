import fc from 'fast-check';
import { expect, test } from 'vitest';
import { partsOf } from './parts-of.ts';

test('each part but the last is large enough with its last item, and not without it', () => {
  const sum = (sizes: readonly number[]) => sizes.reduce((total, size) => total + size, 0);
  fc.assert(
    fc.property(fc.array(fc.nat(20)), fc.integer({ min: 1, max: 30 }), (sizes, sizeMax) => {
      const parts = partsOf(sizes, sizeMax, (size) => size);
      expect(parts.flat()).toEqual(sizes);
      for (const part of parts) expect(sum(part.slice(0, -1))).toBeLessThan(sizeMax);
      for (const part of parts.slice(0, -1)) expect(sum(part)).toBeGreaterThanOrEqual(sizeMax);
    }),
  );
});
