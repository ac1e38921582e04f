import type { DescMethod } from '@bufbuild/protobuf';
import { RpcOptions_Access as Access, RpcOptionsSchema } from '../../../gen/numer/options/v1/options_pb.ts';
import { fileOf } from '../../source-path.ts';
import {
  type BreakingRule,
  type Category,
  type Contracts,
  type Finding,
  methodsOf,
  nameOf,
  type Place,
} from '../rule.ts';
import { bindingsOf, httpPlace, optionPlace, optionsOf, type PlacedBinding, successStatusOf } from './http-options.ts';

const REST_COMPATIBLE: Category = {
  id: 'REST_COMPATIBLE',
  purpose: 'Checks that REST clients keep working; Buf itself does not look at google.api.http.',
};

/** Requests by released bindings still do the same. New bindings may be added. */
export const httpBindingSame: BreakingRule = {
  id: 'HTTP_BINDING_SAME',
  category: REST_COMPATIBLE,
  purpose:
    'Checks that no google.api.http binding is removed, moved to another path, method or RPC, or changes its body.',
  compare: (contracts, former) =>
    eachFormer(contracts, former, (was, is) =>
      bindingsOf(was).flatMap((binding): Finding[] => {
        const bindings = is === undefined ? [] : bindingsOf(is);
        if (bindings.some((candidate) => isSame(candidate, binding))) return [];
        const moved = bindings.find((candidate) => isSameRequest(candidate, binding));
        const message = `Binding "${describe(binding)}" of RPC "${nameOf(was)}" was ${moved ? `changed to "${describe(moved)}"` : 'removed'}.`;
        return [{ message, place: moved?.place ?? placeOf(is, was, contracts), formerPlace: binding.place }];
      }),
    ),
};

function isSameRequest(one: PlacedBinding, other: PlacedBinding): boolean {
  return one.httpMethod === other.httpMethod && pathOf(one) === pathOf(other);
}

function isSame(one: PlacedBinding, other: PlacedBinding): boolean {
  return isSameRequest(one, other) && one.body === other.body && one.responseBody === other.responseBody;
}

/** `{name}` and `{name=*}` are two spellings of one path. */
function pathOf({ path }: PlacedBinding): string {
  return path.replaceAll('=*}', '}');
}

function describe({ httpMethod, path, body, responseBody }: PlacedBinding): string {
  const parts = [body === '' ? '' : ` body: ${body}`, responseBody === '' ? '' : ` response_body: ${responseBody}`];
  return `${httpMethod} ${path}${parts.join('')}`;
}

/** Clients compare the status, and follow Location. */
export const httpSuccessSame: BreakingRule = {
  id: 'HTTP_SUCCESS_SAME',
  category: REST_COMPATIBLE,
  purpose: 'Checks that the status of success stays, and that Location is still sent.',
  compare: (contracts, former) =>
    eachFormer(contracts, former, (was, is): Finding[] => {
      if (is === undefined || bindingsOf(was).length === 0) return [];
      const place = optionPlace(is, RpcOptionsSchema.field.successStatus);
      const formerPlace = optionPlace(was, RpcOptionsSchema.field.successStatus);
      if (successStatusOf(is) !== successStatusOf(was)) {
        const change = `from ${successStatusOf(was)} to ${successStatusOf(is)}`;
        return [{ message: `The success status of RPC "${nameOf(is)}" changed ${change}.`, place, formerPlace }];
      }
      if (optionsOf(was).location === '' || optionsOf(is).location !== '') return [];
      return [{ message: `RPC "${nameOf(is)}" no longer sends a Location.`, place, formerPlace }];
    }),
};

/** From the fewest callers to the most. */
const AUDIENCES = [
  { access: Access.INTERNAL, name: 'other services' },
  { access: Access.ACCESS_UNSPECIFIED, name: 'signed-in callers' },
  { access: Access.PUBLIC, name: 'everybody' },
] as const;

/** Whoever could call an RPC still can. */
export const rpcAccessKept: BreakingRule = {
  id: 'RPC_ACCESS_KEPT',
  category: REST_COMPATIBLE,
  purpose: 'Checks that no RPC is taken away from callers by its access.',
  compare: (contracts, former) =>
    eachFormer(contracts, former, (was, is): Finding[] => {
      if (is === undefined) return [];
      const [before, after] = [audienceOf(was), audienceOf(is)];
      if (after >= before) return [];
      const change = `from ${AUDIENCES[before]?.name} to ${AUDIENCES[after]?.name}`;
      const place = optionPlace(is, RpcOptionsSchema.field.access);
      return [
        { message: `Who may call RPC "${nameOf(is)}" was narrowed ${change}.`, place, formerPlace: { element: was } },
      ];
    }),
};

function audienceOf(method: DescMethod): number {
  return AUDIENCES.findIndex(({ access }) => access === optionsOf(method).access);
}

/** Compares each former RPC with the present one, which is undefined when it is gone. */
export function eachFormer(
  { registry }: Contracts,
  former: Contracts,
  compare: (was: DescMethod, is: DescMethod | undefined) => Finding[],
): Finding[] {
  return methodsOf(former).flatMap((was) => {
    const is = registry.getService(was.parent.typeName)?.methods.find(({ name }) => name === was.name);
    return compare(was, is);
  });
}

/** The place of the rule, or else of the service or file that contained it. */
function placeOf(is: DescMethod | undefined, was: DescMethod, { registry }: Contracts): Place | undefined {
  if (is !== undefined) return httpPlace(is);
  const element = registry.getService(was.parent.typeName) ?? registry.getFile(fileOf(was).proto.name);
  return element && { element };
}
