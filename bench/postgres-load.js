/** `npm run bench -- postgres-load`: what a PostgreSQL bears with 64 workers, and what that costs the coordinator. */
import { spawn } from 'node:child_process';
import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { environmentOf } from '../dist/report/environment.js';
import { failure, machineLine, number, table } from './harness/markdown.js';
import { quantile } from './postgres/quantile.js';
import { startCluster } from './postgres/cluster.js';

export const loadParts = ['queue', 'steady', 'optuna', 'size'];
/** Trials per second at which the coordinator is measured, and how much of a core it may take. */
const rate = 50;
const mostOfACore = 0.2;

/** @param {{ parts: string[], workers: number, seconds: number, trials: number, say: (line: string) => void }} options */
export async function postgresLoad({ parts, workers, seconds, trials, say }) {
  const cluster = await startCluster();
  const document = {
    bench: 'postgres-load',
    date: new Date().toISOString(),
    environment: environmentOf(),
    versions: {},
    workers,
    seconds,
    runs: [],
    sizes: [],
    asks: /** @type {any[]} */ ([]),
  };
  const address = () => cluster.createDatabase();
  try {
    const [{ server_version: version }] = await cluster.sql('SHOW server_version');
    document.versions.PostgreSQL = version.split(' ')[0];
    const add = run => {
      document.runs.push({ load: loadavg()[0], ...run });
      say(`${run.name}: ${number(run.perSecond)} trials per second`);
    };
    if (parts.includes('queue')) {
      add(await drain('one worker alone', await address(), 1, Math.ceil(trials / 50)));
      add(await drain(`${workers} workers, as fast as can be`, await address(), workers, trials / 10));
    }
    if (parts.includes('steady')) {
      for (const sampler of ['random', 'tpe']) add(await steady(await address(), { workers, seconds, sampler, rate }));
      add(await steady(await address(), { workers, seconds, sampler: 'random', rate: Infinity }));
    }
    if (parts.includes('optuna')) {
      for (const epochs of [0, 10]) {
        const options = { address: await address(), name: 'ask-tell', trials: Math.max(5, trials / 500), epochs };
        document.asks.push({ by: 'tfjs-tune', epochs, ...(await start('ask-tell.js', options).result) });
        const python = process.env['TUNE_BENCH_PYTHON'];
        if (!python) continue;
        const peer = fileURLToPath(new URL('peers/ask_tell_rdb.py', import.meta.url));
        const theirs = { ...options, address: await address() };
        const { versions, ...result } = await launch(python, [peer, JSON.stringify(theirs)]).result.catch(failed);
        document.asks.push({ by: 'Optuna', epochs, ...result });
        Object.assign(document.versions, versions);
      }
      say(document.asks.map(({ by, epochs, perSecond }) => `${by}, ${epochs} epochs: ${perSecond}`).join('; '));
    }
    if (parts.includes('size')) {
      for (const epochs of [0, 10]) {
        const size = await start('large.js', { address: await address(), name: 'large', trials, epochs }).result;
        document.sizes.push(size);
        say(`${trials} trials with ${epochs} epochs: ${number(size.megabytes)} MB, open in ${number(size.seconds)} s`);
      }
    }
  } finally {
    await cluster.stop();
  }
  const isComplete = document.asks.every(({ failed }) => failed === undefined);
  return { document, markdown: markdown(document), isComplete };
}

/** A queue that is full, and workers that empty it, with nobody to judge: what the database alone bears. */
async function drain(name, address, workers, trials) {
  const { perSecond: queued } = await start('fill.js', { address, name: 'queue', trials }).result;
  const times = await Promise.all(team(address, workers, 0, false).map(({ result }) => result));
  const began = Math.min(...times.map(({ began }) => began));
  const ended = Math.max(...times.map(({ ended }) => ended));
  const { claim, report, finish } = merged(times);
  return {
    name,
    workers,
    queued,
    perSecond: (claim.length * 1000) / (ended - began),
    claim: quantiles(claim),
    report: quantiles(report),
    finish: quantiles(finish),
  };
}

/** Everything: a coordinator that decides, and workers each of which begins a trial every so often. */
async function steady(address, { workers, seconds, sampler, rate }) {
  const warm = Math.min(8, seconds);
  const coordinator = start('coordinator.js', { address, name: 'steady', sampler, pruner: 'auto', warm, seconds });
  await sleep(1500);
  const paced = Number.isFinite(rate);
  const members = team(address, workers, paced ? workers / rate : 0, true);
  const { trialsPerSecond: perSecond, ...measured } = await coordinator.result;
  members.forEach(({ child }) => child.stdin.end());
  const { claim, report, verdict, finish } = merged(await Promise.all(members.map(({ result }) => result)));
  const how = paced ? `${rate} trials a second` : 'as fast as can be';
  const name = `${workers} workers and a coordinator (${sampler}), ${how}`;
  return {
    name,
    workers,
    sampler,
    rate: paced ? rate : null,
    perSecond,
    ...measured,
    claim: quantiles(claim),
    report: quantiles(report),
    verdict: quantiles(verdict),
    finish: quantiles(finish),
  };
}

/** Workers in a few processes, so that none of these is what limits them. */
function team(address, workers, interval, judged) {
  const processes = Math.min(workers, 4);
  return Array.from({ length: processes }, (_, index) => {
    const first = Math.floor((index * workers) / processes);
    const count = Math.floor(((index + 1) * workers) / processes) - first;
    return start('workers.js', { address, workers: count, all: workers, first, interval, judged });
  });
}

function start(file, options) {
  const path = fileURLToPath(new URL(`postgres/${file}`, import.meta.url));
  return launch(process.execPath, ['--no-warnings', path, JSON.stringify(options)]);
}

function launch(command, args) {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  const result = new Promise((resolve, reject) => {
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', data => (stdout += data));
    child.stderr.on('data', data => (stderr += data));
    child.on('error', reject);
    child.on('close', code => (code === 0 ? resolve(JSON.parse(stdout)) : reject(new Error(stderr))));
  });
  return { child, result };
}

function failed(error) {
  return { failed: error.message };
}

function merged(times) {
  const kinds = Object.keys(times[0].times);
  return Object.fromEntries(kinds.map(kind => [kind, times.flatMap(({ times }) => times[kind])]));
}

function quantiles(values) {
  return values.length === 0 ? undefined : { p50: quantile(values, 0.5), p99: quantile(values, 0.99) };
}

function markdown({ date, environment, versions, runs, sizes, asks }) {
  const both = times => (times ? `${number(times.p50)} / ${number(times.p99)}` : '');
  const sections = [
    runs.length > 0 && [
      '## Workers',
      '',
      table(
        ['run', 'trials/s', 'claim ms', 'report ms', 'verdict ms', 'finish ms', 'coordinator, % of a core', 'load'],
        runs.map(({ name, perSecond, claim, report, verdict, finish, cpu, load }) => [
          name,
          number(perSecond),
          ...[claim, report, verdict, finish].map(both),
          cpu === undefined ? '' : number(cpu * 100),
          number(load),
        ]),
      ),
      '',
      `Milliseconds are medians / 99 %. The coordinator may take ${mostOfACore * 100} % of a core at ${rate} trials a second.`,
    ],
    asks.length > 0 && [
      '## Ask and tell',
      '',
      table(
        ['epochs', 'tfjs-tune, trials/s', 'Optuna RDBStorage, trials/s', 'ratio'],
        [...new Set(asks.map(({ epochs }) => epochs))].map(epochs => {
          const of = name => asks.find(({ by, epochs: own }) => by === name && own === epochs);
          const [ours, theirs] = [of('tfjs-tune'), of('Optuna')];
          if (!theirs) return [epochs, number(ours.perSecond), 'not run', ''];
          if (theirs.failed !== undefined) return [epochs, number(ours.perSecond), failure(theirs.failed), ''];
          return [epochs, number(ours.perSecond), number(theirs.perSecond), number(ours.perSecond / theirs.perSecond)];
        }),
      ),
    ],
    sizes.length > 0 && [
      '## Size',
      '',
      table(
        ['trials', 'epochs each', 'MB', 's to open', 'CPU s', 's to write'],
        sizes.map(({ trials, epochs, megabytes, seconds, cpuSeconds, written }) => [
          trials,
          epochs,
          ...[megabytes, seconds, cpuSeconds, written].map(number),
        ]),
      ),
    ],
  ];
  return [
    '# PostgreSQL under load',
    '',
    machineLine(date, environment, versions),
    ...sections.flatMap(section => (section ? ['', ...section] : [])),
  ].join('\n');
}
