import { describe, expect, test } from 'vitest';
import { createPasswords } from './passwords.ts';

const passwords = await createPasswords();

describe('passwords', () => {
  test('are hashed with argon2id at 19 MiB and two passes', async () => {
    expect(await passwords.hash('correct horse')).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  test('are salted', async () => {
    expect(await passwords.hash('correct horse')).not.toBe(await passwords.hash('correct horse'));
  });

  test('verify when they are right, and only then', async () => {
    const passwordHash = await passwords.hash('correct horse');
    expect(await passwords.verify(passwordHash, 'correct horse')).toBe(true);
    expect(await passwords.verify(passwordHash, 'Correct horse')).toBe(false);
  });

  test('do not depend on how a character is composed', async () => {
    const passwordHash = await passwords.hash('caf\u00e9 au lait');
    expect(await passwords.verify(passwordHash, 'cafe\u0301 au lait')).toBe(true);
  });

  test('never verify without a hash', async () => {
    expect(await passwords.verify(undefined, 'correct horse')).toBe(false);
  });
});
