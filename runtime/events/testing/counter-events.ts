import { create, createFileRegistry, type DescMessage, type Message, setExtension } from '@bufbuild/protobuf';
import type { GenMessage } from '@bufbuild/protobuf/codegenv2';
import {
  type DescriptorProto,
  DescriptorProtoSchema,
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FieldDescriptorProtoSchema,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  MessageOptionsSchema,
} from '@bufbuild/protobuf/wkt';
import { EventOptionsSchema, event as eventOption } from '../../../gen/numer/options/v1/options_pb.ts';

/** The shape of both test events. */
type Counted<Name extends string> = Message<Name> & { counterId: string; amount: bigint; note: string };

const file = create(FileDescriptorProtoSchema, {
  name: 'numer/test/v1/test_events.proto',
  package: 'numer.test.v1',
  syntax: 'proto3',
  messageType: [eventMessage('CounterRaised', 'counter.raised'), eventMessage('CounterReset', 'counter.reset')],
});

/** Events made by hand, so that the tests of the runtime need no contract of a service. */
const testRegistry = createFileRegistry(create(FileDescriptorSetSchema, { file: [file] }));

export const CounterRaisedSchema = descOf<Counted<'numer.test.v1.CounterRaised'>>('numer.test.v1.CounterRaised');
export const CounterResetSchema = descOf<Counted<'numer.test.v1.CounterReset'>>('numer.test.v1.CounterReset');

function eventMessage(name: string, topic: string): DescriptorProto {
  const options = create(MessageOptionsSchema);
  setExtension(options, eventOption, create(EventOptionsSchema, { topic, subject: 'counter_id' }));
  return create(DescriptorProtoSchema, {
    name,
    options,
    field: [
      field(1, 'counter_id', 'counterId', FieldDescriptorProto_Type.STRING),
      field(2, 'amount', 'amount', FieldDescriptorProto_Type.INT64),
      field(3, 'note', 'note', FieldDescriptorProto_Type.STRING),
    ],
  });
}

function field(number: number, name: string, jsonName: string, type: FieldDescriptorProto_Type) {
  return create(FieldDescriptorProtoSchema, {
    number,
    name,
    jsonName,
    type,
    label: FieldDescriptorProto_Label.OPTIONAL,
  });
}

function descOf<Shape extends Message>(name: string): GenMessage<Shape> {
  const desc: DescMessage | undefined = testRegistry.getMessage(name);
  if (desc === undefined) throw new Error(`${name} is not among the test events`);
  return desc as GenMessage<Shape>; // the shape is that of the fields above
}
