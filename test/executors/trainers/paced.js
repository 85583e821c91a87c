/** Reports `steps` times, one step every `milliseconds`; says in which host. */
import { setTimeout as sleep } from 'node:timers/promises';

export default async function train({ config: { steps = 10, milliseconds = 20 }, report }) {
  for (let step = 1; step <= steps; step++) {
    await sleep(milliseconds);
    await report(step, { host: process.pid });
  }
  return steps;
}
