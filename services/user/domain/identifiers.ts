import { findIdentifierFault } from './identifier-check.ts';

/** Electronic addresses (list EAS of the Connecting Europe Facility, BR-CL-25), as the official rules 1.3.16 of EN 16931 have it. */
const ADDRESS_SCHEMES: ReadonlySet<string> = new Set(
  (
    '0002 0007 0009 0037 0060 0088 0096 0097 0106 0130 0135 0142 0147 0151 0154 0158 0170 0177 0183 0184 0188 0190 0191 0192 ' +
    '0193 0194 0195 0196 0198 0199 0200 0201 0202 0203 0204 0205 0208 0209 0210 0211 0212 0213 0215 0216 0217 0218 0219 0220 ' +
    '0221 0225 0230 0235 0240 0242 0244 0245 0246 0248 9910 9913 9914 9915 9918 9919 9920 9922 9923 9924 9925 9926 9927 9928 ' +
    '9929 9930 9931 9932 9933 9934 9935 9936 9937 9938 9939 9940 9941 9942 9943 9944 9945 9946 9947 9948 9949 9950 9951 9952 ' +
    '9953 9957 9959 AN AQ AS AU EM'
  ).split(' '),
);

/** ISO 6523 (BR-CL-11) has all codes up to 0248 except these. */
const REGISTRATION_SCHEME_MAX = '0248';
const REGISTRATION_SCHEMES_MISSING: ReadonlySet<string> = new Set(['0000', '0001', '0092', '0103', '0181', '0182']);

/** An identifier and the code of its scheme; both are empty when there is none. */
export interface Identifier {
  readonly scheme: string;
  readonly identifier: string;
}

/** What is wrong, and where: the name of the part in the contract. */
export interface IdentifierFault {
  readonly field: keyof Identifier;
  readonly description: string;
}

/** What is wrong with an electronic address whose parts have the right shape; undefined when nothing is. */
export function findAddressFault(address: Identifier): IdentifierFault | undefined {
  return faultOf(address, ADDRESS_SCHEMES.has(address.scheme), 'the EAS list');
}

/** What is wrong with a registration whose parts have the right shape; undefined when nothing is. */
export function findRegistrationFault(registration: Identifier): IdentifierFault | undefined {
  const { scheme } = registration;
  const isListed = scheme <= REGISTRATION_SCHEME_MAX && !REGISTRATION_SCHEMES_MISSING.has(scheme);
  return faultOf(registration, isListed, 'ISO 6523');
}

function faultOf({ scheme, identifier }: Identifier, isListed: boolean, list: string): IdentifierFault | undefined {
  if (scheme === '') return undefined;
  if (!isListed) return { field: 'scheme', description: `must be a code of ${list}, but is ${scheme}` };
  const description = findIdentifierFault(scheme, identifier);
  return description === undefined ? undefined : { field: 'identifier', description };
}
