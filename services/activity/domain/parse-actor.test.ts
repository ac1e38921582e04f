import { expect, test } from 'vitest';
import { parseActor } from './parse-actor.ts';

test.each([
  ['user:0190-1', { type: 'USER', id: '0190-1' }],
  ['api-key:0190-2', { type: 'API_KEY', id: '0190-2' }],
  ['service:reminder', { type: 'SERVICE', id: 'reminder' }],
  ['service:a:b', { type: 'SERVICE', id: 'a:b' }],
])('%s is an actor', (text, actor) => {
  expect(parseActor(text)).toEqual(actor);
});

test.each(['', 'user', 'user:', ':1', 'robot:1', 'User:1', 'users:1'])('"%s" is none', (text) => {
  expect(() => parseActor(text)).toThrow('names no actor');
});
