import { type DescMethod, getOption } from '@bufbuild/protobuf';
import { RpcOptions_Access, rpc } from '../../../gen/numer/options/v1/options_pb.ts';
import { isInternal, methods, type Route, routesOf } from '../../contract/contracts.ts';

/** A route of the API, from its contract. */
export interface PublishedRoute extends Route {
  readonly method: DescMethod;
  /** Its name in failures: `POST /invoices/{invoice_id}/payments`. */
  readonly name: string;
  /** Whether it can be called without credentials. */
  readonly isPublic: boolean;
}

/** Every route that callers can reach. */
export const routes: readonly PublishedRoute[] = methods
  .filter((method) => !isInternal(method))
  .flatMap((method) =>
    routesOf(method).map((route) => ({
      ...route,
      method,
      name: `${route.verb.toUpperCase()} ${route.path}`,
      isPublic: getOption(method, rpc).access === RpcOptions_Access.PUBLIC,
    })),
  );

/**
 * The path with each variable replaced.
 *
 * @throws Error when there is no value for a variable
 */
export function pathOf(route: Route, idOf: (variable: string) => string | undefined): string {
  return route.path.replaceAll(/\{([^}]+)\}/g, (_, variable: string) => {
    const value = idOf(variable);
    if (value === undefined) throw new Error(`There is no value for {${variable}} of ${route.path}.`);
    return encodeURIComponent(value);
  });
}
