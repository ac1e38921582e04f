import type { PathItem, Response, Schema, Tag } from '../openapi/document.ts';
import { COMMON_HEADERS } from './headers.ts';

/** The group of the operations for operators. */
export const HEALTH_TAG: Tag = { name: 'Health', description: 'For load balancers and orchestrators.' };

const OK: Readonly<Record<string, Schema>> = { status: { type: 'string', const: 'ok' } };

function answer(description: string, properties: Readonly<Record<string, Schema>>): Response {
  const schema: Schema = { type: 'object', properties, required: Object.keys(properties) };
  return { description, headers: COMMON_HEADERS, content: { 'application/json': { schema } } };
}

/** The operations that the gateway answers itself, without a service. */
export const HEALTH_PATHS: Readonly<Record<string, PathItem>> = {
  '/livez': {
    get: {
      operationId: 'getLiveness',
      tags: [HEALTH_TAG.name],
      summary: 'Reports that the gateway is running',
      security: [],
      responses: { 200: answer('The gateway is running.', OK) },
    },
  },
  '/readyz': {
    get: {
      operationId: 'getReadiness',
      tags: [HEALTH_TAG.name],
      summary: 'Reports whether every service can be reached',
      security: [],
      responses: {
        200: answer('All services can be reached.', OK),
        503: {
          ...answer('Some services cannot be reached.', {
            status: { type: 'string', const: 'unavailable' },
            unready: {
              type: 'array',
              items: { type: 'string' },
              description: 'The services that cannot be reached.',
            },
          }),
          headers: { ...COMMON_HEADERS, 'Retry-After': { $ref: '#/components/headers/RetryAfter' } },
        },
      },
    },
  },
};
