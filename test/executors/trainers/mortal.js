/** Kills its host while it loads, as often as the file named in TUNE_TEST_DEATHS has characters left. */
import { readFileSync, writeFileSync } from 'node:fs';

const path = process.env.TUNE_TEST_DEATHS;
const deaths = readFileSync(path, 'utf8').length;
if (deaths > 0) {
  writeFileSync(path, 'x'.repeat(deaths - 1));
  process.kill(process.pid, 'SIGKILL');
  await new Promise(() => undefined);
}

export default () => 1;
