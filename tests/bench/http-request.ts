import { compileTemplate, type PlaceholderValues } from './fill-template.ts';
import type { RequestTemplate } from './operations.ts';

/** Prepares the text of an HTTP/1.1 request, head and body, with a bearer token from the value `token`. */
export function compileRequest(template: RequestTemplate, host: string): (values: PlaceholderValues) => string {
  const fillPath = compileTemplate(template.path);
  const fillBody = template.body === undefined ? undefined : compileTemplate(JSON.stringify(template.body));
  const fillHeaders = compileTemplate(
    Object.entries({ host, authorization: 'Bearer {token}', accept: 'application/json', ...template.headers })
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join(''),
  );
  return (values) => {
    const start = `${template.method} ${fillPath(values)} HTTP/1.1\r\n${fillHeaders(values)}`;
    if (fillBody === undefined) return `${start}\r\n`;
    const body = fillBody(values);
    return `${start}content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
  };
}
