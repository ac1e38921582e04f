import { type DescField, type DescMessage, fromJson, type JsonValue } from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';
import { connectErrorOf, type FieldViolation, invalidFields } from '../../runtime/call/errors.ts';
import { emptyOddValues } from '../rest/integers.ts';
import { findMessageProblems } from '../rest/json-problems.ts';
import { type JsonText, parseJsonText } from '../rest/json-text.ts';
import { findField } from '../rest/message-fields.ts';
import { type FieldProblem, ProblemError } from '../rest/problem.ts';
import { requireFewItems } from './json-items.ts';

/**
 * Checks the JSON of a message before the library decodes it, in the same way as the body of a REST request, except that unknown
 * fields are passed over. So an error names the fields at fault, which those of the library do not. And nothing is read as
 * another value, as the library reads a blank text as 0, a number beyond 2^53 as the nearest double, 30 February as 2 March, and
 * an unknown name of an enum value as if it were not there.
 *
 * @throws ConnectError INVALID_ARGUMENT, or RESOURCE_EXHAUSTED for more than `maxValues` values
 */
export function checkJson(bytes: Uint8Array, desc: DescMessage, maxValues: number): void {
  const { value, hasOddValue } = parse(bytes, desc, maxValues);
  requireFewItems(desc, value);
  if (hasOddValue) emptyOddValues(value, desc, undefined);
  if (decodes(desc, value)) return;
  const problems = findMessageProblems(desc, value, { registry: undefined, ignoreUnknownFields: true });
  if (problems.length > 0) throw connectErrorOf(invalidFields(toViolations(desc, problems)));
}

function parse(bytes: Uint8Array, desc: DescMessage, maxValues: number): JsonText {
  try {
    return parseJsonText(bytes, maxValues);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const { status, errors = [], message } = error;
    if (errors.length > 0) throw connectErrorOf(invalidFields(toViolations(desc, errors)));
    throw new ConnectError(message, status === 413 ? Code.ResourceExhausted : Code.InvalidArgument);
  }
}

function decodes(desc: DescMessage, json: JsonValue): boolean {
  try {
    fromJson(desc, json);
    return true;
  } catch {
    return false;
  }
}

function toViolations(desc: DescMessage, problems: readonly FieldProblem[]): FieldViolation[] {
  return problems.flatMap((problem) =>
    'pointer' in problem ? [{ field: fieldPathOf(desc, problem.pointer), description: problem.detail }] : [],
  );
}

/** The path of what a JSON pointer leads to, in proto names: `/invoice/lines/0/unitPrice` is `invoice.lines[0].unit_price`. */
function fieldPathOf(desc: DescMessage, pointer: string): string {
  let message: DescMessage | undefined = desc;
  let isItem = false;
  let path = '';
  for (const step of pointer.split('/').slice(1)) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    const field: DescField | undefined = isItem || message === undefined ? undefined : findField(message, name);
    path += isItem ? `[${name}]` : `.${field?.name ?? name}`;
    if (!isItem) message = field?.message;
    isItem = field?.fieldKind === 'list' || field?.fieldKind === 'map';
  }
  return path.slice(1);
}
