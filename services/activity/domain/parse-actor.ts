/** Kinds of actors, named as in the contract. */
export type ActorType = 'USER' | 'API_KEY' | 'SERVICE' | 'CUSTOMER';

/** Who did something. */
export interface Actor {
  readonly type: ActorType;
  /** A user id, an API key id, the name of a service, or a customer id. */
  readonly id: string;
}

const TYPES: ReadonlyMap<string, ActorType> = new Map([
  ['user', 'USER'],
  ['api-key', 'API_KEY'],
  ['service', 'SERVICE'],
  ['customer', 'CUSTOMER'],
]);

/** The actor that an event names as `user:<id>`, `api-key:<id>`, `service:<name>` or `customer:<id>`. Throws for any other text. */
export function parseActor(text: string): Actor {
  const colon = text.indexOf(':');
  const type = TYPES.get(text.slice(0, colon));
  const id = text.slice(colon + 1);
  if (type === undefined || id === '') throw new Error(`"${text}" names no actor`);
  return { type, id };
}
