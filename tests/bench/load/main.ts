import { loadNumer } from './load-numer.ts';

/** The `load` command of Numer's own targets: fills the databases on the server that DATABASE_URL names. */
const { DATABASE_URL = '', BENCH_USERS, BENCH_INVOICES } = process.env;
await loadNumer(DATABASE_URL, { users: Number(BENCH_USERS), invoices: Number(BENCH_INVOICES) });
