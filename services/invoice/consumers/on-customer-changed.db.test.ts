import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CustomerDeletedSchema, CustomerUpdatedSchema } from '../../../gen/numer/user/v1/customer_events_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { type InvoiceTestService, type Owner, startInvoiceService } from '../testing/start-invoice-service.ts';

let service: InvoiceTestService;
beforeAll(async () => {
  service = await startInvoiceService();
  service.begin();
});
afterAll(() => service.stop());

const of = ({ identity, customerId }: Owner) => ({ ownerId: identity.userId, subject: customerId });

describe('a customer who was there a moment ago', () => {
  test('gets no draft any more once deleted, however the id is spelled, and however often that is told', async () => {
    const owner = service.newOwner();
    await owner.draft();
    await owner.draft({ customerId: owner.customerId.toUpperCase() });
    service.userService.deleteCustomer(owner.customerId);
    const { customerId } = owner;
    const event = await service.publish(CustomerDeletedSchema, { customerId }, of(owner));
    await service.publish(CustomerDeletedSchema, { customerId }, { ...of(owner), id: event.id });
    for (const spelled of [customerId, customerId.toUpperCase()]) {
      const refusal = await refusalOf(owner.draft({ customerId: spelled }));
      expect(refusal).toMatchObject({ reason: 'CUSTOMER_NOT_FOUND' });
    }
  });

  test('is asked for anew once changed', async () => {
    const owner = service.newOwner();
    await owner.draft();
    await service.publish(CustomerUpdatedSchema, { customer: { id: owner.customerId } }, of(owner));
    const before = service.userService.calls.length;
    await owner.draft();
    expect(service.userService.calls.slice(before)).toEqual(['GetCustomer']);
  });
});
