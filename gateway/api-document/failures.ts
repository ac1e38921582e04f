import { ErrorReasonSchema } from '../../gen/numer/errors/v1/error_reason_pb.ts';
import type { ErrorReasonName } from '../../runtime/call/errors.ts';
import type { Comments } from '../openapi/comments.ts';
import type { Reference, Response } from '../openapi/document.ts';
import { toMarkdown } from '../openapi/markdown.ts';
import { createProblem } from '../rest/problem.ts';
import { HEADERS_BY_STATUS, OPERATION_HEADERS } from './headers.ts';
import { REASON_STATUSES } from './reason-statuses.ts';

/** Describes how operations fail. */
export interface Failures {
  /** Responses that several operations share, by name. */
  readonly components: Readonly<Record<string, Response>>;
  /** The responses for some reasons, by status. */
  of(reasons: readonly ErrorReasonName[]): Record<string, Reference | Response>;
  /** The response for failures that can happen anywhere and are not the fault of the caller. */
  readonly unexpected: Reference;
}

const UNEXPECTED: readonly ErrorReasonName[] = ['NOT_ACCEPTABLE', 'INTERNAL', 'UNAVAILABLE', 'DEADLINE_EXCEEDED'];
const REQUEST_ID = 'cba469f1-2a6b-459f-8eef-65b2f0fe1253';

/** A response for more reasons belongs to one operation only, and its name would be too long. */
const SHARED_REASONS_MAX = 2;

/** Makes responses for the reasons of failures, with what the contract says about each reason. */
export function createFailures(comments: Comments): Failures {
  const texts = new Map(ErrorReasonSchema.values.map((value) => [value.name, toMarkdown(comments(value))] as const));
  const components: Record<string, Response> = {
    Unexpected: responseOf(UNEXPECTED, 'INTERNAL', {}, texts),
  };
  const refer = (name: string): Reference => ({ $ref: `#/components/responses/${name}` });

  return {
    components,
    unexpected: refer('Unexpected'),
    of(reasons) {
      const byStatus = Map.groupBy(new Set(reasons), (reason) => REASON_STATUSES[reason]);
      const entries = [...byStatus].map(([status, [first, ...rest]]): [number, Reference | Response] => {
        if (first === undefined) throw new Error('a group has members');
        const response = responseOf([first, ...rest], first, HEADERS_BY_STATUS[status] ?? {}, texts);
        if (rest.length >= SHARED_REASONS_MAX) return [status, response];
        const name = [first, ...rest].map(pascalCase).join('Or');
        components[name] = response;
        return [status, refer(name)];
      });
      return Object.fromEntries(entries);
    },
  };
}

function responseOf(
  reasons: readonly ErrorReasonName[],
  shown: ErrorReasonName,
  headers: Readonly<Record<string, Reference>>,
  texts: ReadonlyMap<string, string>,
): Response {
  const status = REASON_STATUSES[shown];
  const detail = texts.get(shown) ?? '';
  const { type, title } = createProblem({ status });
  return {
    description: reasons.map((reason) => `- \`${reason}\`: ${texts.get(reason) ?? ''}`).join('\n'),
    headers: { ...OPERATION_HEADERS, ...headers },
    content: {
      'application/problem+json': {
        schema: {
          allOf: [
            { $ref: '#/components/schemas/Problem' },
            { type: 'object', properties: { reason: { type: 'string', enum: [...reasons] } } },
          ],
        },
        example: { type, title, status, detail, reason: shown, requestId: REQUEST_ID },
      },
    },
  };
}

function pascalCase(reason: string): string {
  return reason
    .split('_')
    .map((word) => word.slice(0, 1) + word.slice(1).toLowerCase())
    .join('');
}
