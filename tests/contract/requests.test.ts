import { getOption } from '@bufbuild/protobuf';
import { describe, expect, test } from 'vitest';
import { field as fieldRules, Ignore } from '../../gen/buf/validate/validate_pb.ts';
import { isInternal, methods, nameOf } from './contracts.ts';

describe('requests', () => {
  test('no client says who it is: there is no owner id', () => {
    const published = methods.filter((method) => !isInternal(method));
    const inputs = published.flatMap(({ input }) => input.fields);
    expect(inputs.filter(({ name }) => name === 'owner_id' || name === 'actor_id').map(String)).toEqual([]);
  });

  test('the resource of an update is not validated in the request, since absent fields are no mistake there', () => {
    const patched = methods.filter(({ input }) => input.fields.some(({ name }) => name === 'update_mask'));
    const validated = patched.filter(({ input }) =>
      input.fields.some((field) => {
        const ours = field.message?.typeName.startsWith('numer.') ?? false;
        return ours && getOption(field, fieldRules).ignore !== Ignore.ALWAYS;
      }),
    );
    expect(validated.map(nameOf)).toEqual([]);
  });
});
