/** Numbers from scikit-learn; the command that made them is in test/golden/make-sklearn.py. */
import { readFileSync } from 'node:fs';

interface Fitted {
  readonly offset: readonly number[];
  readonly scale: readonly number[];
}

type Scaled = Readonly<Record<'standard' | 'minMax', Fitted>>;

export const golden = JSON.parse(readFileSync(new URL('../../golden/sklearn.json', import.meta.url), 'utf8')) as {
  readonly table: Scaled;
  readonly everyThirdRow: Scaled;
  readonly images: Scaled;
  readonly breastCancer: Scaled;
  readonly moons: readonly number[];
  readonly friedman1: { readonly x: readonly (readonly number[])[]; readonly y: readonly number[] };
};
