import { type ParseArgsOptionDescriptor, parseArgs } from 'node:util';

/** An option of a measurement. It takes a value. */
interface BenchOption extends ParseArgsOptionDescriptor {
  readonly type: 'string';
  /** What it is, with its default where that does not say it, for the help. */
  readonly description: string;
}

type BenchOptionsSpec = Readonly<Record<string, BenchOption>>;
type Values<Spec extends BenchOptionsSpec> = ReturnType<typeof parseArgs<{ options: Spec }>>['values'];

/**
 * Reads the options of a measurement from the command line. `--help` prints them and ends the process. A mistake prints
 * what is wrong, then the options, and ends the process too.
 *
 * @param read converts the values, or throws an Error that names the option at fault
 */
export function readArguments<const Spec extends BenchOptionsSpec, Result>(
  spec: Spec,
  read: (values: Values<Spec>) => Result,
): Result {
  const args = process.argv.slice(2);
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(describe(spec));
    process.exit(0);
  }
  try {
    return read(parseArgs({ args, options: spec }).values);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n\n${describe(spec)}`);
    process.exit(2);
  }
}

/** The number given for an option. @throws Error naming the option when it is not a number within the bounds */
export function readNumber(name: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (!(value >= min && value <= max)) throw new Error(`--${name} must be a number from ${min} to ${max}.`);
  return value;
}

function describe(spec: BenchOptionsSpec): string {
  const rows = Object.entries(spec).map(([name, { default: fallback, description }]) => {
    return { option: `--${name} ${typeof fallback === 'string' ? fallback : '...'}`, description };
  });
  const width = Math.max(...rows.map(({ option }) => option.length)) + 2;
  const lines = rows.map(({ option, description }) => `  ${option.padEnd(width)}${description}\n`);
  return `Options, with their defaults:\n\n${lines.join('')}\ntests/bench/README.md says what is measured.\n`;
}
