// Made from the services by make generate. Do not edit.

/** The services that consume events, each with the digest of its topics (runtime/events/subscription-digest.ts). */
export const SUBSCRIPTIONS = {
  invoice: 'a9Ov77-rTJvuz1bi',
  activity: 'i-X7Y4UE9SLnDfkK',
  notification: 'iboFZT3tr__lchSs',
  stats: 'dvvm8UGgmL_06tVO',
  reminder: 'B8wVfFwOH82-0AaE',
} as const;
