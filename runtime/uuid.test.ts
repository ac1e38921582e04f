import { expect, test } from 'vitest';
import { increasingUuid, UUID } from './uuid.ts';

test('ids go up, are UUIDs of version 7 and tell the time', () => {
  const before = Date.now();
  const ids = Array.from({ length: 20_000 }, increasingUuid);
  expect(ids.every((id, index) => index === 0 || id > (ids[index - 1] ?? ''))).toBe(true);
  expect(ids.every((id) => UUID.test(id) && id[14] === '7')).toBe(true);
  const times = ids.map((id) => Number.parseInt(id.replace('-', '').slice(0, 12), 16));
  expect(times[0]).toBeGreaterThanOrEqual(before);
  expect(times.at(-1)).toBeLessThanOrEqual(Date.now());
});
