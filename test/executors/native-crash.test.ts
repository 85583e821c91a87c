/** Row 3: trials that crash natively take their host down, and no other trial's result. */
import { expect, test } from 'vitest';
import { openJournal } from '../../src/storage/journal.ts';
import { runStudy } from '../../src/study/loop.ts';
import { randomness, rounds } from '../faults/soak.ts';
import { path } from '../storage/journal-place.ts';
import { start, troubledStudy } from './hosts.ts';

const signals = ['SIGSEGV', 'SIGABRT', 'SIGBUS', 'SIGILL', 'SIGKILL'];

test('exactly the poisonous trials fail, after two attempts, with their signal; all others complete', async () => {
  const trials = rounds(12, 50);
  const poisonous = rounds(2, 5);
  // Trial 0 has the defaults.
  const order = randomness('native crashes').shuffle(Int32Array.from({ length: trials - 1 }, (_, trial) => trial + 1));
  const plan = Array.from({ length: trials }, () => 'no');
  for (const [index, trial] of order.subarray(0, poisonous).entries()) plan[trial] = signals[index]!;
  const study = await troubledStudy(plan, await openJournal(path));
  await runStudy(study, await start('troubled', { slots: 4 }), { budget: { trials }, clock: () => performance.now() });
  await study.close();

  const stored = await troubledStudy(plan, await openJournal(path));
  const outcomes = stored.trials().map(({ state, failure }) => failure ?? state);
  expect(outcomes).toEqual(
    plan.map(trouble =>
      trouble === 'no'
        ? 'complete'
        : { cause: 'crash', message: `the trainer host ended by ${trouble}`, signal: trouble },
    ),
  );
  const attempts = stored.trials().flatMap(({ id, attempt }) => (plan[id] === 'no' ? [] : attempt));
  expect(attempts).toEqual(Array.from({ length: poisonous }, () => 2));
  await stored.close();
}, 300_000);
