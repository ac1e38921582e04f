import type { PathItem, Tag } from '../openapi/document.ts';
import { COMMON_HEADERS } from './headers.ts';

/** The group of what is there for operators. */
export const HEALTH_TAG: Tag = { name: 'Health', description: 'For load balancers and orchestrators.' };

const status = (value: string) => ({ type: 'string', const: value }) as const;

/** What the gateway answers itself, without a service behind it. */
export const HEALTH_PATHS: Readonly<Record<string, PathItem>> = {
  '/livez': {
    get: {
      operationId: 'getLiveness',
      tags: [HEALTH_TAG.name],
      summary: 'Tells that the gateway runs',
      security: [],
      responses: {
        200: {
          description: 'It runs.',
          headers: COMMON_HEADERS,
          content: {
            'application/json': {
              schema: { type: 'object', properties: { status: status('ok') }, required: ['status'] },
            },
          },
        },
      },
    },
  },
  '/readyz': {
    get: {
      operationId: 'getReadiness',
      tags: [HEALTH_TAG.name],
      summary: 'Tells whether every service can be reached',
      security: [],
      responses: {
        200: {
          description: 'They all can.',
          headers: COMMON_HEADERS,
          content: {
            'application/json': {
              schema: { type: 'object', properties: { status: status('ok') }, required: ['status'] },
            },
          },
        },
        503: {
          description: 'Some cannot.',
          headers: { ...COMMON_HEADERS, 'Retry-After': { $ref: '#/components/headers/RetryAfter' } },
          content: {
            'application/json': {
              schema: {
                type: 'object',
                properties: {
                  status: status('unavailable'),
                  unready: {
                    type: 'array',
                    items: { type: 'string' },
                    description: 'The services that cannot be reached.',
                  },
                },
                required: ['status', 'unready'],
              },
            },
          },
        },
      },
    },
  },
};
