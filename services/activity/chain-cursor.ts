/** A part of a page token: the number of an entry. It fits a Postgres bigint whatever the digits. */
export const SEQUENCE = /^[0-9]{1,18}$/;

/** A part of a page token: a hash as hexadecimal digits. */
export const HASH = /^[0-9a-f]{64}$/;
