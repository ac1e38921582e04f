import { create, createFileRegistry } from '@bufbuild/protobuf';
import {
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FileDescriptorProtoSchema,
  SourceCodeInfoSchema,
} from '@bufbuild/protobuf/wkt';
import { expect, test } from 'vitest';
import { readComments } from './comments.ts';

const field = (name: string, number: number) => ({
  name,
  number,
  label: FieldDescriptorProto_Label.OPTIONAL,
  type: FieldDescriptorProto_Type.STRING,
});

const comment = (text: string, ...path: number[]) => ({ path, leadingComments: text });

const file = create(FileDescriptorProtoSchema, {
  name: 'library.proto',
  package: 'library.v1',
  syntax: 'proto3',
  messageType: [
    { name: 'Book' },
    {
      name: 'Shelf',
      field: [field('id', 1), { ...field('left', 2), oneofIndex: 0 }],
      oneofDecl: [{ name: 'side' }],
      nestedType: [{ name: 'Place', field: [field('room', 1)] }],
      enumType: [{ name: 'Kind', value: [{ name: 'KIND_UNSPECIFIED', number: 0 }] }],
    },
  ],
  enumType: [{ name: 'Color', value: [{ name: 'COLOR_UNSPECIFIED', number: 0 }] }],
  service: [
    {
      name: 'LibraryService',
      method: [{ name: 'GetBook', inputType: '.library.v1.Book', outputType: '.library.v1.Book' }],
    },
  ],
  sourceCodeInfo: create(SourceCodeInfoSchema, {
    location: [
      comment(' A shelf\n of books.\n', 4, 1),
      comment(' Its id.\n', 4, 1, 2, 0),
      comment(' Which side.\n', 4, 1, 8, 0),
      comment(' Its place.\n', 4, 1, 3, 0),
      comment(' Its room.\n', 4, 1, 3, 0, 2, 0),
      comment(' Its kind.\n', 4, 1, 4, 0),
      comment(' No kind.\n', 4, 1, 4, 0, 2, 0),
      comment(' A color.\n', 5, 0),
      comment(' No color.\n', 5, 0, 2, 0),
      comment(' All books.\n', 6, 0),
      comment(' Gives a book.\n\n   indented\n', 6, 0, 2, 0),
    ],
  }),
});

test('finds the comment above every kind of declaration', () => {
  const comments = readComments([file]);
  const registry = createFileRegistry(file, () => undefined);
  const shelf = registry.getMessage('library.v1.Shelf');
  const place = registry.getMessage('library.v1.Shelf.Place');
  const kind = registry.getEnum('library.v1.Shelf.Kind');
  const color = registry.getEnum('library.v1.Color');
  const service = registry.getService('library.v1.LibraryService');
  const book = registry.getMessage('library.v1.Book');
  const declarations = [
    shelf,
    shelf?.field.id,
    shelf?.oneofs[0],
    place,
    place?.field.room,
    kind,
    kind?.values[0],
    color,
    color?.values[0],
    service,
    service?.methods[0],
    book,
  ];
  expect(declarations.map((declaration) => (declaration === undefined ? undefined : comments(declaration)))).toEqual([
    'A shelf\nof books.',
    'Its id.',
    'Which side.',
    'Its place.',
    'Its room.',
    'Its kind.',
    'No kind.',
    'A color.',
    'No color.',
    'All books.',
    'Gives a book.\n\n  indented',
    '',
  ]);
});
