import { expect, test } from 'vitest';
import { isDatabaseUnavailable } from './postgres-error.ts';

test.each(['ECONNREFUSED', 'ENOENT', 'EMFILE', 'ENFILE', 'EADDRNOTAVAIL'])(
  '%s is an outage of a connection, and none of a file',
  (code) => {
    const ofConnection = Object.assign(new Error('connect'), { code, syscall: 'connect' });
    const ofFile = Object.assign(new Error('open'), { code, syscall: 'open', path: '/a' });
    expect([ofConnection, ofFile].map(isDatabaseUnavailable)).toEqual([true, false]);
  },
);
