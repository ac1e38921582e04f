import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http2';
import { create, toBinary } from '@bufbuild/protobuf';
import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { Code, ConnectError } from '@connectrpc/connect';

/** `grpc-status` of a call that succeeded. */
export const STATUS_OK = '0';

/**
 * Peers refuse header blocks beyond 8 to 64 KiB and then lose the status too. So a longer message is cut, and longer
 * details are left out.
 */
const LIMIT = { messageLength: 2_048, detailsLength: 16_384 } as const;

/** An error detail as it travels: the name of its type and its bytes. */
type Detail = { readonly type: string; readonly value: Uint8Array };

/** Puts the status of a failed call into its trailers. */
export function addStatus(trailers: OutgoingHttpHeaders, error: ConnectError): void {
  trailers['grpc-status'] = String(error.code);
  if (error.rawMessage !== '')
    trailers['grpc-message'] = encodeStatusMessage(error.rawMessage.slice(0, LIMIT.messageLength));
  if (error.details.length === 0) return;
  const details = Buffer.from(encodeStatus(error)).toString('base64').replace(/=+$/, '');
  if (details.length <= LIMIT.detailsLength) trailers['grpc-status-details-bin'] = details;
}

/**
 * The error in the trailers (or in the headers of an answer that has only those); undefined when the call succeeded or
 * there is no status in them. Its metadata is `metadata`.
 */
export function readStatus(trailers: IncomingHttpHeaders, metadata: () => Headers): ConnectError | undefined {
  const status = textOf(trailers, 'grpc-status');
  if (status === undefined || status === STATUS_OK) return undefined;
  const code = codeOf(status);
  const message = decodeMessage(textOf(trailers, 'grpc-message') ?? '');
  const error = new ConnectError(message, code ?? Code.Unknown, metadata());
  error.details = decodeDetails(textOf(trailers, 'grpc-status-details-bin'));
  error.isWireError = true;
  return error;
}

/** The details of an error as a peer gets them, which nobody here can change any more. */
export function detailsOnWire(error: ConnectError): Detail[] {
  return error.details.flatMap((detail) => {
    if (!('desc' in detail)) return { type: detail.type, value: detail.value };
    const { desc, value } = detail;
    try {
      return { type: desc.typeName, value: toBinary(desc, create(desc, value)) };
    } catch {
      return []; // a detail that cannot be written must not hide the status that it explains
    }
  });
}

/** The first text of a field, or undefined. */
export function textOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : value?.[0];
}

/**
 * Percent-encodes what a header cannot carry, as the protocol defines it for `grpc-message`. Spaces at the ends are
 * encoded too, since HTTP/2 treats a field value that begins or ends with one as malformed.
 */
export function encodeStatusMessage(message: string): string {
  if (/^(?! )[\x20-\x24\x26-\x7e]*$/.test(message) && !message.endsWith(' ')) return message;
  const bytes = Buffer.from(message.toWellFormed(), 'utf8');
  let encoded = '';
  for (const [index, byte] of bytes.entries()) {
    const isEnd = index === 0 || index === bytes.length - 1;
    const isPlain = byte > 0x20 && byte < 0x7f && byte !== 0x25;
    encoded += isPlain || (byte === 0x20 && !isEnd) ? String.fromCharCode(byte) : `%${hex(byte)}`;
  }
  return encoded;
}

/** Undoes {@link encodeStatusMessage}. What is not properly encoded stays as it is: a message must never hide a status. */
function decodeMessage(encoded: string): string {
  if (!encoded.includes('%')) return encoded;
  const bytes = encoded.replace(/%([0-9A-Fa-f]{2})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

function hex(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, '0');
}

function codeOf(status: string): Code | undefined {
  const code = Number(status);
  return Object.values(Code).find((known) => known === code) as Code | undefined; // an enum's values hold its names too
}

/** google.rpc.Status, written by hand: it is two scalars and a list of google.protobuf.Any. */
function encodeStatus(error: ConnectError): Uint8Array {
  const writer = new BinaryWriter();
  writer.tag(1, WireType.Varint).int32(error.code);
  writer.tag(2, WireType.LengthDelimited).string(error.rawMessage.slice(0, LIMIT.messageLength).toWellFormed());
  for (const { type, value } of detailsOnWire(error)) {
    writer.tag(3, WireType.LengthDelimited).fork();
    writer.tag(1, WireType.LengthDelimited).string(`type.googleapis.com/${type}`);
    writer.tag(2, WireType.LengthDelimited).bytes(value);
    writer.join();
  }
  return writer.finish();
}

function decodeDetails(encoded: string | undefined): Detail[] {
  if (encoded === undefined) return [];
  try {
    return readDetails(new BinaryReader(new Uint8Array(Buffer.from(encoded, 'base64'))));
  } catch {
    // Details that cannot be read must not hide the status they explain.
    return [];
  }
}

function readDetails(reader: BinaryReader): Detail[] {
  const details: Detail[] = [];
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === 3) details.push(readDetail(new BinaryReader(reader.bytes())));
    else reader.skip(wireType, field);
  }
  return details;
}

function readDetail(reader: BinaryReader): Detail {
  let type = '';
  let value: Uint8Array = new Uint8Array();
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === 1) type = reader.string().replace(/^.*\//, '');
    else if (field === 2) value = reader.bytes();
    else reader.skip(wireType, field);
  }
  return { type, value };
}
