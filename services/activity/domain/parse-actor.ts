/** Kinds of actors, named as in the contract. */
export type ActorType = 'USER' | 'API_KEY' | 'SERVICE';

/** Who did something. */
export interface Actor {
  readonly type: ActorType;
  /** A user id, an API key id, or the name of a service. */
  readonly id: string;
}

const TYPES: ReadonlyMap<string, ActorType> = new Map([
  ['user', 'USER'],
  ['api-key', 'API_KEY'],
  ['service', 'SERVICE'],
]);

/** The actor that an event names as `user:<id>`, `api-key:<id>` or `service:<name>`. Throws for any other text. */
export function parseActor(text: string): Actor {
  const colon = text.indexOf(':');
  const type = TYPES.get(text.slice(0, colon));
  const id = text.slice(colon + 1);
  if (type === undefined || id === '') throw new Error(`"${text}" names no actor`);
  return { type, id };
}
