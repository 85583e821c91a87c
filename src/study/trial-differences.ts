/** What a trial that ran again has other than its record has. Bits count: 0.1 + 0.2 is not 0.3. */
import type { Measurement, Trial, TrialResult } from './trial.ts';

export interface Difference {
  /** "the value", "the hash of the weights", "valLoss after step 3" */
  readonly what: string;
  readonly recorded: Bits;
  readonly repeated: Bits;
}

/** A number, or the hash of weights. */
type Bits = number | string | undefined;

/** Clocks do not repeat themselves. */
const timings: ReadonlySet<string> = new Set(['seconds', 'inferenceMs', 'inferenceMsPerExample']);

/** In order of steps, then of what it came to. Empty: the same, to the bit. */
export function differencesOf(
  recorded: Trial,
  repeated: Pick<TrialResult, 'value' | 'attributes'> & { readonly curve: readonly Measurement[] },
): readonly Difference[] {
  const [before, after] = [bitsOf(recorded), bitsOf(repeated)];
  return [...new Map([...before, ...after]).keys()].flatMap(what => {
    const [old, fresh] = [before.get(what), after.get(what)];
    return Object.is(old, fresh) ? [] : [{ what, recorded: old, repeated: fresh }];
  });
}

function bitsOf({
  curve,
  value,
  attributes = {},
}: Pick<Trial, 'curve' | 'value' | 'attributes'>): ReadonlyMap<string, Bits> {
  const { weightsHash } = attributes;
  const measured = curve.flatMap(({ step, value, metrics = {} }) =>
    Object.entries({ 'the metric': value, ...metrics })
      .filter(([name]) => !timings.has(name))
      .map(([name, number]) => [`${name} after step ${step}`, number] as const),
  );
  return new Map<string, Bits>([
    ...measured,
    ['the value', value],
    ['the hash of the weights', typeof weightsHash === 'string' ? weightsHash : undefined],
  ]);
}
