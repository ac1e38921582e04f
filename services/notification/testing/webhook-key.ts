/** What the service is configured with besides the way of mail: a key for the secrets of webhooks. */
export const WEBHOOK_KEY = { WEBHOOK_SECRET_KEY: Buffer.alloc(32, 5).toString('base64url') };
