import { createHmac } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { testUser } from '../../../runtime/testing/start-test-service.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../../../runtime/testing/webhook-receiver.ts';
import { startWebhooks, type WebhooksTestService } from '../testing/start-webhooks.ts';

let service: WebhooksTestService;
let receiver: WebhookReceiver;
beforeAll(async () => {
  service = await startWebhooks();
});
afterAll(() => service.stop());
beforeEach(async () => {
  receiver = await startWebhookReceiver();
});
afterEach(() => receiver.close());

/** The secrets that signed the message that came last, in the order of the signatures. */
function signersOf(secrets: Readonly<Record<string, string>>): string[] {
  const last = receiver.received.at(-1);
  if (last === undefined) throw new Error('nothing came');
  const { headers, body } = last;
  const content = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  return String(headers['webhook-signature'])
    .split(' ')
    .map((signature) => {
      const signer = Object.entries(secrets).find(([, secret]) => {
        const bytes = Buffer.from(secret.slice('whsec_'.length), 'base64');
        return signature === `v1,${createHmac('sha256', bytes).update(content).digest('base64')}`;
      });
      return signer?.[0] ?? 'nobody';
    });
}

describe('RotateWebhookSecret', () => {
  test('gives another secret; for a day the one before signs as well, and one from before that no more', async () => {
    const { user, id: webhookEndpointId, secret: first } = await service.newEndpoint({ url: receiver.url });
    const client = service.webhooks(user);
    const post = async () => {
      await service.happen(user.userId);
      await service.deliver();
    };
    const { secret: second, webhookEndpoint } = await client.rotateWebhookSecret({ webhookEndpointId });
    expect(webhookEndpoint?.previousSecretExpireTime).toBeDefined();
    await post();
    expect(signersOf({ first, second })).toEqual(['second', 'first']);
    const { secret: third } = await client.rotateWebhookSecret({ webhookEndpointId });
    await post();
    expect(signersOf({ first, second, third })).toEqual(['third', 'second']);
    service.clock.advance(24 * 3_600_000);
    await post();
    expect(signersOf({ first, second, third })).toEqual(['third']);
    const events = await service.eventsOf(user.userId);
    expect(events[1]).toMatchObject({
      topic: 'webhook-endpoint.secret-rotated',
      version: 2n,
      json: { changes: [{ field: 'secret' }, { field: 'previousSecretExpireTime' }] },
    });
    expect(JSON.stringify(events.map(({ json }) => json))).not.toContain('whsec');
  });

  test('retried with the same key rotates once, and does not tell the secret again', async () => {
    const { user, id: webhookEndpointId } = await service.newEndpoint();
    const client = service.webhooks(user, { 'idempotency-key': 'rotation' });
    const first = await client.rotateWebhookSecret({ webhookEndpointId });
    expect(await client.rotateWebhookSecret({ webhookEndpointId })).toEqual({ ...first, secret: '' });
    expect((await service.endpointRow(webhookEndpointId)).secretVersion).toBe(2);
  });

  test('gives each of many at once a secret of its own', async () => {
    const { user, id: webhookEndpointId } = await service.newEndpoint();
    const rotate = () => service.webhooks(user).rotateWebhookSecret({ webhookEndpointId });
    const answers = await Promise.all(Array.from({ length: 5 }, rotate));
    expect(new Set(answers.map(({ secret }) => secret)).size).toBe(5);
    expect((await service.endpointRow(webhookEndpointId)).secretVersion).toBe(6);
  });

  test('refuses an API key', async () => {
    const { user, id: webhookEndpointId } = await service.newEndpoint();
    const key = service.webhooks({ ...user, sessionId: '' }).rotateWebhookSecret({ webhookEndpointId });
    expect((await refusalOf(key)).reason).toBe('PERMISSION_DENIED');
    expect((await service.endpointRow(webhookEndpointId)).secretVersion).toBe(1);
  });

  test("refuses another version, and answers for somebody else's endpoint as for a missing one", async () => {
    const { user, id: webhookEndpointId } = await service.newEndpoint();
    const stale = service.webhooks(user, { 'if-match': '"7"' }).rotateWebhookSecret({ webhookEndpointId });
    expect((await refusalOf(stale)).reason).toBe('ETAG_MISMATCH');
    const strange = service.webhooks(testUser()).rotateWebhookSecret({ webhookEndpointId });
    expect((await refusalOf(strange)).reason).toBe('WEBHOOK_ENDPOINT_NOT_FOUND');
    const nobody = service.webhooks(undefined).rotateWebhookSecret({ webhookEndpointId });
    expect((await refusalOf(nobody)).reason).toBe('UNAUTHENTICATED');
    const invalid = service.webhooks(user).rotateWebhookSecret({ webhookEndpointId: 'x' });
    expect((await refusalOf(invalid)).fields).toEqual(['webhook_endpoint_id']);
    expect((await service.endpointRow(webhookEndpointId)).secretVersion).toBe(1);
  });
});
