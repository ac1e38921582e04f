/** What the service has to be configured with besides the mail carrier: a key for the secrets of webhooks. */
export const WEBHOOK_KEY = { WEBHOOK_SECRET_KEY: Buffer.alloc(32, 5).toString('base64url') };
