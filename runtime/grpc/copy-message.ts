import type { Message } from '@bufbuild/protobuf';

/**
 * A copy of a message that shares nothing with it that could be changed. Messages are plain data: texts, numbers, bytes, lists
 * and objects of these, so no descriptor is needed to walk them.
 */
export function copyMessage<Type extends Message>(message: Type): Type {
  return copyObject(message);
}

function copyValue(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copyValue);
  if (value instanceof Uint8Array) return new Uint8Array(value);
  return copyObject(value);
}

function copyObject<Type extends object>(value: Type): Type {
  const prototype: object | null = Object.getPrototypeOf(value);
  // Messages of proto2 have their defaults in the prototype.
  const copy: Record<string, unknown> = prototype === Object.prototype ? {} : Object.create(prototype);
  // Engines keep objects of so many properties as dictionaries, of which they give the names four times as fast as the entries.
  for (const name of Object.keys(value)) {
    const item: unknown = value[name as keyof Type]; // one of its own keys
    // A key of a map may have any name, even one that would set the prototype.
    if (name === '__proto__') Object.defineProperty(copy, name, { ...PLAIN, value: copyValue(item) });
    else copy[name] = typeof item === 'object' ? copyValue(item) : item;
  }
  return copy as Type; // has the same properties as the original
}

const PLAIN = { configurable: true, enumerable: true, writable: true };
