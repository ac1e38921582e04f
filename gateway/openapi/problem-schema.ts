import type { Schema } from './document.ts';

const detail: Schema = {
  type: 'string',
  description: 'What is wrong, for a person; to be read after the name of the field.',
};

const at = (member: string, description: string): Schema => ({
  type: 'object',
  properties: { [member]: { type: 'string', description }, detail },
  required: [member, 'detail'],
});

/** The answer to a failure: the problem of RFC 9457 as rest/problem.ts writes it. */
export const problemSchema: Schema = {
  type: 'object',
  description: 'Why a request failed (RFC 9457).',
  properties: {
    type: { type: 'string', format: 'uri-reference', description: '`about:blank`: the reason identifies the problem.' },
    title: { type: 'string', description: 'The status in words.' },
    status: { type: 'integer', minimum: 400, maximum: 599, description: 'The HTTP status.' },
    detail: { type: 'string', description: 'What went wrong, for a person.' },
    instance: { type: 'string', description: 'The requested path.' },
    reason: { type: 'string', description: 'The reason, for a program: it never changes its meaning.' },
    metadata: {
      type: 'object',
      additionalProperties: { type: 'string' },
      description: 'Further facts by name; the description of the reason says which it has.',
    },
    requestId: { type: 'string', description: 'Id of the request, the same as in X-Request-Id.' },
    errors: {
      type: 'array',
      description: 'The fields at fault.',
      items: {
        oneOf: [
          at('pointer', 'JSON pointer (RFC 6901) into the request body.'),
          at('parameter', 'Name of a path or query parameter.'),
          at('header', 'Name of a header.'),
        ],
      },
    },
  },
  required: ['type', 'title', 'status'],
};
