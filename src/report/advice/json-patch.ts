/** JSON Patch, RFC 6902, as far as advice has it: add, replace and remove, for objects and lists. */
import { forbiddenKeys } from '../../space/document.ts';
import type { Path } from '../../space/finding.ts';
import { isList, isRecord } from '../../space/json.ts';
import type { Json } from '../../space/space.ts';
import type { PatchOperation } from './advice.ts';

/** "/space/lr/high", RFC 6901. */
export function pointerTo(path: Path): string {
  return path.map(segment => `/${String(segment).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** The path of a pointer in a document: indices of lists as numbers. Undefined where it leads to no place in it. */
export function pathOf(pointer: string, document: Json): Path | undefined {
  if (!pointer.startsWith('/')) return undefined;
  const keys = pointer
    .slice(1)
    .split('/')
    .map(key => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  let inside: Json | undefined = document;
  const path: (string | number)[] = [];
  for (const key of keys) {
    if (isList(inside)) {
      if (!/^(?:0|[1-9]\d{0,8})$/.test(key)) return undefined;
      path.push(Number(key));
      inside = inside[Number(key)];
    } else {
      if (!isRecord(inside) || forbiddenKeys.has(key)) return undefined;
      path.push(key);
      inside = Object.hasOwn(inside, key) ? inside[key] : undefined;
    }
  }
  return path;
}

/** The value at a path, of own keys alone. */
export function valueAt(document: Json, path: Path): Json | undefined {
  return path.reduce<Json | undefined>((inside, key) => {
    if (isList(inside)) return inside[Number(key)];
    return isRecord(inside) && Object.hasOwn(inside, key) ? inside[key] : undefined;
  }, document);
}

/** The document after the patch; undefined where an operation has no place in it. */
export function applyPatch(document: Json, patch: readonly PatchOperation[]): Json | undefined {
  return patch.reduce<Json | undefined>((before, operation) => {
    const path = before === undefined ? undefined : pathOf(operation.path, before);
    return path && changed(before!, path, operation);
  }, document);
}

function changed(document: Json, [key, ...rest]: Path, operation: PatchOperation): Json | undefined {
  const inside = valueAt(document, [key!]);
  if (rest.length > 0) {
    const inner = inside === undefined ? undefined : changed(inside, rest, operation);
    return inner === undefined ? undefined : withValue(document, key!, inner);
  }
  if (operation.op !== 'add' && inside === undefined) return undefined;
  if (operation.op === 'remove') return without(document, key!);
  const isInserted = operation.op === 'add' && isList(document);
  return isInserted ? document.toSpliced(Number(key), 0, operation.value) : withValue(document, key!, operation.value);
}

function withValue(document: Json, key: string | number, value: Json): Json {
  return isList(document) ? document.with(Number(key), value) : { ...(document as object), [key]: value };
}

function without(document: Json, key: string | number): Json {
  if (isList(document)) return document.toSpliced(Number(key), 1);
  return Object.fromEntries(Object.entries(document as object).filter(([name]) => name !== String(key))) as Json;
}
