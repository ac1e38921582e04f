import { expect, test } from 'vitest';
import { createResetTokens } from './reset-tokens.ts';

const [one, other] = [createResetTokens(new Uint8Array(32).fill(1)), createResetTokens(new Uint8Array(32).fill(2))];

test('the token of a reset is always the same, and another for each reset and key', () => {
  expect(createResetTokens(new Uint8Array(32).fill(1)).tokenOf('a')).toBe(one.tokenOf('a'));
  const tokens = [one.tokenOf('a'), one.tokenOf('b'), other.tokenOf('a')];
  expect(new Set(tokens).size).toBe(3);
  for (const token of tokens) expect(token).toMatch(/^[\w-]{43}$/);
});
