import { type DescMethod, getOption, hasOption } from '@bufbuild/protobuf';
import { http } from './gen/google/api/annotations_pb.ts';
import type { HttpRule } from './gen/google/api/http_pb.ts';

/** One way to reach an RPC: a rule of google/api/http.proto without its additional bindings. */
export interface Binding {
  /** `GET`, `PUT`, `POST`, `DELETE`, `PATCH`, a custom method in its own spelling, or `*` for any. */
  readonly httpMethod: string;
  readonly path: string;
  /** `*`, the name of a request field, or empty. */
  readonly body: string;
  /** The name of a response field, or empty. */
  readonly responseBody: string;
}

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/**
 * Reads the bindings of an RPC from its `google.api.http` option, the main one first; none when it has no such option.
 *
 * @throws Error when a rule has no pattern, a custom method that HTTP does not allow, or bindings inside of bindings
 */
export function readBindings(method: DescMethod): Binding[] {
  if (!hasOption(method, http)) {
    return [];
  }
  const rule = getOption(method, http);
  for (const additional of rule.additionalBindings) {
    if (additional.additionalBindings.length > 0) {
      throw new Error('additional_bindings cannot have additional_bindings of their own');
    }
  }
  return [rule, ...rule.additionalBindings].map(toBinding);
}

function toBinding(rule: HttpRule): Binding {
  const { body, responseBody, pattern } = rule;
  switch (pattern.case) {
    case undefined:
      throw new Error('the rule has no pattern (get, put, post, delete, patch or custom)');
    case 'custom':
      if (!token.test(pattern.value.kind)) {
        throw new Error(`custom kind "${pattern.value.kind}" is not an HTTP method`);
      }
      return { httpMethod: pattern.value.kind, path: pattern.value.path, body, responseBody };
    default:
      return { httpMethod: pattern.case.toUpperCase(), path: pattern.value, body, responseBody };
  }
}
