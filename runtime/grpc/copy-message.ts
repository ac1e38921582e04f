import type { Message } from '@bufbuild/protobuf';

/**
 * A copy of a message that shares nothing with it that could be changed. Messages are plain data: texts, numbers,
 * bytes, lists and objects of these, so no descriptor is needed to walk them. Frozen values are shared; whoever freezes
 * a list or an object has to freeze its contents, too.
 */
export function copyMessage<Type extends Message>(message: Type): Type {
  return copyObject(message);
}

function copyValue(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  if (Array.isArray(value)) return value.map(copyValue);
  if (value instanceof Uint8Array) return new Uint8Array(value);
  return copyObject(value);
}

function copyObject<Type extends object>(value: Type): Type {
  const prototype: object | null = Object.getPrototypeOf(value);
  // Messages of proto2 have their defaults in the prototype. Others are spread: engines take over the layout of an
  // object that is spread, while adding its properties one by one makes a dictionary of it.
  const copy: Type = prototype === Object.prototype ? { ...value } : Object.assign(Object.create(prototype), value);
  for (const name of Object.keys(copy)) {
    const item: unknown = copy[name as keyof Type]; // one of its own keys
    if (typeof item !== 'object' || item === null) continue;
    // A key of a map may have any name, even one that would set the prototype.
    if (name === '__proto__') Object.defineProperty(copy, name, { ...PLAIN, value: copyValue(item) });
    else copy[name as keyof Type] = copyValue(item) as Type[keyof Type]; // a copy of what was there
  }
  return copy;
}

const PLAIN = { configurable: true, enumerable: true, writable: true };
