/** `npm run bench -- ablations`: whether each technique of training shows on real data what it promises, over a few seeds. */
import { readdir } from 'node:fs/promises';
import { environmentOf } from '../dist/report/environment.js';
import { studentInterval } from '../dist/stats/intervals.js';
import { release } from './ablations/common.js';
import { ablationsMarkdown } from './harness/ablations-table.js';
import { readSaved } from './harness/read-saved.js';

const folder = new URL('ablations/rows/', import.meta.url);
const results = new URL('results/ablations.json', import.meta.url);

export const rowNames = (await readdir(folder)).filter(file => file.endsWith('.js')).map(file => file.slice(0, -3));

/**
 * @param {{ rows: string[], seeds: number, first: number, isSaved: boolean, say: (line: string) => void }} options
 *   isSaved: the results join those of earlier runs in results/ablations.json
 * @returns the document, the same as Markdown, and whether every row ran to its end
 */
export async function ablations({ rows, seeds, first, isSaved, say }) {
  const seedsToRun = Array.from({ length: seeds }, (_, index) => first + index);
  const measured = [];
  for (const name of rows) measured.push(await measureRow(name, seedsToRun, say));
  const earlier = isSaved ? ((await readSaved(results))?.rows ?? []).filter(({ name }) => !rows.includes(name)) : [];
  const document = {
    bench: 'ablations',
    date: new Date().toISOString(),
    environment: environmentOf(),
    rows: [...earlier, ...measured].toSorted(byGroup),
  };
  const isComplete = measured.every(({ failed }) => failed === undefined);
  return { document, markdown: ablationsMarkdown(document), isComplete };
}

async function measureRow(file, seeds, say) {
  const { default: ablation } = await import(new URL(`${file}.js`, folder));
  const { name, row, shows, data, unit, higherIsBetter, arms, note } = ablation;
  const started = performance.now();
  const values = Object.fromEntries(Object.keys(arms).map(arm => [arm, []]));
  const about = { name, row, shows, data, unit, higherIsBetter, ...(note && { note }), seeds };
  try {
    for (const seed of seeds)
      for (const [arm, run] of Object.entries(arms)) {
        values[arm].push(await run(seed));
        release();
        say(`${name}: seed ${seed}, ${arm}: ${values[arm].at(-1)}`);
      }
  } catch (error) {
    say(`${name} failed: ${error.stack}`);
    return { ...about, failed: error.message };
  }
  const seconds = Math.round((performance.now() - started) / 1000);
  return { ...about, ...compare(ablation, values), seconds };
}

/** The last arm with the first one, seed by seed, where there are two. */
function compare({ higherIsBetter, holds }, values) {
  const arms = Object.entries(values).map(([arm, of]) => ({ arm, ...studentInterval(of), values: of }));
  const mean = Object.fromEntries(arms.map(({ arm, mean }) => [arm, mean]));
  if (arms.length === 1) return { arms, shown: holds({ mean, values }) };
  const [first, last] = [arms[0].values, arms.at(-1).values];
  const differences = last.map((value, index) => value - first[index]);
  const difference = studentInterval(differences);
  const wins = differences.filter(value => (higherIsBetter ? value > 0 : value < 0)).length;
  return { arms, difference, wins, shown: holds({ mean, difference, wins, values }) };
}

/** In the order of the toolbox, from data to export. */
const groups =
  `data init layers activation loss minibatch optimizer schedule regularize stop overfitting transfer fine-tune
  zero-shot right-size compress ensemble export`.split(/\s+/);

function byGroup(a, b) {
  const place = ({ row }) => groups.indexOf(row.split(':')[0].trim().replace(' ', '-'));
  return place(a) - place(b) || a.name.localeCompare(b.name);
}
