import {
  create,
  createRegistry,
  type DescMessage,
  fromBinary,
  fromJsonString,
  type MessageShape,
  toBinary,
  toJsonString,
} from '@bufbuild/protobuf';
import { anyPack, anyUnpack } from '@bufbuild/protobuf/wkt';
import { RequestSchema, type Response, ResponseSchema, SpecSchema } from './gen/pluginrpc_pb.ts';

/** The version of the pluginrpc protocol. */
const PROTOCOL = '1';
const INVALID_ARGUMENT = 3;
const INTERNAL = 13;

/** One procedure of a plugin. */
export interface Procedure {
  /** `/<full service name>/<method>`. */
  readonly path: string;
  /** The argument that calls it, as an alternative to the path. */
  readonly command: string;
  readonly input: DescMessage;
  readonly output: DescMessage;
  /** Takes the unpacked request. Errors that it throws are reported to the caller. */
  run(request: unknown): unknown;
}

/** Gives a procedure its precise types. */
export function defineProcedure<Input extends DescMessage, Output extends DescMessage>(definition: {
  readonly path: string;
  readonly command: string;
  readonly input: Input;
  readonly output: Output;
  run(request: MessageShape<Input>): MessageShape<Output>;
}): Procedure {
  // The request is unpacked as `input`, so `run` gets only messages of that type.
  return definition as Procedure;
}

/**
 * Answers one call of a plugin over pluginrpc (https://github.com/pluginrpc/pluginrpc).
 *
 * @param args the arguments after the program
 * @param readInput reads standard input; called only for a procedure
 * @returns the bytes for standard output
 * @throws Error when the arguments are invalid or name no procedure
 */
export async function answerCall(
  procedures: readonly Procedure[],
  args: readonly string[],
  readInput: () => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const { command, format } = parseArguments(args);
  const registry = createRegistry(...procedures.flatMap(({ input, output }) => [input, output]));
  const encode = <Desc extends DescMessage>(desc: Desc, message: MessageShape<Desc>): Uint8Array =>
    format === 'binary' ? toBinary(desc, message) : Buffer.from(toJsonString(desc, message, { registry }));
  if (command === '--protocol') return Buffer.from(`${PROTOCOL}\n`);
  if (command === '--spec') {
    const listed = procedures.map((procedure) => ({ path: procedure.path, args: [procedure.command] }));
    return encode(SpecSchema, create(SpecSchema, { procedures: listed }));
  }
  const procedure = procedures.find((candidate) => candidate.path === command || candidate.command === command);
  if (procedure === undefined) throw new Error(`no procedure ${command}: see --spec`);
  const bytes = await readInput();
  const decode = (): MessageShape<typeof RequestSchema> =>
    format === 'binary' || bytes.length === 0
      ? fromBinary(RequestSchema, bytes)
      : fromJsonString(RequestSchema, Buffer.from(bytes).toString('utf8'), { registry });
  return encode(ResponseSchema, respond(procedure, decode));
}

function parseArguments(args: readonly string[]): { command: string; format: 'binary' | 'json' } {
  const at = args.indexOf('--format');
  const format = at === -1 ? 'binary' : args[at + 1];
  const [command, ...more] = at === -1 ? args : args.toSpliced(at, 2);
  if (format !== 'binary' && format !== 'json') throw new Error('--format is binary or json');
  if (command === undefined || more.length > 0) throw new Error('needs one procedure, --spec or --protocol');
  return { command, format };
}

function respond({ input, output, run }: Procedure, decode: () => MessageShape<typeof RequestSchema>): Response {
  let request: unknown;
  try {
    const { value } = decode();
    // No value means an empty request.
    request = value === undefined ? create(input) : anyUnpack(value, input);
    if (request === undefined) throw new Error(`the request is no ${input.typeName}`);
  } catch (error) {
    return failure(INVALID_ARGUMENT, error);
  }
  try {
    // `run` gives a message of `output`, as the types of defineProcedure require.
    return create(ResponseSchema, { value: anyPack(output, run(request) as MessageShape<DescMessage>) });
  } catch (error) {
    return failure(INTERNAL, error);
  }
}

function failure(code: number, error: unknown): Response {
  return create(ResponseSchema, { error: { code, message: error instanceof Error ? error.message : String(error) } });
}
