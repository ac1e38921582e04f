import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { anyPack, anyUnpack, type StringValue, StringValueSchema } from '@bufbuild/protobuf/wkt';
import { describe, expect, test } from 'vitest';
import { RequestSchema, type Response, ResponseSchema, SpecSchema } from './gen/pluginrpc_pb.ts';
import { answerCall, defineProcedure } from './pluginrpc.ts';

const procedures = [
  defineProcedure({
    path: '/library.v1.LibraryService/Shout',
    command: 'shout',
    input: StringValueSchema,
    output: StringValueSchema,
    run: ({ value }) => {
      if (value === 'hush') throw new Error('no shouting');
      return create(StringValueSchema, { value: value.toUpperCase() });
    },
  }),
];

function call(args: readonly string[], input: Uint8Array | string = ''): Promise<Uint8Array> {
  return answerCall(procedures, args, async () => Buffer.from(input));
}

function requestOf(value: string): Uint8Array {
  const packed = anyPack(StringValueSchema, create(StringValueSchema, { value }));
  return toBinary(RequestSchema, create(RequestSchema, { value: packed }));
}

function answerOf({ value }: Response): StringValue | undefined {
  return value && anyUnpack(value, StringValueSchema);
}

describe('a plugin over pluginrpc', () => {
  test('says its protocol', async () => {
    expect(Buffer.from(await call(['--protocol'])).toString()).toBe('1\n');
  });

  test('says its procedures, in binary and in JSON', async () => {
    const procedure = { path: '/library.v1.LibraryService/Shout', args: ['shout'] };
    expect(fromBinary(SpecSchema, await call(['--spec'])).procedures).toMatchObject([procedure]);
    const json = Buffer.from(await call(['--spec', '--format', 'json'])).toString();
    expect(JSON.parse(json)).toEqual({ procedures: [procedure] });
  });

  test.each(['shout', '/library.v1.LibraryService/Shout'])('answers %s', async (command) => {
    const response = fromBinary(ResponseSchema, await call([command, '--format', 'binary'], requestOf('hello')));
    expect(answerOf(response)?.value).toBe('HELLO');
  });

  test('answers in JSON', async () => {
    const request = '{"value":{"@type":"type.googleapis.com/google.protobuf.StringValue","value":"hello"}}';
    const response = await call(['--format', 'json', 'shout'], request);
    expect(JSON.parse(Buffer.from(response).toString())).toEqual({
      value: { '@type': 'type.googleapis.com/google.protobuf.StringValue', value: 'HELLO' },
    });
  });

  test('takes no input for an empty request', async () => {
    expect(answerOf(fromBinary(ResponseSchema, await call(['shout'])))?.value).toBe('');
  });

  test('tells why a procedure failed', async () => {
    const response = fromBinary(ResponseSchema, await call(['shout'], requestOf('hush')));
    expect(response.error).toMatchObject({ code: 13, message: 'no shouting' });
  });

  test('tells that it cannot read the request', async () => {
    const response = fromBinary(ResponseSchema, await call(['shout'], 'no protobuf'));
    expect(response.error?.code).toBe(3);
  });

  test.each([[[]], [['whisper']], [['shout', 'again']], [['shout', '--format', 'yaml']]])(
    'refuses the arguments %j',
    async (args) => {
      await expect(call(args)).rejects.toThrow();
    },
  );
});
