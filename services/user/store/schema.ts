import type { JsonObject } from '@bufbuild/protobuf';
import { bigint, boolean, integer, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { bytea } from '../../../runtime/events/bytea.ts';

const time = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

/** Accounts. The columns are explained in migrations/. */
export const users = pgTable('users', {
  id: uuid().primaryKey(),
  email: text().notNull(),
  emailNormalized: text('email_normalized').notNull(),
  passwordHash: text('password_hash').notNull(),
  name: text().notNull(),
  companyName: text('company_name').notNull(),
  address: jsonb().$type<JsonObject>().notNull(),
  taxId: text('tax_id').notNull(),
  locale: text().notNull(),
  timeZone: text('time_zone').notNull(),
  defaultCurrencyCode: text('default_currency_code').notNull(),
  paymentAccount: jsonb('payment_account').$type<JsonObject>().notNull(),
  electronicAddress: jsonb('electronic_address').$type<JsonObject>().notNull(),
  contact: jsonb().$type<JsonObject>().notNull(),
  legalRegistration: jsonb('legal_registration').$type<JsonObject>().notNull(),
  taxRegistration: text('tax_registration').notNull(),
  logo: jsonb().$type<JsonObject>().notNull().default({}),
  apiKeysCount: integer('api_keys_count').notNull().default(0),
  passwordVersion: bigint('password_version', { mode: 'bigint' }).notNull().default(0n),
  createTime: time('create_time').notNull(),
  updateTime: time('update_time').notNull(),
  version: bigint({ mode: 'bigint' }).notNull(),
});

/** The files of logos. The row of the account says what each one is. */
export const logos = pgTable('logos', {
  ownerId: uuid('owner_id').primaryKey(),
  data: bytea().notNull(),
});

/** The constraint that a second account with the same address breaks. */
export const EMAIL_CONSTRAINT = 'users_email_key';

/** Sessions that have not ended; an expired one may still be there. */
export const sessions = pgTable('sessions', {
  id: uuid().primaryKey(),
  userId: uuid('user_id').notNull(),
  refreshDigest: bytea('refresh_digest').notNull(),
  passwordVersion: bigint('password_version', { mode: 'bigint' }),
  createTime: time('create_time').notNull(),
  expireTime: time('expire_time').notNull(),
});

/** Exchanged refresh tokens, kept until the tokens that they were exchanged for expire. */
export const usedRefreshTokens = pgTable('used_refresh_tokens', {
  digest: bytea().primaryKey(),
  sessionId: uuid('session_id').notNull(),
  expireTime: time('expire_time').notNull(),
});

/** Failed sign-ins by email address. */
export const signInFailures = pgTable('sign_in_failures', {
  emailDigest: bytea('email_digest').primaryKey(),
  failures: integer().notNull(),
  expireTime: time('expire_time').notNull(),
});

/** Password resets by email address, the newest of each. The columns are explained in migrations/. */
export const passwordResets = pgTable('password_resets', {
  emailDigest: bytea('email_digest').primaryKey(),
  id: uuid().notNull(),
  userId: uuid('user_id'),
  passwordVersion: bigint('password_version', { mode: 'bigint' }),
  tokenDigest: bytea('token_digest').notNull(),
  requests: integer().notNull(),
  countExpireTime: time('count_expire_time').notNull(),
  expireTime: time('expire_time').notNull(),
});

/** API keys. */
export const apiKeys = pgTable('api_keys', {
  id: uuid().primaryKey(),
  ownerId: uuid('owner_id').notNull(),
  name: text().notNull(),
  readOnly: boolean('read_only').notNull(),
  prefix: text().notNull(),
  digest: bytea().notNull(),
  createTime: time('create_time').notNull(),
});

/** Customers. */
export const customers = pgTable('customers', {
  id: uuid().primaryKey(),
  ownerId: uuid('owner_id').notNull(),
  name: text().notNull(),
  email: text().notNull(),
  phone: text().notNull(),
  address: jsonb().$type<JsonObject>().notNull(),
  taxId: text('tax_id').notNull(),
  locale: text().notNull(),
  notes: text().notNull(),
  createTime: time('create_time').notNull(),
  updateTime: time('update_time').notNull(),
  version: bigint({ mode: 'bigint' }).notNull(),
  metadata: jsonb().$type<Readonly<Record<string, string>>>().notNull(),
  tags: jsonb().$type<readonly string[]>().notNull(),
  reference: text().notNull(),
  electronicAddress: jsonb('electronic_address').$type<JsonObject>().notNull(),
  legalRegistration: jsonb('legal_registration').$type<JsonObject>().notNull(),
  ccEmails: jsonb('cc_emails').$type<readonly string[]>().notNull(),
});

/** The index that a second customer of an owner with the same reference breaks. */
export const REFERENCE_CONSTRAINT = 'customers_by_reference';
