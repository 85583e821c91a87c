/** Waits until another trial of the same study runs too; alone it would wait in vain. Says where it ran. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { threadId } from 'node:worker_threads';

export default async function train({ config, trial, report }) {
  const here = number => join(config.folder, `arrived-${number}`);
  writeFileSync(here(trial), '');
  const partner = here(trial ^ 1);
  for (let waited = 0; !existsSync(partner); waited += 5) {
    if (waited > 20_000) throw new Error('nobody came');
    await sleep(5);
  }
  await report(trial, { thread: threadId, host: process.pid });
  return trial;
}
