import { describe, expect, test } from 'vitest';
import { PUBLIC_SERVICES } from '../../gateway/public-services.ts';
import { type RouteTraits, routeTraits } from '../../gen/client/routes.ts';
import { type PublishedMethods, services } from '../../gen/client/services.ts';
import { readText } from '../tidy/repository.ts';

const traits: Readonly<Record<string, RouteTraits>> = routeTraits;

describe('what the typed clients know', () => {
  test('are the services that the gateway makes reachable', () => {
    const known: Readonly<Record<keyof PublishedMethods, unknown>> = services;
    expect(new Set(Object.values(known))).toEqual(new Set(PUBLIC_SERVICES.keys()));
  });

  test('are the routes of the OpenAPI document, under the same names, public where it asks for no credentials', () => {
    const document: {
      paths: Record<string, Record<string, { operationId?: string; security?: unknown[] }>>;
    } = JSON.parse(readText('gen/openapi.json'));
    const operations = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })),
    );
    // Pages about the process are in no contract. They need no credentials and are not routes of a client.
    const described = operations.filter(({ name }) => !/^GET \/(livez|readyz)$/.test(name));
    expect(Object.keys(traits).toSorted()).toEqual(described.map(({ name }) => name).toSorted());
    for (const { name, operation } of described) {
      expect([name, traits[name]?.isPublic]).toEqual([name, operation.security?.length === 0]);
    }
  });

  test('is that nothing which hands out tokens is repeated by itself', () => {
    const never = Object.keys(traits).filter((name) => traits[name]?.repetition === 'never');
    expect(never).toEqual(['POST /sessions', 'POST /sessions/refresh']);
  });
});
