import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Env, Hono } from 'hono';
import { html } from 'hono/html';
import { ASK_EACH_TIME, CACHE_FOR_EVER, createPage } from './served-page.ts';

const DOCUMENT_FILE = join(import.meta.dirname, '../../gen/openapi.json');
const SWAGGER_MANIFEST = fileURLToPath(import.meta.resolve('swagger-ui-dist/package.json'));
/** Files of Swagger UI that the page loads, and their types. Nothing else of the package is served. */
const SWAGGER_FILES: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

/** The page loads nothing from elsewhere, calls nothing but this API, and runs no script that is not a file of its own. */
const CONTENT_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Starts Swagger UI. Whoever signs in on the page is signed in for the calls that follow. */
const START_SCRIPT = `
const ui = SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#api',
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  docExpansion: 'list',
  filter: true,
  requestSnippetsEnabled: true,
  showCommonExtensions: true,
  tryItOutEnabled: true,
  validatorUrl: null,
  responseInterceptor(response) {
    const isSession = /\\/sessions(\\/refresh)?$/.test(new URL(response.url).pathname);
    if (isSession && response.ok && response.body?.accessToken) {
      ui.preauthorizeApiKey('bearer', response.body.accessToken);
    }
    return response;
  },
});
`.trimStart();

const STYLE = `
body { margin: 0 }
header, noscript p { font: 16px/1.5 system-ui, sans-serif; max-width: 1420px; margin: 1.5rem auto 0; padding: 0 20px; color: #3b4151 }
.swagger-ui .info { margin: 1rem 0 }
`.trimStart();

/**
 * Serves the OpenAPI document at `/openapi.json` and, at `/docs`, a page that shows it and tries calls. `/` redirects to that
 * page. Both are open to all, as the contracts are.
 */
export function addDocsPages<E extends Env>(app: Hono<E>): void {
  const { version }: { version: string } = JSON.parse(readFileSync(SWAGGER_MANIFEST, 'utf8'));
  const serve = (path: string, type: string, cache: string, read: () => Promise<Buffer | string>) => {
    const page = createPage({ type, policy: CONTENT_POLICY, read });
    app.get(path, (context) => page(context, cache));
  };

  serve('/openapi.json', 'application/json', ASK_EACH_TIME, () => readFile(DOCUMENT_FILE));
  serve('/docs', 'text/html; charset=utf-8', ASK_EACH_TIME, async () => String(await indexPage(version)));
  serve('/docs/start.js', 'text/javascript; charset=utf-8', ASK_EACH_TIME, async () => START_SCRIPT);
  serve('/docs/style.css', 'text/css; charset=utf-8', ASK_EACH_TIME, async () => STYLE);
  for (const [name, type] of Object.entries(SWAGGER_FILES)) {
    const file = join(dirname(SWAGGER_MANIFEST), name);
    // The version is part of the URL, so that a file under it never changes.
    serve(`/docs/${version}/${name}`, type, CACHE_FOR_EVER, () => readFile(file));
  }
  // Not permanent: the address may be given to something else.
  app.get('/', (context) => context.redirect('/docs', 302));
  app.get('/docs/', (context) => context.redirect('/docs', 308));
}

function indexPage(version: string) {
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Numer API</title>
    <link rel="icon" href="/docs/${version}/favicon-32x32.png" />
    <link rel="stylesheet" href="/docs/${version}/swagger-ui.css" />
    <link rel="stylesheet" href="/docs/style.css" />
    <script src="/docs/${version}/swagger-ui-bundle.js" defer></script>
    <script src="/docs/start.js" defer></script>
  </head>
  <body>
    <header>
      To try it, call <b>POST /users</b> to create an account and <b>POST /sessions</b> to sign in; further calls then carry the
      token. If you already have a token or an API key, enter it in <b>Authorize</b>. For tools:
      <a href="/openapi.json">openapi.json</a>. For gRPC and Connect, and everything in the contracts:
      <a href="/schemas/latest/reference.html">the reference of the contracts</a>.
    </header>
    <noscript
      ><p>This page needs JavaScript. <a href="/schemas/latest/reference.html">The reference of the contracts</a> does not.</p></noscript
    >
    <main id="api"></main>
  </body>
</html>
`;
}
