/** Problems of a data set, gathered so that it is mended in one go; a broken column has as many as rows, so a few are told. */
import { TuneError, type Problem } from '../../errors.ts';

const told = 10;

export interface ProblemList {
  /** Counts a problem; `describe` is called only when it will be told. */
  add(describe: () => Problem): void;
  /** @throws TuneError DATA_INVALID when there are problems */
  refuse(): void;
}

export function createProblemList(): ProblemList {
  const problems: Problem[] = [];
  let count = 0;
  return {
    add(describe) {
      count++;
      if (problems.length < told) problems.push(describe());
    },
    refuse() {
      if (count === 0) return;
      const rest = count - problems.length;
      throw new TuneError(
        'DATA_INVALID',
        rest > 0 ? [...problems, { message: `and ${rest} more problems` }] : problems,
      );
    },
  };
}
