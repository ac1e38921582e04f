import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';

/** Time limit for any action of a page, for busy machines. */
const TIMEOUT_MS = 90_000;

/** A page, and what it did. */
export interface WatchedPage {
  readonly page: Page;
  /** URLs of all its requests. */
  readonly requests: readonly { readonly method: string; readonly url: string }[];
  /** Errors on its console: of scripts, of loading, and of its content policy. */
  readonly complaints: readonly string[];
}

/** Opens a new page, with empty cache and storage. */
export type OpenPage = (options?: BrowserContextOptions) => Promise<WatchedPage>;

/**
 * Starts a browser before the tests of a file or `describe`, and stops it after them.
 *
 * @param executablePath from `findChromium`; without it, nothing is started
 */
export function useBrowser(executablePath: string | undefined): OpenPage {
  let browser: Browser | undefined;
  beforeAll(async () => {
    if (executablePath === undefined) return;
    // As root, e.g. in a container, Chromium has no sandbox, and /dev/shm is often too small for it there.
    const args = process.getuid?.() === 0 ? ['--no-sandbox', '--disable-dev-shm-usage'] : [];
    browser = await chromium.launch({ executablePath, args, timeout: TIMEOUT_MS });
  }, TIMEOUT_MS);
  afterAll(() => browser?.close());

  return async (options = {}) => {
    if (browser === undefined) throw new Error('the browser has not been started');
    const context = await browser.newContext(options);
    context.setDefaultTimeout(TIMEOUT_MS);
    const page = await context.newPage();
    const requests: { method: string; url: string }[] = [];
    const complaints: string[] = [];
    page.on('request', (request) => requests.push({ method: request.method(), url: request.url() }));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    return { page, requests, complaints };
  };
}
