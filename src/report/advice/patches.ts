/** Patches for a space file as it is written, in whatever notation: what they come to is read back before they are offered. */
import type { Path } from '../../space/finding.ts';
import { asJson, equalJson, isRecord } from '../../space/json.ts';
import { readSpace, type ReadSpace } from '../../space/read-space.ts';
import type { Json, Param, Space } from '../../space/space.ts';
import type { AdviceInput, PatchOperation } from './advice.ts';
import { applyPatch, pointerTo, valueAt } from './json-patch.ts';

type Written = Readonly<Record<string, Json>>;

/**
 * Makes a parameter what is wanted: by its bounds, choices and default where they stand in the file; else, in notations
 * that have them in another form, by the whole parameter in ours. Empty where neither reads back as it.
 */
export function patchParam({ report, file }: AdviceInput, wanted: Param): readonly PatchOperation[] {
  const { space } = report.study;
  const written = file?.written ?? {
    space: Object.fromEntries(space.params.map(param => [param.name, inOurForm(param)])),
  };
  const read = readIn(written, space);
  if (!read.names.includes(wanted.name)) return setIn(written, ['space', wanted.name], inOurForm(wanted));
  const before = read.sound.params.find(({ name }) => name === wanted.name);
  if (!before) return [];
  const hasDefault =
    valueAt(written, read.placeOf(wanted.name, ['default'])) !== undefined && isOwnDefault(read, wanted);
  const whole = {
    op: 'replace' as const,
    path: pointerTo(read.placeOf(wanted.name, [])),
    value: inOurForm(wanted, hasDefault),
  };
  const isWanted = (patch: readonly PatchOperation[]): boolean => {
    const changed = applyPatch(written, patch);
    if (!isRecord(changed)) return false;
    const after = readIn(changed, space).space;
    return after !== undefined && isSame(after, expected(read.sound, wanted), hasDefault ? undefined : wanted.name);
  };
  return [keyed(written, read, before, wanted), [whole]].find(isWanted) ?? [];
}

function readIn(written: Written, { constraints }: Space): ReadSpace {
  return readSpace(isRecord(written['space']) ? written['space'] : {}, constraints);
}

/** Whether the place of its default is one of its own: notations have none for what they do not know. */
function isOwnDefault({ placeOf }: ReadSpace, { name }: Param): boolean {
  return placeOf(name, ['default']).at(-1) === 'default';
}

/** One operation for each part that is to be another. */
function keyed(written: Written, { placeOf }: ReadSpace, before: Param, wanted: Param): readonly PatchOperation[] {
  const [old, next] = [asJson(before), asJson(wanted)] as [Written, Written];
  return ['low', 'high', 'choices', 'default'].flatMap(key => {
    if (next[key] === undefined || (old[key] !== undefined && equalJson(old[key], next[key]))) return [];
    const place = placeOf(wanted.name, [key]);
    // Without a default of its own it has the middle.
    if (key === 'default' && (place.at(-1) !== 'default' || valueAt(written, place) === undefined)) return [];
    return [{ op: 'replace' as const, path: pointerTo(place), value: next[key] }];
  });
}

function expected({ params }: Space, wanted: Param): readonly Param[] {
  return params.map(param => (param.name === wanted.name ? wanted : param));
}

/** @param free the parameter whose default follows from its range */
function isSame({ params }: Space, others: readonly Param[], free: string | undefined): boolean {
  const facts = (param: Param): Json => {
    const { default: _, ...rest } = asJson(param) as Written;
    return param.name === free ? rest : asJson(param);
  };
  const byName = new Map(others.map(param => [param.name, param]));
  return (
    params.length === others.length &&
    params.every(param => byName.has(param.name) && equalJson(facts(param), facts(byName.get(param.name)!)))
  );
}

/** As a file would have it: what holds anyway is left out. */
function inOurForm(param: Param, hasDefault = true): Json {
  const { name: _, ...facts } = asJson(param) as Written;
  const standard: Written = { log: false, step: param.type === 'int' ? 1 : null };
  const kept = Object.entries(facts).filter(
    ([key, value]) => !(Object.hasOwn(standard, key) && standard[key] === value) && (hasDefault || key !== 'default'),
  );
  return Object.fromEntries(kept);
}

/** Sets a value that need not be there yet; what should hold it is made where it is missing. */
export function setIn(written: Written, path: Path, value: Json): readonly PatchOperation[] {
  const depth = path.findIndex((_, index) => valueAt(written, path.slice(0, index + 1)) === undefined);
  if (depth < 0) return [{ op: 'replace', path: pointerTo(path), value }];
  const made = path.slice(depth + 1).reduceRight<Json>((inner, key) => ({ [key]: inner }), value);
  return [{ op: 'add', path: pointerTo(path.slice(0, depth + 1)), value: made }];
}
