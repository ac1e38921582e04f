/** The user that the demo data belongs to. */
export const DEMO_USER = { email: 'demo@example.com', password: 'demo-password', name: 'Dana Demo' } as const;

/** The other details of the demo user: everything that an electronic invoice needs. */
export const BUSINESS = {
  companyName: 'Demo Studio',
  taxId: 'DE987654321',
  address: { line1: 'Lange Str. 1', postalCode: '10243', city: 'Berlin', countryCode: 'DE' },
  timeZone: 'Europe/Berlin',
} as const;

/** The IBAN that German banks use in examples; it belongs to nobody. */
export const PAYMENT_ACCOUNT = { accountIdentifier: 'DE89370400440532013000', bic: 'COBADEFFXXX' };

/** The file with the logo of the demo user. */
export const LOGO = new URL('./demo-logo.png', import.meta.url);
