import type { ElectronicAddress } from '../../gen/numer/user/v1/electronic_address_pb.ts';
import type { LegalRegistration } from '../../gen/numer/user/v1/legal_registration_pb.ts';
import { type FieldViolation, requireNoViolations } from '../../runtime/call/errors.ts';
import { findAddressFault, findRegistrationFault, type IdentifierFault } from './domain/identifiers.ts';

/** The fields of a user or a customer that are identifiers with a scheme. */
type Identified = {
  readonly electronicAddress?: ElectronicAddress | undefined;
  readonly legalRegistration?: LegalRegistration | undefined;
};

/**
 * Throws INVALID_ARGUMENT naming every field that is no identifier of its scheme. `prefix` is the path of the fields
 * within the request.
 */
export function requireIdentifiers({ electronicAddress, legalRegistration }: Identified, prefix = ''): void {
  requireNoViolations([
    ...violationsIn(`${prefix}electronic_address`, electronicAddress && findAddressFault(electronicAddress)),
    ...violationsIn(`${prefix}legal_registration`, legalRegistration && findRegistrationFault(legalRegistration)),
  ]);
}

function violationsIn(path: string, fault: IdentifierFault | undefined): FieldViolation[] {
  return fault === undefined ? [] : [{ field: `${path}.${fault.field}`, description: fault.description }];
}
