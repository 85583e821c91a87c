/** `npm run bench -- postgres-simulation`: a study on up to 1,000 workers in virtual time, and where it saturates. */
import { readFile } from 'node:fs/promises';
import { environmentOf } from '../dist/report/environment.js';
import { machineLine, number, table } from './harness/markdown.js';
import { simulate, simulatedWait } from './postgres/simulation.js';

/** Trials of ten epochs, on machines that fail and pause more often than one would like. */
const usual = {
  epochs: 10,
  spread: 0.8,
  deathsPerHour: 1,
  pausesPerHour: 2,
  turnoverPerHour: 1,
  interval: 0,
  isCalm: true,
};

const cases = [
  { workers: 10, epochSeconds: 6 },
  { workers: 100, epochSeconds: 6 },
  { workers: 1000, epochSeconds: 60 },
  { workers: 1000, epochSeconds: 6 },
  { workers: 1000, epochSeconds: 6, isCalm: false },
];

/**
 * Mean waits in milliseconds by Erlang's formula, from SciPy 1.17.1:
 * python -c 'from scipy.stats import poisson as p; f = lambda c, l, m: (lambda a: (lambda b: b / (1 - a / c * (1 - b)))(
 *   p.pmf(c, a) / p.cdf(c, a)) / (c * m - l))(l / m); print(f(2, 0.8, 0.5), f(8, 3.5, 0.5), f(16, 6, 0.5))'
 */
const erlang = [
  { count: 2, perSecond: 800, milliseconds: 2, formula: 3.5555555555555567 },
  { count: 8, perSecond: 3500, milliseconds: 2, formula: 1.2706320350728582 },
  { count: 16, perSecond: 6000, milliseconds: 2, formula: 0.1022869292178698 },
];

/** @param {{ seed: number, minutes: number, most?: number, arrivals?: number, say: (line: string) => void }} options */
export async function postgresSimulation({ seed, minutes, most = Infinity, arrivals = 200_000, say }) {
  const costs = await readJson('postgres/model.json');
  const queues = [];
  for (const each of erlang) {
    const simulated = await simulatedWait({ seed, arrivals, ...each });
    queues.push({ ...each, simulated });
    say(`${each.count} servers: ${number(simulated)} ms, ${number(each.formula)} by the formula`);
  }
  const runs = [];
  for (const each of cases.filter(({ workers }) => workers <= most)) {
    const setting = { ...usual, ...each, seed, minutes };
    runs.push({ ...setting, ...(await simulate({ ...costs, ...setting })) });
    say(`${each.workers} workers: ${number(runs.at(-1).trialsPerSecond)} trials per second`);
  }
  const { workers, rate, ...real } = (await readJson('results/postgres-load.json')).runs.find(
    run => run.sampler === 'random' && run.rate !== null,
  );
  const calm = { deathsPerHour: 0, pausesPerHour: 0, turnoverPerHour: 0 };
  const setting = { ...usual, ...calm, workers, epochs: 1, epochSeconds: 0, interval: workers / rate, seed, minutes };
  const check = { real, simulated: await simulate({ ...costs, ...setting }) };
  const document = {
    bench: 'postgres-simulation',
    date: new Date().toISOString(),
    environment: environmentOf(),
    seed,
    minutes,
    model: costs,
    queues,
    runs,
    check,
  };
  return { document, markdown: markdown(document), isComplete: true };
}

async function readJson(file) {
  return JSON.parse(await readFile(new URL(file, import.meta.url), 'utf8'));
}

function markdown({ date, environment, seed, minutes, queues, runs, check }) {
  const both = times => (times ? `${number(times.p50)} / ${number(times.p99)}` : '');
  const percent = share => number(share * 100);
  const compared = [
    ['trials per second', check.real.perSecond, check.simulated.trialsPerSecond],
    ['verdict, median ms', check.real.verdict.p50, check.simulated.verdict.p50],
    ['verdict, 99 % ms', check.real.verdict.p99, check.simulated.verdict.p99],
    ['coordinator, % of a core', check.real.cpu * 100, check.simulated.coordinator * 100],
  ];
  return [
    '# Up to 1,000 workers, simulated',
    '',
    machineLine(date, environment, {}),
    '',
    `${minutes} minutes of virtual time, the first tenth of them not counted; seed ${seed}.`,
    '',
    table(
      [
        'workers',
        's/epoch',
        'idle ones rest',
        'workers busy %',
        'trials/s',
        'decisions/s',
        'queue wait ms',
        'worker idle ms',
        'verdict ms',
        'database busy %',
        'coordinator busy %',
        're-runs after deaths',
        'false expiries',
        'refused',
      ],
      runs.map(run => [
        run.workers,
        run.epochSeconds,
        run.isCalm ? 'yes' : 'no',
        percent(run.utilisation),
        number(run.trialsPerSecond),
        number(run.decisionsPerSecond),
        ...[run.wait, run.idle, run.verdict].map(both),
        percent(run.database),
        percent(run.coordinator),
        run.reruns,
        run.falseExpiries,
        run.refused,
      ]),
    ),
    '',
    'Milliseconds are medians / 99 %.',
    '',
    '## Against formulas',
    '',
    table(
      ['servers', 'arrivals/s', 'ms of service', 'mean wait ms', "by Erlang's formula"],
      queues.map(({ count, perSecond, milliseconds, simulated, formula }) => [
        count,
        perSecond,
        milliseconds,
        ...[simulated, formula].map(number),
      ]),
    ),
    '',
    '## Against the real run with 64 connections',
    '',
    table(
      ['what', 'real', 'simulated', 'ratio'],
      compared.map(([name, real, simulated]) => [name, ...[real, simulated, simulated / real].map(number)]),
    ),
  ].join('\n');
}
