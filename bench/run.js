/** `npm run bench -- <bench> [options]`. Results go to stdout, talk to stderr. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const usage = `Usage: npm run bench -- training [--nets mlp,cnn,resnet] [--peers fit,tfjsFit,...] [--rounds 7]
       npm run bench -- main-job [--trials 20] [--all-cores]
       npm run bench -- ablations [--rows residual,dropout,...] [--seeds 5] [--first 1]
       npm run bench -- hypergradients [--parts uci,mnist,cost,starts] [--sets energy,kin8nm,power] [--inits 50]
                                       [--seeds 5] [--rounds 7]
       npm run bench -- search [--parts regret,curves,latency] [--samplers auto,tpe] [--tasks f1,nb201,...] [--seeds 20]
                               [--trials 200] [--pruners auto,asha]
                               [--keep folder [--stored]] [--rivals optuna-tpe,rustuna-tpe,...]
       npm run bench -- journal [--trials 100000]
       npm run bench -- postgres-load [--parts queue,steady,optuna,size] [--workers 64] [--seconds 20] [--trials 100000]
       npm run bench -- postgres-simulation [--seed 1] [--minutes 10]
       npm run bench -- search-training [--sets digits,energy,mnist10k] [--seeds 10] [--first 1]
                                        [--sampler auto] [--pruner auto]

Options of all:
  --json   print one JSON document in place of Markdown
  --save   write bench/results/<bench>.json and .md as well
`;

const benches = {
  async training({ nets, peers, rounds }) {
    const { training, netNames, peerNames } = await import('./training.js');
    return training({
      nets: choose(nets, netNames),
      peers: choose(peers, peerNames),
      rounds: count(rounds ?? '7'),
      say,
    });
  },
  async 'main-job'({ trials, 'all-cores': allCores = false }) {
    const { mainJob } = await import('./main-job.js');
    return mainJob({ trials: count(trials ?? '20'), allCores, say });
  },
  async journal({ trials }) {
    const { journal } = await import('./journal.js');
    return journal({ trials: count(trials ?? '100000'), say });
  },
  async 'postgres-load'({ parts, workers, seconds, trials }) {
    const { postgresLoad, loadParts } = await import('./postgres-load.js');
    return postgresLoad({
      parts: choose(parts, loadParts),
      workers: count(workers ?? '64'),
      seconds: count(seconds ?? '20'),
      trials: count(trials ?? '100000'),
      say,
    });
  },
  async 'postgres-simulation'({ seed, minutes }) {
    const { postgresSimulation } = await import('./postgres-simulation.js');
    return postgresSimulation({ seed: count(seed ?? '1'), minutes: count(minutes ?? '10'), say });
  },
  async ablations({ rows, seeds, first, save: isSaved = false }) {
    const { ablations, rowNames } = await import('./ablations.js');
    return ablations({
      rows: choose(rows, rowNames),
      seeds: count(seeds ?? '5'),
      first: count(first ?? '1'),
      isSaved,
      say,
    });
  },
  async hypergradients({ parts, sets, inits, seeds, rounds, save: isSaved = false }) {
    const { hypergradients, partNames, setNames } = await import('./hypergradients.js');
    return hypergradients({
      parts: choose(parts, partNames),
      sets: choose(sets, setNames),
      inits: count(inits ?? '50'),
      ...(seeds !== undefined && { seeds: count(seeds) }),
      rounds: count(rounds ?? '7'),
      isSaved,
      say,
    });
  },
  async search({
    parts,
    samplers,
    pruners,
    tasks,
    seeds,
    trials,
    keep,
    stored = false,
    rivals,
    save: isSaved = false,
  }) {
    const { search, partNames } = await import('./search.js');
    return search({
      parts: choose(parts, partNames),
      samplers,
      pruners,
      tasks,
      ...(seeds !== undefined && { seeds: count(seeds) }),
      ...(trials !== undefined && { trials: count(trials) }),
      keep,
      rivals,
      isStored: stored,
      isSaved,
      say,
    });
  },
  async 'search-training'({ sets, seeds, first, sampler, pruner, save: isSaved = false }) {
    const { searchTraining, setNames } = await import('./search/training.js');
    return searchTraining({
      sets: choose(sets, setNames),
      seeds: count(seeds ?? '10'),
      first: count(first ?? '1'),
      sampler,
      pruner,
      isSaved,
      say,
    });
  },
};

class UsageError extends Error {}

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      nets: { type: 'string' },
      peers: { type: 'string' },
      rounds: { type: 'string' },
      samplers: { type: 'string' },
      pruners: { type: 'string' },
      sampler: { type: 'string' },
      pruner: { type: 'string' },
      tasks: { type: 'string' },
      keep: { type: 'string' },
      stored: { type: 'boolean' },
      rivals: { type: 'string' },
      trials: { type: 'string' },
      'all-cores': { type: 'boolean' },
      rows: { type: 'string' },
      seeds: { type: 'string' },
      first: { type: 'string' },
      parts: { type: 'string' },
      sets: { type: 'string' },
      workers: { type: 'string' },
      seconds: { type: 'string' },
      minutes: { type: 'string' },
      seed: { type: 'string' },
      inits: { type: 'string' },
      json: { type: 'boolean' },
      save: { type: 'boolean' },
    },
  });
  const [name] = positionals;
  if (positionals.length !== 1 || !Object.hasOwn(benches, name)) throw new UsageError('name one bench');
  const { document, markdown, isComplete } = await benches[name](values);
  const json = `${JSON.stringify(document, undefined, 2)}\n`;
  if (values.save) await save(name, json, `${markdown}\n`);
  process.stdout.write(values.json ? json : `${markdown}\n`);
  process.exitCode = isComplete ? 0 : 1;
} catch (error) {
  const isUsage = error instanceof UsageError || error.code?.startsWith('ERR_PARSE_ARGS');
  const isUnbuilt = error.code === 'ERR_MODULE_NOT_FOUND' && error.message.includes('/dist/');
  if (isUsage) say(`${error.message}\n\n${usage}`);
  else say(isUnbuilt ? `${error.message}\nBuild first: npm run build` : error.stack);
  process.exitCode = isUsage ? 2 : 1;
}

/** @param {string | undefined} list names with commas between them; default: all */
function choose(list, known) {
  const names = list?.split(',') ?? known;
  for (const name of names)
    if (!known.includes(name)) throw new UsageError(`there is no "${name}"; there are ${known.join(', ')}`);
  return names;
}

function count(text) {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new UsageError(`"${text}" is no number of rounds, trials, seeds or starts`);
  return Number(text);
}

/** Formatted, for the results are part of the repository and its checks. */
async function save(name, json, markdown) {
  const { format, resolveConfig } = await import('prettier');
  const folder = fileURLToPath(new URL('results', import.meta.url));
  await mkdir(folder, { recursive: true });
  for (const [extension, text] of Object.entries({ json, md: markdown })) {
    const filepath = join(folder, `${name}.${extension}`);
    await writeFile(filepath, await format(text, { ...(await resolveConfig(filepath)), filepath }));
  }
}

function say(line) {
  process.stderr.write(`${line}\n`);
}
