import { type DescMethod, getOption, hasOption } from '@bufbuild/protobuf';
import { http } from '../../../gateway/rest/gen/google/api/annotations_pb.ts';
import type { HttpRule } from '../../../gateway/rest/gen/google/api/http_pb.ts';
import { type Binding, readBindings } from '../../../gateway/rest/http-rule.ts';
import { createLocationWriter } from '../../../gateway/rest/success.ts';
import { type RpcOptions, RpcOptions_Access, rpc } from '../../../gen/numer/options/v1/options_pb.ts';
import { METHOD_OPTIONS, type Place } from '../rule.ts';

/** Number of `additional_bindings` in google.api.HttpRule. */
const ADDITIONAL_BINDINGS = 11;
/** Numbers of the patterns in google.api.HttpRule. */
const PATTERN = { get: 2, put: 3, post: 4, delete: 5, patch: 6, custom: 8 } as const;

/** A binding and its place in the file. */
export interface PlacedBinding extends Binding {
  readonly place: Place;
}

/** Whether only other services may call the RPC. */
export function isInternal(method: DescMethod): boolean {
  return optionsOf(method).access === RpcOptions_Access.INTERNAL;
}

/** The RPC's own options, or the defaults when it has none. */
export function optionsOf(method: DescMethod): RpcOptions {
  return getOption(method, rpc);
}

/** Whether the RPC has a REST rule, valid or not. */
export function hasHttpRule(method: DescMethod): boolean {
  return hasOption(method, http);
}

/** The bindings of an RPC, the main one first; none when the rule cannot be read. */
export function bindingsOf(method: DescMethod): PlacedBinding[] {
  try {
    const rule = getOption(method, http);
    const places = [
      ruleAt(method, rule, []),
      ...rule.additionalBindings.map((additional, index) => {
        return ruleAt(method, additional, [ADDITIONAL_BINDINGS, index]);
      }),
    ];
    return readBindings(method).map((binding, index) => ({ ...binding, place: places[index] ?? { element: method } }));
  } catch {
    // HTTP_RULE_VALID reports what is wrong with the rule.
    return [];
  }
}

function ruleAt(element: DescMethod, { pattern }: HttpRule, path: readonly number[]): Place {
  const last = pattern.case === undefined ? [] : [PATTERN[pattern.case]];
  return { element, within: [METHOD_OPTIONS, http.number, ...path, ...last] };
}

/** The place of the option `google.api.http`. */
export function httpPlace(element: DescMethod): Place {
  return { element, within: [METHOD_OPTIONS, http.number] };
}

/** The place of a field in the RPC's own options, by its number. */
export function optionPlace(element: DescMethod, field: { readonly number: number }): Place {
  return { element, within: [METHOD_OPTIONS, rpc.number, field.number] };
}

/**
 * The status of a successful REST response: the declared one, else 204 for a response without fields and 200 for
 * others.
 */
export function successStatusOf(method: DescMethod): number {
  const { successStatus } = optionsOf(method);
  if (successStatus !== 0) return successStatus;
  return method.output.fields.length === 0 ? 204 : 200;
}

/** What is wrong with a Location template for the response of a binding; undefined when nothing is. */
export function locationMistake(method: DescMethod, location: string, { responseBody }: Binding): string | undefined {
  const answer = method.output.fields.find((field) => field.name === responseBody)?.message ?? method.output;
  try {
    createLocationWriter(location, answer);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
