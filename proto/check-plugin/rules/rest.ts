import { type DescMethod, isFieldSet } from '@bufbuild/protobuf';
import { MethodOptions_IdempotencyLevel as IdempotencyLevel, MethodOptionsSchema } from '@bufbuild/protobuf/wkt';
import { compileRoutes, RuleError } from '../../../gateway/rest/route.ts';
import { createRouter } from '../../../gateway/rest/router.ts';
import { parseTemplate } from '../../../gateway/rest/template.ts';
import { RpcOptionsSchema } from '../../../gen/numer/options/v1/options_pb.ts';
import { type Category, type Finding, type LintRule, methodsOf, nameOf } from '../rule.ts';
import {
  bindingsOf,
  hasHttpRule,
  httpPlace,
  isInternal,
  locationMistake,
  optionPlace,
  optionsOf,
  type PlacedBinding,
  successStatusOf,
} from './http-options.ts';

const SUCCESS_STATUSES = [200, 201, 202, 204];
const METHODS = ['GET', 'POST', 'PATCH', 'DELETE'];

const REST: Category = { id: 'REST', purpose: 'Checks that every public RPC is served well over REST.' };

/** A public RPC is served over REST and an internal one is not. */
export const httpRuleRequired: LintRule = {
  id: 'HTTP_RULE_REQUIRED',
  category: REST,
  purpose: 'Checks that every public RPC has a google.api.http rule and that internal RPCs have none.',
  check: (contracts) =>
    methodsOf(contracts).flatMap((method): Finding[] => {
      if (hasHttpRule(method) !== isInternal(method)) return [];
      const message = isInternal(method)
        ? `Internal RPC "${nameOf(method)}" has a google.api.http rule, but is not reachable through the gateway.`
        : `RPC "${nameOf(method)}" needs a google.api.http rule, or (numer.options.v1.rpc).access = INTERNAL.`;
      return [{ message, place: isInternal(method) ? httpPlace(method) : { element: method } }];
    }),
};

/** Refuses what the transcoder would refuse at startup, by the transcoder's own code. */
export const httpRuleValid: LintRule = {
  id: 'HTTP_RULE_VALID',
  category: REST,
  purpose: 'Checks that google.api.http rules fit the messages of their RPC.',
  check: (contracts) =>
    methodsOf(contracts).flatMap((method) =>
      mistakesOf(method).map((mistake) => {
        const binding = bindingsOf(method).find(({ httpMethod, path }) =>
          mistake.startsWith(`${httpMethod} ${path}: `),
        );
        return {
          message: `The google.api.http rule is not valid: ${mistake}.`,
          place: binding?.place ?? httpPlace(method),
        };
      }),
    ),
};

/** The mistakes of an RPC's rule by itself, without the file and name that the transcoder puts before each. */
function mistakesOf(method: DescMethod): string[] {
  try {
    compileRoutes([method.parent], (rpc) => rpc === method);
    return [];
  } catch (error) {
    if (!(error instanceof RuleError)) throw error;
    const name = `${method.parent.file.name}.proto: ${nameOf(method)}: `;
    return error.mistakes.map((mistake) => mistake.replace(name, ''));
  }
}

/** No two RPCs match the same requests, whatever the names of their path variables. */
export const httpRuleUnique: LintRule = {
  id: 'HTTP_RULE_UNIQUE',
  category: REST,
  purpose: 'Checks that no request matches the google.api.http rules of two RPCs equally well.',
  check: (contracts) => {
    const router = createRouter<DescMethod>();
    return methodsOf(contracts)
      .filter((method) => mistakesOf(method).length === 0)
      .flatMap((method) =>
        bindingsOf(method).flatMap(({ httpMethod, path, place }): Finding[] => {
          const taken = router.add(httpMethod, parseTemplate(path), method);
          if (taken === undefined) return [];
          return [{ message: `"${httpMethod} ${path}" takes the same requests as RPC "${nameOf(taken)}".`, place }];
        }),
      );
  },
};

/** A GET may be prefetched, cached and repeated by any intermediary. */
export const httpGetSafe: LintRule = {
  id: 'HTTP_GET_SAFE',
  category: REST,
  purpose: 'Checks that a GET has no side effects, and that what has none is a GET, or a POST for its body.',
  check: (contracts) =>
    eachBinding(methodsOf(contracts), (method, { httpMethod, place }) => {
      const isSafe = method.idempotency === IdempotencyLevel.NO_SIDE_EFFECTS;
      // A calculation has no side effects, but takes more than fits into the query of a GET.
      if (isSafe ? httpMethod === 'GET' || httpMethod === 'POST' : httpMethod !== 'GET') return [];
      const message = isSafe
        ? `RPC "${nameOf(method)}" has no side effects, so it is a GET or a POST and no ${httpMethod}.`
        : `RPC "${nameOf(method)}" is a GET, so it needs idempotency_level = NO_SIDE_EFFECTS and must have none.`;
      return [{ message, place }];
    }),
};

/** HTTP method, idempotency, body and path fit together. */
export const httpRuleStyle: LintRule = {
  id: 'HTTP_RULE_STYLE',
  category: REST,
  purpose:
    'Checks that the HTTP method fits idempotency and body of the RPC, and that paths are lower case with dashes.',
  check: (contracts) =>
    eachBinding(methodsOf(contracts), (method, binding) =>
      styleMistakes(method, binding).map((message) => ({ message, place: binding.place })),
    ),
};

function styleMistakes(method: DescMethod, { httpMethod, path, body }: PlacedBinding): string[] {
  const isRepeatable = method.idempotency === IdempotencyLevel.IDEMPOTENT;
  const takesBody = httpMethod === 'POST' || httpMethod === 'PATCH';
  const name = nameOf(method);
  return [
    ...(METHODS.includes(httpMethod) ? [] : [`RPC "${name}" is a ${httpMethod}; use ${METHODS.join(', ')}.`]),
    ...((httpMethod === 'PATCH' || httpMethod === 'DELETE') && !isRepeatable
      ? [`RPC "${name}" is a ${httpMethod}, which clients repeat: it needs idempotency_level = IDEMPOTENT.`]
      : []),
    ...(takesBody === (body !== '') || httpMethod === 'GET'
      ? []
      : [`RPC "${name}" is a ${httpMethod}, which ${takesBody ? 'needs' : 'has no'} body.`]),
    ...(/^(\/([a-z][a-z0-9-]*|\{[^{}]+\}))+(:[a-z]+(-[a-z]+)*)?$/.test(path)
      ? []
      : [`Path "${path}" is not made of lower-case words, dashes and {variables}, without a slash at the end.`]),
  ];
}

/** The status means success, and a Location can be written. */
export const httpSuccessValid: LintRule = {
  id: 'HTTP_SUCCESS_VALID',
  category: REST,
  purpose: 'Checks that success_status is one of 200, 201, 202 and 204, and that location fits the answer.',
  check: (contracts) => methodsOf(contracts).flatMap(successMistakes),
};

function successMistakes(method: DescMethod): Finding[] {
  const { location } = optionsOf(method);
  const status = successStatusOf(method);
  const findings: Finding[] = [];
  const statusPlace = optionPlace(method, RpcOptionsSchema.field.successStatus);
  if (!SUCCESS_STATUSES.includes(status)) {
    const message = `success_status ${status} of RPC "${nameOf(method)}" is none of ${SUCCESS_STATUSES.join(', ')}.`;
    findings.push({ message, place: statusPlace });
  }
  if (location !== '' && status !== 201) {
    const message = `RPC "${nameOf(method)}" has a location, so its success_status is 201.`;
    findings.push({ message, place: statusPlace });
  }
  for (const binding of location === '' ? [] : bindingsOf(method)) {
    const mistake = locationMistake(method, location, binding);
    if (mistake !== undefined) {
      const message = `location "${location}" of RPC "${nameOf(method)}" cannot be written: ${mistake}.`;
      findings.push({ message, place: optionPlace(method, RpcOptionsSchema.field.location) });
      break;
    }
  }
  return findings;
}

/** Clients and the gateway decide by the level which calls may be repeated. */
export const rpcIdempotencyLevel: LintRule = {
  id: 'RPC_IDEMPOTENCY_LEVEL',
  category: REST,
  purpose: 'Checks that every RPC says whether it may be repeated.',
  check: (contracts) =>
    methodsOf(contracts).flatMap((method): Finding[] => {
      const { options } = method.proto;
      if (options && isFieldSet(options, MethodOptionsSchema.field.idempotencyLevel)) return [];
      const message = `RPC "${nameOf(method)}" needs an idempotency_level; IDEMPOTENCY_UNKNOWN is one, too.`;
      return [{ message, place: { element: method } }];
    }),
};

function eachBinding(
  methods: readonly DescMethod[],
  check: (method: DescMethod, binding: PlacedBinding) => Finding[],
): Finding[] {
  return methods.flatMap((method) => bindingsOf(method).flatMap((binding) => check(method, binding)));
}
