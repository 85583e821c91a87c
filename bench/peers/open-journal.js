/** Opens the study of a journal, and ends 200 new trials; prints what it took as JSON. */
import { openJournal } from '../../dist/storage/journal.js';
import { openStudy } from '../../dist/study/open-study.js';

const [, , path, facts] = process.argv;
const before = process.cpuUsage();
const begin = performance.now();
const study = await openStudy({
  ...JSON.parse(facts),
  sampler: { suggest: ({ trial }) => ({ x: (trial % 1000) / 1000, y: trial % 100 }) },
  pruner: { judge: () => 'continue' },
  storage: await openJournal(path),
  now: () => new Date(),
});
const seconds = (performance.now() - begin) / 1000;
const { user, system } = process.cpuUsage(before);
const megabytes = process.resourceUsage().maxRSS / 1024;
const trials = study.trials().length;
const appends = [];
const append = async task => {
  const started = performance.now();
  const result = await task();
  appends.push(performance.now() - started);
  return result;
};
for (let count = 0; count < 200; count++) {
  const { id } = await append(() => study.ask());
  await append(() => study.tell(id, Math.random()));
}
appends.sort((a, b) => a - b);
const at = share => appends[Math.floor(share * appends.length)];
await study.close();
const cpuSeconds = (user + system) / 1e6;
console.log(JSON.stringify({ seconds, cpuSeconds, megabytes, trials, p50: at(0.5), p99: at(0.99) }));
