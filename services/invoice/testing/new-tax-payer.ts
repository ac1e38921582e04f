import { create } from '@bufbuild/protobuf';
import { AddressSchema } from '../../../gen/numer/user/v1/address_pb.ts';
import type { InvoiceTestService, Owner } from './start-invoice-service.ts';

/** A user in Germany who has, with a customer in Austria, all that an electronic invoice needs, and an account to pay to. */
export function newTaxPayer(service: InvoiceTestService): Owner {
  const owner = service.newOwner({
    user: {
      companyName: 'Ada Engines',
      taxId: 'DE123456789',
      address: { city: 'Berlin', countryCode: 'DE' },
      paymentAccount: { accountIdentifier: 'DE89370400440532013000', bic: 'COBADEFFXXX' },
    },
  });
  service.userService.changeCustomer(owner.customerId, {
    taxId: 'ATU12345678',
    address: create(AddressSchema, { city: 'Wien', countryCode: 'AT' }),
  });
  return owner;
}
