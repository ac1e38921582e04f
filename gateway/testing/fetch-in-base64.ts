/** Fetches gRPC-web in base64 for a client that speaks it without base64, as all of our clients do. */
export async function fetchInBase64(url: string | URL | Request, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set('content-type', 'application/grpc-web-text+proto');
  const body = Buffer.from(await new Response(init.body).arrayBuffer()).toString('base64');
  const response = await fetch(url, { ...init, headers, body });
  if (response.headers.get('content-type') !== 'application/grpc-web-text+proto') return response;
  const pieces = (await response.text()).match(/[^=]+={0,2}/g) ?? [];
  const answered = new Headers(response.headers);
  answered.set('content-type', 'application/grpc-web+proto');
  const bytes = Buffer.concat(pieces.map((piece) => Buffer.from(piece, 'base64')));
  return new Response(bytes, { status: response.status, headers: answered });
}
