/** A stored study goes on only as what it was: other parameters, training or seed would mix results that do not compare. */
import { TuneError, type Problem } from '../errors.ts';
import { asJson, equalJson } from '../space/json.ts';
import type { Json } from '../space/space.ts';
import type { StudyCreated } from './events.ts';
import { identityOf } from './space-versions.ts';

/** @throws TuneError STUDY_CHANGED that lists every difference, but for those that make a version of the space */
export function refuseChanges(stored: StudyCreated, given: StudyCreated): void {
  const facts = ({ study, direction, directions = [direction], seed, deterministic }: StudyCreated) =>
    [
      ['name', study],
      ['direction', directions.join(', ')],
      ['seed', seed],
      ['the deterministic mode', deterministic === undefined ? 'off' : `for ${deterministic} trials at once`],
    ] as const;
  const before = new Map<string, string | number>(facts(stored));
  const problems: Problem[] = facts(given)
    .filter(([name, value]) => before.get(name) !== value)
    .map(([name, value]) => ({ message: `${name} is ${value}`, expected: `${before.get(name)}, as stored` }));
  // Studies that Optuna made, or code, have no sections.
  const hasSections = stored.sections !== undefined && given.sections !== undefined;
  const parts = ({ space, sections = {} }: StudyCreated) =>
    new Map<string, Json>([
      ...space.params.map(param => [`parameter "${param.name}"`, identityOf(param)] as const),
      ...(hasSections ? Object.entries(sections).map(([name, part]) => [`"${name}"`, asJson(part)] as const) : []),
    ]);
  const [earlier, now] = [parts(stored), parts(given)];
  for (const what of new Set([...earlier.keys(), ...now.keys()])) {
    const [old, fresh] = [earlier.get(what), now.get(what)];
    if (old === undefined) problems.push({ message: `${what} is new` });
    else if (fresh === undefined) problems.push({ message: `${what} is gone` });
    else if (!equalJson(old, fresh)) problems.push({ message: `${what} changed` });
  }
  if (problems.length > 0) throw new TuneError('STUDY_CHANGED', problems);
}
