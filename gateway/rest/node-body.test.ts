import { PassThrough } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { readNodeBody } from './node-body.ts';

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString();
}

test('a body is read to its end, in however many pieces it comes', async () => {
  for (const pieces of [[], ['abc'], ['ab', '', 'c']]) {
    const incoming = new PassThrough();
    const reading = readNodeBody(incoming, 3);
    for (const piece of pieces) {
      incoming.write(piece);
      await setImmediate();
    }
    incoming.end();
    expect(textOf(await reading)).toBe(pieces.join(''));
  }
});

test('a body that had come before it is asked for is read as well', async () => {
  const incoming = new PassThrough();
  incoming.end('abc');
  await setImmediate();
  expect(textOf(await readNodeBody(incoming, 10))).toBe('abc');
});

test('a body that is too large is left as soon as that is known', async () => {
  const incoming = new PassThrough();
  const reading = readNodeBody(incoming, 3);
  incoming.write('abc');
  incoming.write('d');
  await expect(reading).rejects.toMatchObject({ status: 413 });
  incoming.write('efg');
  await setImmediate();
  expect([incoming.readableLength, incoming.listenerCount('data')]).toEqual([3, 0]);
});

test('a body that breaks off is a client error, whenever it does', async () => {
  const incoming = new PassThrough();
  const reading = readNodeBody(incoming, 10);
  incoming.write('abc');
  incoming.destroy(new Error('the peer has left'));
  await expect(reading).rejects.toMatchObject({ status: 400 });
  await expect(readNodeBody(incoming, 10)).rejects.toMatchObject({ status: 400 });
});
