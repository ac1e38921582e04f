import { BODY_BYTES_MAX } from '../runtime/body-limit.ts';
import { type Config, integer, list, text } from '../runtime/process/config.ts';

/** The gateway's variables, besides those of every process. */
export const GATEWAY_CONFIG = {
  CORS_ORIGINS: list({
    description: 'Origins whose pages may call the API, separated by commas; * allows all, since no cookies are used',
    fallback: ['*'],
    item: { test: isOrigin, mustBe: 'origins such as https://app.example, without a path, or *' },
  }),
  RATE_LIMIT_PER_USER: integer({
    description: 'Requests per minute of one user at each gateway',
    fallback: 60_000,
    min: 1,
    max: 100_000_000,
  }),
  RATE_LIMIT_PER_ADDRESS: integer({
    description: 'Requests per minute from one address at each gateway',
    fallback: 300_000,
    min: 1,
    max: 100_000_000,
  }),
  TRUSTED_PROXIES: integer({
    description: 'Number of reverse proxies in front of the gateway whose X-Forwarded-For is trusted',
    fallback: 0,
    min: 0,
    max: 10,
  }),
  BODY_BYTES_MAX: integer({
    description: 'Largest request body in bytes',
    fallback: BODY_BYTES_MAX,
    min: 1024,
    max: BODY_BYTES_MAX,
  }),
  MAIL_DIR: text({
    description: 'Folder of the mails that were caught because SMTP_URL is not set; shown at /dev/mail',
    fallback: '',
  }),
} as const;

/** The values of the gateway's variables. */
export type GatewayConfig = Config<typeof GATEWAY_CONFIG>;

/** Whether this is `*` or, to the letter, what a browser may send in the header Origin. */
function isOrigin(text: string): boolean {
  if (text === '*' || text === 'null') return true;
  const url = URL.parse(text);
  if (url === null || url.hostname.includes('*')) return false;
  // URL gives no origin for other schemes, e.g. those of apps and extensions.
  return url.origin === 'null' ? /^[a-z][a-z0-9+.-]*:\/\/[^/?#]+$/.test(text) : url.origin === text;
}
