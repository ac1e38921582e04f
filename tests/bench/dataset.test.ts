import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chooseInvoice, idOf, STATES } from './dataset.ts';

const sizes = fc
  .tuple(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 10, max: 2_000 }))
  .map(([users, perUser]) => ({ users, invoices: users * perUser }));

test('an invoice that is chosen is one of the user, was loaded, and is in the state', () => {
  fc.assert(
    fc.property(
      sizes,
      fc.nat(),
      fc.constantFrom('any', 'draft', 'open'),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (size, someUser, choice, random) => {
        const user = someUser % size.users;
        const invoice = chooseInvoice(size, user, choice, () => random);
        expect(invoice % size.users).toBe(user);
        expect(invoice).toBeLessThan(size.invoices);
        const state = STATES[Math.floor(invoice / size.users) % STATES.length];
        if (choice !== 'any') expect(state).toBe(choice.toUpperCase());
      },
    ),
  );
});

test('ids are UUIDs that follow from numbers', () => {
  expect(idOf('invoice', 42)).toBe('00000000-0000-7000-8000-00000000002a');
});
