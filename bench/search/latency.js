/** Milliseconds of ours for an ask and a tell: reads {sampler, trials, warmUp, asks} as its argument, prints a list of numbers. */
import { createStudy, defineSpace } from '../../dist/index.js';

const { sampler, knobs, trials, warmUp, asks } = JSON.parse(process.argv[2]);

const params = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`x${i}`, { type: 'float', low: 0, high: 1 }]));
const study = await createStudy({
  space: defineSpace(params),
  // The trials before are drawn at random.
  sampler: { [sampler]: { ...knobs, startupTrials: trials - warmUp } },
  pruner: 'none',
});
const milliseconds = [];
for (let trial = 0; trial < trials + asks; trial++) {
  const before = process.cpuUsage();
  const { id, config } = await study.ask();
  await study.tell(
    id,
    Object.values(config).reduce((sum, x) => sum + (x - 0.3) ** 2, 0),
  );
  const { user, system } = process.cpuUsage(before);
  if (trial >= trials) milliseconds.push((user + system) / 1000);
}
await study.close();
process.stdout.write(JSON.stringify(milliseconds));
