import { create } from '@bufbuild/protobuf';
import { AddressSchema } from '../../../gen/numer/user/v1/address_pb.ts';
import { ElectronicAddressSchema } from '../../../gen/numer/user/v1/electronic_address_pb.ts';
import type { InvoiceTestService, Owner } from './start-invoice-service.ts';

/**
 * A user in Germany with a customer in Austria, everything that an electronic invoice needs, and an account to pay to.
 */
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

/** The same with everything that XRechnung asks for, and a customer in the Peppol network. */
export function newNetworkMember(service: InvoiceTestService): Owner {
  const owner = newTaxPayer(service);
  service.userService.addUser({
    id: owner.identity.userId,
    name: 'Ada',
    email: 'ada@example.com',
    companyName: 'Ada Engines',
    taxId: 'DE123456789',
    address: { city: 'Berlin', postalCode: '10435', countryCode: 'DE' },
    paymentAccount: { accountIdentifier: 'DE89370400440532013000' },
    electronicAddress: { scheme: '9930', identifier: 'DE123456789' },
    contact: { phone: '+49 30 1234567' },
  });
  service.userService.changeCustomer(owner.customerId, {
    address: create(AddressSchema, { city: 'Wien', postalCode: '1010', countryCode: 'AT' }),
    electronicAddress: create(ElectronicAddressSchema, { scheme: '9914', identifier: 'ATU12345678' }),
  });
  return owner;
}
