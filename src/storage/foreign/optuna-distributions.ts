/** The parameters of an Optuna study: each trial brings the distributions that it drew from, which may differ. */
import { parseDocument } from '../../space/document.ts';
import { asJson, canonical } from '../../space/json.ts';
import type { ParamSpec } from '../../space/params.ts';
import { readSpace } from '../../space/read-space.ts';
import type { Json } from '../../space/space.ts';

export interface Distributions {
  /** @param text Optuna's JSON of one */
  add(name: string, text: unknown): void;
  /** As the short form has them. */
  parameters(): Readonly<Record<string, Json>>;
}

export function createDistributions(): Distributions {
  /** By name, then by text. */
  const found = new Map<string, Map<string, ParamSpec>>();
  return {
    add(name, text) {
      const known = found.get(name) ?? new Map<string, ParamSpec>();
      found.set(name, known);
      if (typeof text === 'string' && !known.has(text)) known.set(text, readDistribution(name, text));
    },
    parameters: () => Object.fromEntries(Array.from(found, ([name, specs]) => [name, union([...specs.values()])])),
  };
}

function readDistribution(name: string, text: string): ParamSpec {
  const { space, findings } = readSpace({ [name]: parseDocument(text, name).value }, []);
  if (!space) throw new Error(`the distribution of "${name}": ${findings.map(({ message }) => message).join(', ')}`);
  return space.params[0]!;
}

/** All values that any of them has. */
function union(specs: readonly ParamSpec[]): Json {
  const [first] = specs;
  if (first!.type === 'categorical' || first!.type === 'boolean') {
    const choices = specs.flatMap(spec => (spec.type === 'categorical' ? spec.choices : [false, true]));
    return { type: 'categorical', choices: [...new Map(choices.map(choice => [canonical(choice), choice])).values()] };
  }
  const ranges = specs.filter(spec => spec.type === 'float' || spec.type === 'int');
  const low = Math.min(...ranges.map(range => range.low));
  const high = Math.max(...ranges.map(range => range.high));
  const isOne = ranges.length === 1;
  return asJson({
    type: ranges.every(({ type }) => type === 'int') ? 'int' : 'float',
    low,
    high,
    log: ranges.every(range => range.log),
    ...(isOne && ranges[0]!.step !== null && { step: ranges[0]!.step }),
  });
}
