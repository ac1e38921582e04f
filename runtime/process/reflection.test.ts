import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { fromBinary, type MessageInitShape } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { type Client, Code, createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  ServerReflection,
  type ServerReflectionRequestSchema,
  type ServerReflectionResponse,
} from '../../gen/grpc/reflection/v1/reflection_pb.ts';
import { SessionService } from '../../gen/numer/user/v1/session_service_pb.ts';
import { UserService } from '../../gen/numer/user/v1/user_service_pb.ts';
import { registerHealth } from './health.ts';
import { registerReflection } from './reflection.ts';
import { type RunningServer, startServer } from './server.ts';

type Question = MessageInitShape<typeof ServerReflectionRequestSchema>;

const run = promisify(execFile);
let server: RunningServer;
let reflection: Client<typeof ServerReflection>;

/** The answers to questions on one stream. */
async function ask(...questions: NonNullable<Question['messageRequest']>[]) {
  const asked = async function* () {
    for (const messageRequest of questions) yield { messageRequest };
  };
  const answers: ServerReflectionResponse['messageResponse'][] = [];
  for await (const { messageResponse } of reflection.serverReflectionInfo(asked())) answers.push(messageResponse);
  return answers;
}

async function namesOfFiles(
  ...questions: NonNullable<Question['messageRequest']>[]
): Promise<(string[] | undefined)[]> {
  return (await ask(...questions)).map((answer) =>
    answer.case === 'fileDescriptorResponse'
      ? answer.value.fileDescriptorProto.map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes).name)
      : undefined,
  );
}

async function bufCurl(path: string, ...options: string[]): Promise<string> {
  const args = ['curl', '--http2-prior-knowledge', '--protocol', 'grpc', ...options, `${server.url}${path}`];
  return (await run('buf', args, { timeout: 15_000 })).stdout;
}

beforeAll(async () => {
  server = await startServer({
    routes(router) {
      router.service(UserService, { createUser: ({ name }) => ({ user: { id: '1', name } }) });
      router.service(SessionService, {});
      registerHealth(router, [], async () => true);
      registerReflection(router, [UserService, SessionService], ({ name }) => name !== 'Authenticate');
    },
    interceptors: [],
    host: '127.0.0.1',
    port: 0,
  });
  reflection = createClient(ServerReflection, createGrpcTransport({ baseUrl: server.url }));
});
afterAll(() => server.stop(0));

describe('for buf curl, which has no schema but this', () => {
  test.each(['grpc-v1', 'grpc-v1alpha'])('lists the services in %s', async (protocol) => {
    const services = (await bufCurl('', '--list-services', '--reflect-protocol', protocol)).trim().split('\n');
    expect(services).toEqual([
      'grpc.health.v1.Health',
      'grpc.reflection.v1.ServerReflection',
      'grpc.reflection.v1alpha.ServerReflection',
      'numer.user.v1.SessionService',
      'numer.user.v1.UserService',
    ]);
  });

  test.each(['grpc-v1', 'grpc-v1alpha'])('tells it how to make a call in %s', async (protocol) => {
    const answer = await bufCurl(
      '/numer.user.v1.UserService/CreateUser',
      '--reflect-protocol',
      protocol,
      '--data',
      '{"name": "Ada"}',
    );
    expect(JSON.parse(answer)).toEqual({ user: { id: '1', name: 'Ada' } });
  });

  test('lists the RPCs without those that are hidden', async () => {
    expect((await bufCurl('', '--list-methods')).split('\n')).toEqual(
      expect.arrayContaining(['numer.user.v1.SessionService/CreateSession', 'grpc.health.v1.Health/Watch']),
    );
    expect(await bufCurl('', '--list-methods')).not.toContain('Authenticate');
  });
});

describe('server reflection', () => {
  test('gives a file with all that it imports', async () => {
    const [answer] = await ask({ case: 'fileByFilename', value: 'numer/user/v1/user_service.proto' });
    if (answer?.case !== 'fileDescriptorResponse') throw new Error(`it answered ${answer?.case}`);
    const given = answer.value.fileDescriptorProto.map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes));
    const names = given.map(({ name }) => name);
    expect(names[0]).toBe('numer/user/v1/user_service.proto');
    expect(names).toEqual([...new Set(names)]);
    expect(given.flatMap(({ dependency }) => dependency).filter((name) => !names.includes(name))).toEqual([]);
  });

  test.each([
    ['a service', 'numer.user.v1.UserService', 'numer/user/v1/user_service.proto'],
    ['an RPC', 'numer.user.v1.UserService.GetUser', 'numer/user/v1/user_service.proto'],
    ['a message, with a leading dot', '.numer.user.v1.User', 'numer/user/v1/user.proto'],
    ['a field', 'numer.user.v1.User.time_zone', 'numer/user/v1/user.proto'],
    ['an enum inside a message', 'numer.options.v1.RpcOptions.Access', 'numer/options/v1/options.proto'],
    ['an enum value', 'numer.options.v1.RpcOptions.PUBLIC', 'numer/options/v1/options.proto'],
    ['an oneof', 'google.api.HttpRule.pattern', 'google/api/http.proto'],
    ['a detail of errors', 'google.rpc.BadRequest', 'google/rpc/error_details.proto'],
    ['an extension', 'numer.options.v1.rpc', 'numer/options/v1/options.proto'],
  ])('finds the file of %s', async (_, symbol, name) => {
    expect((await namesOfFiles({ case: 'fileContainingSymbol', value: symbol }))[0]?.[0]).toBe(name);
  });

  test('does not send again on one stream what a file imports, but the file that is asked for', async () => {
    const address = { case: 'fileContainingSymbol', value: 'numer.user.v1.Address' } as const;
    const [first, second, third] = await namesOfFiles(
      { case: 'fileByFilename', value: 'numer/user/v1/user_service.proto' },
      address,
      { case: 'fileContainingSymbol', value: 'numer.user.v1.CreateSessionRequest' },
    );
    expect(first).toContain('numer/user/v1/address.proto');
    expect(second).toEqual(['numer/user/v1/address.proto']);
    expect(third).toEqual(['numer/user/v1/session_service.proto']);
  });

  test('finds extensions by the message that they extend', async () => {
    const extension = { containingType: 'google.protobuf.MethodOptions', extensionNumber: 50101 };
    const [files] = await namesOfFiles({ case: 'fileContainingExtension', value: extension });
    expect(files?.[0]).toBe('numer/options/v1/options.proto');
    const [numbers] = await ask({ case: 'allExtensionNumbersOfType', value: 'google.protobuf.MethodOptions' });
    expect(numbers?.value).toMatchObject({ extensionNumber: expect.arrayContaining([50101, 72295728]) });
    const [none] = await ask({ case: 'allExtensionNumbersOfType', value: 'numer.user.v1.User' });
    expect(none?.value).toMatchObject({ baseTypeName: 'numer.user.v1.User', extensionNumber: [] });
  });

  test('shows neither what it does not serve nor what it hides', async () => {
    const answers = await ask(
      { case: 'fileByFilename', value: 'numer/user/v1/user_events.proto' },
      { case: 'fileContainingSymbol', value: 'numer.invoice.v1.InvoiceService' },
      { case: 'fileContainingSymbol', value: 'numer.user.v1.SessionService.Authenticate' },
      { case: 'fileContainingExtension', value: { containingType: 'numer.user.v1.User', extensionNumber: 1 } },
      { case: 'allExtensionNumbersOfType', value: 'numer.user.v1.Nobody' },
    );
    for (const answer of answers) {
      expect(answer).toMatchObject({ case: 'errorResponse', value: { errorCode: Code.NotFound } });
    }
  });

  test('refuses a request that asks nothing, and goes on', async () => {
    const answers = await ask({ case: undefined }, { case: 'listServices', value: '' });
    expect(answers[0]).toMatchObject({ case: 'errorResponse', value: { errorCode: Code.InvalidArgument } });
    expect(answers[1]?.case).toBe('listServicesResponse');
  });

  test('repeats the question and the host in its answer', async () => {
    const asked = async function* () {
      yield { host: 'numer.example', messageRequest: { case: 'listServices', value: '*' } as const };
    };
    for await (const answer of reflection.serverReflectionInfo(asked())) {
      expect(answer).toMatchObject({
        validHost: 'numer.example',
        originalRequest: { host: 'numer.example', messageRequest: { case: 'listServices', value: '*' } },
      });
    }
    expect.assertions(1);
  });
});
