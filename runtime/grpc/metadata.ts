import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http2';

/** Names that belong to HTTP or gRPC itself: metadata under such a name would break the call and is left out. */
const RESERVED: ReadonlySet<string> = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'date',
  'grpc-accept-encoding',
  'grpc-encoding',
  'grpc-message',
  'grpc-status',
  'grpc-status-details-bin',
  'grpc-timeout',
  'host',
  'http2-settings',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** The headers of a message as web headers, without the pseudo headers of HTTP/2. */
export function toHeaders(incoming: IncomingHttpHeaders | undefined): Headers {
  const headers = new Headers();
  for (const name in incoming) {
    const value = incoming[name];
    if (name.startsWith(':') || value === undefined) continue;
    if (typeof value === 'string') append(headers, name, value);
    else for (const item of value) append(headers, name, item);
  }
  return headers;
}

/** Adds metadata to the headers of an outgoing message. Several values of one name are kept in their order. */
export function addMetadata(outgoing: OutgoingHttpHeaders, metadata: Headers): void {
  for (const [name, value] of metadata) {
    if (RESERVED.has(name) || !isSendable(value)) continue;
    const present = outgoing[name];
    // Web headers join the values of one name by themselves, except for set-cookie, whose values come one by one.
    if (name !== 'set-cookie' || present === undefined)
      outgoing[name] = present === undefined ? value : `${present}, ${value}`;
    else outgoing[name] = [present, value].flat().map(String);
  }
}

/** Adds all metadata to the target, except what belongs to the protocol itself. */
export function appendMetadata(target: Headers, metadata: Headers): void {
  for (const [name, value] of metadata) {
    if (!RESERVED.has(name)) target.append(name, value);
  }
}

/** HTTP/2 allows no control characters in a header value: the peer would drop the field or the whole message. */
function isSendable(value: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
  return !/[\x00-\x08\x0a-\x1f\x7f]/.test(value);
}

function append(headers: Headers, name: string, value: string): void {
  try {
    headers.append(name, value);
  } catch {
    // HTTP/2 lets some names pass that web headers refuse; such a field is nobody's metadata.
  }
}
