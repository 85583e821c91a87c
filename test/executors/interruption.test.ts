/** A trial that is told to end and does not ends with its host, two seconds later. */
import { expect, test } from 'vitest';
import { goOn, job, start } from './hosts.ts';

test.each(['endless loop', 'computes natively', 'waits for ever'])('%s', async trouble => {
  const executor = await start('troubled');
  const user = new AbortController();
  const result = executor.run(
    job(0, { trouble }),
    () => {
      setTimeout(() => user.abort(), 100);
      return 'continue';
    },
    user.signal,
  );
  expect(await result).toMatchObject({ state: 'failed', failure: { cause: 'interrupted' } });
  // Nothing runs any more.
  expect(await executor.run(job(1, { trouble: 'no' }), goOn, user.signal)).toMatchObject({
    failure: { cause: 'interrupted' },
  });
  expect(await executor.run(job(1, { trouble: 'no' }), goOn)).toMatchObject({ state: 'complete' });
});

test('a trial that ends by itself when it is told to keeps its host', async () => {
  const executor = await start('troubled');
  const host = await executor.hostPid();
  const user = new AbortController();
  const observe = (): 'stop' | 'continue' => {
    setTimeout(() => user.abort(), 100);
    return user.signal.aborted ? 'stop' : 'continue';
  };
  expect(await executor.run(job(0, { trouble: 'stopped' }), observe, user.signal)).toMatchObject({ state: 'pruned' });
  expect(await executor.hostPid()).toBe(host);
});
