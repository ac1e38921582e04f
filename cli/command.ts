import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';

/** A failure with an exit code of its own, for the program that runs the command. Its message is for the terminal. */
export class ExitError extends Error {
  override readonly name: string = 'ExitError';
  readonly exitCode: number;

  constructor(exitCode: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

/** A mistake in the arguments of a command. */
export class UsageError extends ExitError {
  override readonly name = 'UsageError';

  constructor(message: string, options?: ErrorOptions) {
    super(2, message, options);
  }
}

/** One command of the command line. */
export interface Command {
  /** Its arguments, for the help. */
  readonly usage: string;
  /** What it does, for the help. */
  readonly description: string;
  /** @throws UsageError when the arguments are wrong, before anything is done */
  run(args: readonly string[]): Promise<void>;
}

type Values<Options extends ParseArgsOptionsConfig> = ReturnType<typeof parseArgs<{ options: Options }>>['values'];

/** What a command is made of. */
interface CommandDefinition<Options extends ParseArgsOptionsConfig> {
  /** Default: no arguments. */
  readonly usage?: string;
  readonly description: string;
  /** Default: none. */
  readonly options?: Options;
  /** Most arguments besides the options. Default: 0. */
  readonly argumentsMax?: number;
  run(options: Values<Options>, args: readonly string[]): Promise<void>;
}

/** Makes a command that runs only with arguments it knows. */
export function defineCommand<const Options extends ParseArgsOptionsConfig = Record<never, never>>(
  definition: CommandDefinition<Options>,
): Command {
  // A command that declares no options has none.
  const { usage = '', description, options = {} as Options, argumentsMax = 0, run } = definition;
  return {
    usage,
    description,
    async run(args) {
      const { values, positionals } = parse(args, options);
      if ([...Object.values(values), ...positionals].includes('')) throw new UsageError('An argument is empty.');
      const unexpected = positionals[argumentsMax];
      if (unexpected !== undefined) throw new UsageError(`Unexpected argument '${unexpected}'.`);
      await run(values, positionals);
    },
  };
}

function parse<Options extends ParseArgsOptionsConfig>(args: readonly string[], options: Options) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (cause) {
    // The first sentence says what is wrong. The others say how to give arguments that begin with a dash.
    const [sentence] = cause instanceof Error ? cause.message.split(/\.\s|\n/, 1) : [];
    throw new UsageError(`${sentence?.replace(/\.$/, '')}.`, { cause });
  }
}
