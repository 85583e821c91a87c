/** `npm run bench -- hypergradients`: what tuning by the validation gradient brings, what it costs, what it survives. */
import { environmentOf } from '../dist/report/environment.js';
import { machineLine } from './harness/markdown.js';
import { readSaved } from './harness/read-saved.js';
import { costMarkdown, measureCost, netNames } from './hypergradients/cost.js';
import { measureMnist, mnistMarkdown } from './hypergradients/mnist.js';
import { measureStarts, startsMarkdown } from './hypergradients/starts.js';
import { joinUci, measureUci, uciMarkdown } from './hypergradients/uci.js';

export { setNames } from './hypergradients/uci.js';

const results = new URL('results/hypergradients.json', import.meta.url);

/** `join` puts what was measured in place of the same in what was saved earlier. Default: in place of all of it. */
const parts = {
  uci: { title: 'UCI data from random starts', measure: measureUci, markdown: uciMarkdown, join: joinUci },
  mnist: { title: 'Studies with equally many gradients', measure: measureMnist, markdown: mnistMarkdown },
  cost: {
    title: 'Cost of a step',
    measure: options => measureCost({ ...options, nets: netNames }),
    markdown: costMarkdown,
  },
  starts: { title: 'Bad starts', measure: measureStarts, markdown: startsMarkdown },
};

export const partNames = Object.keys(parts);

/** Seeds of each part, where nothing else is said. */
const standardSeeds = { mnist: 5, starts: 20 };

/**
 * @param {{ parts: string[], sets: string[], inits: number, seeds?: number, rounds: number, isSaved: boolean, say: (line: string) => void }} options
 *   isSaved: the results join those of earlier runs in results/hypergradients.json
 * @returns the document, the same as Markdown, and whether every part ran to its end
 */
export async function hypergradients({ parts: names, isSaved, seeds, say, ...options }) {
  const earlier = (isSaved && (await readSaved(results))?.parts) || {};
  const measured = {};
  for (const name of names) {
    const started = performance.now();
    try {
      const found = await parts[name].measure({ ...options, seeds: seeds ?? standardSeeds[name], say });
      const seconds = Math.round((performance.now() - started) / 1000);
      const { join = (_, all) => all } = parts[name];
      measured[name] = { seconds, ...(earlier[name] ? join(earlier[name], found) : found) };
    } catch (error) {
      // What the others have found, or earlier runs of this one, is not lost.
      say(`${name} failed: ${error.stack}`);
    }
  }
  const document = {
    bench: 'hypergradients',
    date: new Date().toISOString(),
    environment: environmentOf(),
    parts: { ...earlier, ...measured },
  };
  const isComplete = names.every(name => measured[name] !== undefined);
  return { document, markdown: markdown(document), isComplete };
}

function markdown({ date, environment, parts: found }) {
  const { tensorflow } = environment;
  const sections = partNames
    .filter(name => found[name])
    .map(name => [`### ${parts[name].title} (\`${name}\`)`, parts[name].markdown(found[name])].join('\n\n'));
  const versions = tensorflow === undefined ? {} : { 'TensorFlow.js': tensorflow };
  return [machineLine(date, environment, versions), ...sections].join('\n\n');
}
