// Made from the services by make generate. Do not edit.

/** The services that consume events, each with the digest of its topics (runtime/events/subscription-digest.ts). */
export const SUBSCRIPTIONS = {
  invoice: 'a9Ov77-rTJvuz1bi',
  activity: '7gy1a9MSW8VJlPOn',
  notification: '_xRDbj7GYW_QwSGX',
  stats: 'dvvm8UGgmL_06tVO',
  reminder: 'B8wVfFwOH82-0AaE',
} as const;
