import {
  create,
  createFileRegistry,
  type DescMessage,
  type MessageInitShape,
  type MessageShape,
  setExtension,
} from '@bufbuild/protobuf';
import {
  FieldOptionsSchema,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
} from '@bufbuild/protobuf/wkt';
import { FieldRulesSchema, field as fieldRules } from '@bufbuild/protovalidate/gen/buf/validate/validate_pb.js';
import { describe, expect, test } from 'vitest';
import { field as fieldOptions } from '../../gen/numer/options/v1/options_pb.ts';
import { DomainError } from '../errors.ts';
import { requireValid } from './validate.ts';

type Options = MessageShape<typeof FieldOptionsSchema>;

function optionsWith(set: (options: Options) => void): Options {
  const options = create(FieldOptionsSchema);
  set(options);
  return options;
}

const mayLackReader = optionsWith((options) => {
  setExtension(options, fieldOptions, { $typeName: 'numer.options.v1.FieldOptions', optionalFields: ['reader'] });
});

function ruled(rules: MessageInitShape<typeof FieldRulesSchema>): Options {
  return optionsWith((options) => setExtension(options, fieldRules, create(FieldRulesSchema, rules)));
}

/** Loan { reader: required UUID; book: required }, and Desk, which holds loans with and without a reader. */
function describeDesk(): DescMessage {
  const uuid = { case: 'string', value: { wellKnown: { case: 'uuid', value: true } } } as const;
  const loan = { type: Type.MESSAGE, typeName: '.library.Loan', options: mayLackReader };
  const file: FileDescriptorProto = create(FileDescriptorProtoSchema, {
    name: 'desk.proto',
    package: 'library',
    syntax: 'proto3',
    messageType: [
      {
        name: 'Loan',
        field: [
          { name: 'reader', number: 1, type: Type.STRING, options: ruled({ required: true, type: uuid }) },
          { name: 'book', number: 2, type: Type.STRING, options: ruled({ required: true }) },
        ],
      },
      {
        name: 'Desk',
        field: [
          { ...loan, name: 'plain', number: 1, options: create(FieldOptionsSchema) },
          { ...loan, name: 'next', number: 2 },
          { ...loan, name: 'others', number: 3, label: Label.REPEATED },
        ],
      },
    ],
  });
  const desk = createFileRegistry(file, () => undefined).getMessage('library.Desk');
  if (desk === undefined) throw new Error('the desk is lost');
  return desk;
}

const Desk = describeDesk();

/** The fields that are named when a desk is refused. */
function refused(desk: Readonly<Record<string, unknown>>): string[] {
  try {
    requireValid(Desk, create(Desk, desk), 'desk.');
    return [];
  } catch (error) {
    if (error instanceof DomainError) return error.facts.violations?.map(({ field }) => field) ?? [];
    throw error;
  }
}

describe('a required field', () => {
  test('is asked for where nothing else is said', () => {
    expect(refused({ plain: { book: 'b' } })).toEqual(['desk.plain.reader']);
  });

  test('may be left out where the field that holds its message says so, in lists as well', () => {
    expect(refused({ next: { book: 'b' }, others: [{ book: 'b' }, { book: 'c' }] })).toEqual([]);
  });

  test('keeps its rules where it is given', () => {
    const reader = 'nobody';
    expect(refused({ next: { book: 'b', reader }, others: [{ book: 'b' }, { book: 'c', reader }] })).toEqual([
      'desk.next.reader',
      'desk.others[1].reader',
    ]);
  });

  test('excuses no other', () => {
    expect(refused({ next: {}, others: [{}] })).toEqual(['desk.next.book', 'desk.others[0].book']);
  });
});
