/** One process asks for trials and tells what they come to, in PostgreSQL, as open_rdb.py does with Optuna. */
import { samplers } from '../../dist/samplers/index.js';
import { openBenchStudy } from './open-study.js';
import { lossOf } from './space.js';

const { address, name, trials, epochs } = JSON.parse(process.argv[2]);
const techniques = { sampler: samplers.random.create({}), pruner: { judge: () => 'continue' } };
const { study, close } = await openBenchStudy(address, name, techniques);
const begin = performance.now();
for (let count = 0; count < trials; count++) {
  const { id, config } = await study.ask();
  const value = lossOf(config, 0);
  for (let step = 1; step <= epochs; step++) await study.report(id, { step, value: value + 1 / step });
  await study.tell(id, value);
}
console.log(JSON.stringify({ perSecond: (trials * 1000) / (performance.now() - begin) }));
await close();
