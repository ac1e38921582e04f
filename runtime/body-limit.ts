/** Largest body of a request that the gateway may be told to take. */
export const BODY_BYTES_MAX = 4 * 1024 * 1024;
