import { Code, ConnectError } from '@connectrpc/connect';
import { expect, test } from 'vitest';
import { CallSignal } from './call-signal.ts';

test.each([
  ['an error of somebody else', new Error('the connection was closed'), Code.Canceled],
  ['no reason', undefined, Code.Canceled],
  ['an error of RPC', new ConnectError('too late', Code.DeadlineExceeded), Code.DeadlineExceeded],
])('a method that is told to stop for %s throws an error of RPC', (_, reason, code) => {
  const caller = new AbortController();
  const { signal } = new CallSignal(undefined, caller.signal);
  signal.throwIfAborted();
  caller.abort(reason);
  expect(() => signal.throwIfAborted()).toThrowError(expect.objectContaining({ name: 'ConnectError', code }));
});
