/** What `tune diff` says: a table with a column for each study, and a row for each thing in which they differ. */
import { printable } from '../text.ts';
import { left, textTable } from '../report/columns.ts';
import { cut } from '../report/cut.ts';
import { differencesOf, type Difference } from '../report/differences.ts';
import type { Report } from '../report/report.ts';
import { countStates } from '../report/trial-states.ts';
import { formatValues } from '../report/trial-table.ts';
import { formatValue } from '../report/values.ts';
import { asJson } from '../space/json.ts';
import type { Json } from '../space/space.ts';
import type { Shown } from './shown.ts';
import type { StoredStudy } from '../tune/stored-study.ts';
import { readStudy, type Studies } from './studies.ts';

/** Characters of a value. */
const longest = 48;

export async function compareStudies(studies: Studies, nameA: string, nameB: string): Promise<Shown> {
  const [a, b] = await Promise.all([readStudy(studies, nameA), readStudy(studies, nameB)]);
  const differences = [
    ...differencesOf(definitionOf(a), definitionOf(b)),
    // Only reports know how a study was searched.
    ...(a.report && b.report ? differencesOf(searchOf(a.report), searchOf(b.report), ['search']) : []),
  ];
  const config = a.best && b.best ? differencesOf(a.best.config, b.best.config) : [];
  const rows = [
    ...outcome(a).map(([what, value], index) => [what, value, outcome(b)[index]![1]]),
    ...differences.map(rowOf),
    ...config.map(difference => rowOf({ ...difference, path: ['best', ...difference.path] })),
  ];
  const lines = [
    ...textTable([left(''), left(printable(nameA)), left(printable(nameB))], rows),
    ...(differences.length === 0 ? ['', 'nothing else differs in how they were set up'] : []),
  ];
  return { lines, data: { a: factsOf(a), b: factsOf(b), differences, config } };
}

/** Everything that decides what a study does, by the names that a space file has for it. */
function definitionOf({ study }: StoredStudy): Json {
  const { space, sections, direction, directions, seed, deterministic } = study ?? {};
  const params = space?.params.map(({ name, ...param }) => [name, param] as const);
  return asJson({
    ...(params && { space: Object.fromEntries(params) }),
    constraints: space?.constraints,
    ...sections,
    direction: directions ?? direction,
    seed,
    deterministic,
  });
}

function searchOf({ study: { sampler, pruner }, run: { budget } }: Report): Json {
  return asJson({ sampler, pruner, budget });
}

function outcome({ trials, best }: StoredStudy): (readonly [what: string, value: string])[] {
  const { complete, pruned, failed } = countStates(trials);
  return [
    ['trials', `${trials.length}: ${complete} complete, ${pruned} pruned, ${failed} failed`],
    ['best value', best ? `${formatValues(best)} (trial ${best.id})` : '–'],
  ];
}

function rowOf({ path, a, b }: Difference): string[] {
  return [path.join('.'), ...[a, b].map(formatValue)].map(text => cut(printable(text), longest));
}

function factsOf({ name, trials, best }: StoredStudy) {
  const { id, value, values, config } = best ?? {};
  return {
    study: name,
    trials: { all: trials.length, ...countStates(trials) },
    ...(best && { best: { trial: id, value, values, config } }),
  };
}
