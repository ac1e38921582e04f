import {
  create,
  createFileRegistry,
  type DescMessage,
  type Message,
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
import { VerifyActivitiesRequestSchema } from '../../gen/numer/activity/v1/activity_service_pb.ts';
import { Invoice_State } from '../../gen/numer/invoice/v1/invoice_pb.ts';
import { ListInvoicesRequestSchema } from '../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { NumberSeriesSchema } from '../../gen/numer/invoice/v1/number_series_pb.ts';
import { field as fieldOptions } from '../../gen/numer/options/v1/options_pb.ts';
import { CreateReminderRequestSchema } from '../../gen/numer/reminder/v1/reminder_service_pb.ts';
import { DomainError } from '../call/errors.ts';
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

/** Loan { reader: required UUID; book: required; at most 2 notes }, and Desk, which holds loans with and without a reader. */
function describeDesk(): DescMessage {
  const uuid = { case: 'string', value: { wellKnown: { case: 'uuid', value: true } } } as const;
  const atMostTwo = ruled({ type: { case: 'repeated', value: { maxItems: 2n } } });
  const atMostTwoEntries = ruled({ type: { case: 'map', value: { maxPairs: 2n } } });
  const labels = { type: Type.MESSAGE, typeName: '.library.Desk.LabelsEntry', label: Label.REPEATED };
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
          { name: 'notes', number: 3, type: Type.STRING, label: Label.REPEATED, options: atMostTwo },
        ],
      },
      {
        name: 'Desk',
        oneofDecl: [{ name: 'last' }],
        nestedType: [
          {
            name: 'LabelsEntry',
            options: { mapEntry: true },
            field: [
              { name: 'key', number: 1, type: Type.STRING },
              { name: 'value', number: 2, type: Type.STRING },
            ],
          },
        ],
        field: [
          { ...loan, name: 'plain', number: 1, options: create(FieldOptionsSchema) },
          { ...loan, name: 'next', number: 2 },
          { ...loan, name: 'others', number: 3, label: Label.REPEATED },
          { ...loan, name: 'few', number: 4, label: Label.REPEATED, options: atMostTwo },
          { ...loan, name: 'lent', number: 5, oneofIndex: 0, options: create(FieldOptionsSchema) },
          { ...labels, name: 'labels', number: 6, options: atMostTwoEntries },
        ],
      },
    ],
  });
  const desk = createFileRegistry(file, () => undefined).getMessage('library.Desk');
  if (desk === undefined) throw new Error('the desk is lost');
  return desk;
}

const Desk = describeDesk();

/** The refusal of a message, if it is refused. */
function refusalOf(schema: DescMessage, message: Message, prefix = ''): DomainError | undefined {
  try {
    requireValid(schema, message, prefix);
    return undefined;
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
}

/** The fields that are named when a desk is refused. */
function refused(desk: Readonly<Record<string, unknown>>): string[] {
  return refusalOf(Desk, create(Desk, desk), 'desk.')?.facts.violations?.map(({ field }) => field) ?? [];
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

describe('a violation', () => {
  /** What an answer says, and of which fields. */
  function told<Schema extends DescMessage>(schema: Schema, init: MessageInitShape<Schema>, prefix = '') {
    const refusal = refusalOf(schema, create(schema, init), prefix);
    return [refusal?.message, ...(refusal?.facts.violations?.map(({ field }) => field) ?? [])];
  }

  test('of an enum that was not given says that it is required', () => {
    const field = 'series.document_type';
    expect(told(NumberSeriesSchema, { name: 'x', pattern: '{SEQ}' }, 'series.')).toEqual([
      `${field} value is required`,
      field,
    ]);
    expect(told(ListInvoicesRequestSchema, { state: [Invoice_State.PAID, 0] })).toEqual([
      'state[1] value is required',
      'state[1]',
    ]);
  });

  test('of a oneof without a member names all that it can have', () => {
    expect(told(CreateReminderRequestSchema, { invoiceId: '01a2030d-a9a1-741f-842e-51c63e6cba13' })).toEqual([
      'days_before_due is required, unless days_after_due or remind_time is given',
      'days_before_due',
      'days_after_due',
      'remind_time',
    ]);
  });

  test('of a rule over several fields names the one with which its text begins', () => {
    expect(told(ListInvoicesRequestSchema, { metadataValue: 'x' }, 'filter.')).toEqual([
      'filter.metadata_value needs the metadata key that it belongs to',
      'filter.metadata_value',
    ]);
    expect(told(VerifyActivitiesRequestSchema, { savedSequence: 1n })).toEqual([
      'saved_sequence must be given together with the saved hash',
      'saved_sequence',
    ]);
  });
});

describe('a list or map with more items than its rule allows', () => {
  const wrong = { book: '', reader: 'nobody' };

  test('is all that is told: its items are not looked at, nor anything else', () => {
    expect(refused({ few: [wrong, wrong, wrong], plain: wrong })).toEqual(['desk.few']);
    expect(refused({ labels: { a: '', b: '', c: '' }, plain: wrong })).toEqual(['desk.labels']);
  });

  test('is found within lists, single messages and oneofs, by its path', () => {
    const long = { book: 'b', notes: ['1', '2', '3'] };
    const desk = { next: long, others: [{ book: 'b' }, long], last: { case: 'lent', value: long } };
    expect(refused(desk)).toEqual(['desk.next.notes', 'desk.others[1].notes', 'desk.lent.notes']);
  });

  test('may have as many as its rule says', () => {
    const full = { book: 'b', notes: ['1', '2'] };
    expect(refused({ others: Array(50).fill(full), labels: { a: '', b: '' }, next: full })).toEqual([]);
  });
});

test('a text that cannot be stored is told by its path, in lists, maps and oneofs as well', () => {
  const loan = { book: 'a\0', notes: ['fine', '\ud800'] };
  const desk = { others: [loan], last: { case: 'lent', value: loan }, labels: { Top: 'fine', Shelf: 'a\0' } };
  expect(refused(desk)).toEqual([
    'desk.others[0].book',
    'desk.others[0].notes[1]',
    'desk.lent.book',
    'desk.lent.notes[1]',
    'desk.labels[Shelf]',
    'desk.lent.reader',
  ]);
});

test('an answer names twenty violations at most', () => {
  expect(refused({ others: Array(50).fill({}) })).toHaveLength(20);
});
