/** What about the study or its surroundings is not as it was last night. */
import { equalJson } from '../../space/json.ts';
import type { Json, Space } from '../../space/space.ts';
import { differencesOf } from '../differences.ts';
import type { Report } from '../report.ts';
import type { Change } from './comparison.ts';

/** A part of a report that may change. */
interface Fact {
  readonly what: string;
  readonly value: Json | undefined;
  /** Whether it is part of what the metric measures. */
  readonly isMeasure?: boolean;
}

/** First those that make the values of both nights measure different things. */
export function changesOf(current: Report, previous: Report): readonly Change[] {
  const named = ({ study }: Report): readonly string[] => study.space.params.map(({ name }) => name);
  const shared = new Set(named(current).filter(name => named(previous).includes(name)));
  const [before, after] = [factsOf(previous, shared), factsOf(current, shared)];
  const names = new Set([...after.keys(), ...before.keys()]);
  const changes = [...names].flatMap(what => changeOf(what, before.get(what), after.get(what)));
  return [
    ...changes.filter(change => change.isIncomparable),
    ...changes.filter(change => !change.isIncomparable),
    ...sectionChanges(current, previous),
  ];
}

/** "train: epochs", "model: layers.2.dense.units": what is not searched. */
function sectionChanges(current: Report, previous: Report): readonly Change[] {
  const [before, after] = [previous, current].map(({ study }) => study.sections);
  // Reports of earlier releases do not have them; the metric is a fact of its own.
  if (!before || !after) return [];
  return differencesOf(before, after)
    .filter(({ path }) => path[0] !== 'metric')
    .map(({ path: [section, ...place], a, b }) => ({
      what: [String(section), ...(place.length > 0 ? [place.join('.')] : [])].join(': '),
      ...(a !== undefined && { before: a }),
      ...(b !== undefined && { after: b }),
      isIncomparable: false,
    }));
}

function changeOf(what: string, from: Fact | undefined, to: Fact | undefined): Change[] {
  const [before, after] = [from?.value, to?.value];
  if (before === undefined && after === undefined) return [];
  if (before !== undefined && after !== undefined && equalJson(before, after)) return [];
  return [
    {
      what,
      ...(before !== undefined && { before }),
      ...(after !== undefined && { after }),
      // Reports of earlier releases do not know all of it.
      isIncomparable: to?.isMeasure === true && before !== undefined && after !== undefined,
    },
  ];
}

/** @param shared names of the parameters that both nights have */
function factsOf({ study, run }: Report, shared: ReadonlySet<string>): ReadonlyMap<string, Fact> {
  const { version, tensorflow, node, platform, cpus, commit } = run.environment;
  const facts: readonly Fact[] = [
    { what: 'metric', value: study.metric.name, isMeasure: true },
    { what: 'goal', value: study.metric.goal, isMeasure: true },
    { what: 'data', value: run.data?.hash, isMeasure: true },
    { what: 'split', value: run.data?.split, isMeasure: true },
    { what: 'commit', value: commit },
    { what: 'tfjs-tune', value: version },
    { what: 'TensorFlow.js', value: tensorflow },
    { what: 'Node', value: node },
    { what: 'platform', value: platform },
    { what: 'processors', value: cpus },
    { what: 'seed', value: study.seed },
    { what: 'sampler', value: study.sampler },
    { what: 'pruner', value: study.pruner },
    ...spaceFacts(study.space, shared),
    ...Object.entries(run.budget).map(([name, value]) => ({ what: `budget: ${name}`, value })),
    { what: 'slots', value: run.slots },
  ];
  return new Map(facts.map(fact => [fact.what, fact]));
}

/** "space: lr.high"; "space: lr" where the whole parameter comes or goes. Constraints are one, for they have no names. */
function spaceFacts({ params, constraints }: Space, shared: ReadonlySet<string>): readonly Fact[] {
  const facts = params.flatMap(({ name, ...spec }): Fact[] => {
    if (!shared.has(name)) return [{ what: `space: ${name}`, value: spec as Json }];
    return Object.entries(spec).map(([key, value]) => ({ what: `space: ${name}.${key}`, value: value as Json }));
  });
  return [...facts, { what: 'space: constraints', value: constraints }];
}
