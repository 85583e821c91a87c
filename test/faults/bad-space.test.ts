/** Row 16: a good space file with one mistake, 150 times: each is found, where it is, with what was expected; at once, and without a stack. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { TuneError } from '../../src/errors.ts';
import { loadSpaceFile } from '../../src/space/parse.ts';
import { median } from '../../src/stats/median.ts';
import { sections } from '../../src/tune/sections.ts';
import { testFolder } from '../tune/test-folder.ts';
import { say } from './soak.ts';

const folder = testFolder();

const good = `{
  "name": "good",
  "data": { "twoMoons": { "examples": 200 } },
  "model": { "layers": [{ "dense": { "units": "$units", "activation": "relu" } }, { "dropout": "$dropout" }] },
  "train": { "optimizer": { "adam": "$learningRate" }, "batchSize": 32, "epochs": 3, "earlyStopping": { "patience": 5 } },
  "space": {
    "units": { "type": "int", "low": 4, "high": 64, "log": true, "default": 16 },
    "dropout": { "type": "float", "low": 0, "high": 0.5, "default": 0.1 },
    "learningRate": { "type": "float", "low": 0.001, "high": 0.1, "log": true, "default": 0.01 }
  },
  "constraints": ["units * dropout <= 32"],
  "search": { "sampler": "tpe", "pruner": "median" },
  "budget": { "trials": 10, "duration": "10m" },
  "metric": { "name": "valLoss", "goal": "minimize" },
  "seed": 1
}`;

interface Mistake {
  readonly text: string;
  readonly what: string;
  /** Lines on which it may be said to be. */
  readonly lines: readonly [from: number, to: number];
  /** The key that was meant. */
  readonly meant?: string;
}

const lineAt = (offset: number): number => good.slice(0, offset).split('\n').length;
const lastLine = good.split('\n').length;

/** Each bracket, colon and comma that cannot be done without, left out. What is missing shows later, in the next line maybe. */
const syntax = [...good.matchAll(/[{}[\]:]|,(?!\s*[\]}])/g)].map(({ 0: sign, index }): Mistake => ({
  text: good.slice(0, index) + good.slice(index + 1),
  what: `without ${sign} at ${index}`,
  lines: [lineAt(index) - 1, lastLine],
}));

/** Names that the user chose may be anything. */
const ownNames = new Set(['units', 'dropout', 'learningRate']);
const keys = [...good.matchAll(/"(\w+)":/g)].filter(({ 1: key, index }) => !(ownNames.has(key!) && lineAt(index) > 5));
const typos = keys.map(({ 1: key, index }): Mistake => {
  const typo = key!.length > 3 ? key!.slice(0, -2) + key!.at(-1)! + key!.at(-2)! : `${key}${key!.at(-1)}`;
  return {
    text: `${good.slice(0, index)}"${typo}"${good.slice(index + key!.length + 2)}`,
    what: `"${typo}" for "${key}"`,
    lines: [lineAt(index), lineAt(index)],
    meant: key!,
  };
});

const values = [...good.matchAll(/(?<=": )("[^"]*"|[\d.]+|true)/g)];
const wrongTypes = values.flatMap(({ 0: value, index }) =>
  [{ nonsense: null }, []].map((wrong): Mistake => ({
    text: good.slice(0, index) + JSON.stringify(wrong) + good.slice(index + value.length),
    what: `${JSON.stringify(wrong)} for ${value} at ${index}`,
    lines: [lineAt(index), lineAt(index)],
  })),
);

const mistakes = [...syntax, ...typos, ...wrongTypes];

async function refusal(text: string): Promise<{ readonly error: unknown; readonly milliseconds: number }> {
  const path = join(folder, 'space.json');
  writeFileSync(path, text);
  const begin = performance.now();
  const error: unknown = await loadSpaceFile(path, sections).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return { error, milliseconds: performance.now() - begin };
}

test('without a mistake it is good', async () => {
  expect((await refusal(good)).error).toBe(undefined);
});

test('each of at least 150 mistakes', async () => {
  const broken: string[] = [];
  const times: number[] = [];
  for (const { text, what, lines, meant } of mistakes) {
    const { error, milliseconds } = await refusal(text);
    times.push(milliseconds);
    const { code, message, problems } = error instanceof TuneError ? error : { code: '', message: '', problems: [] };
    const places = [...message.matchAll(/space\.json:(\d+):(\d+): /g)].map(([, line]) => Number(line));
    const claims = {
      'is refused': code === 'SPACE_INVALID' && problems.length > 0,
      'has a place for each problem': places.length === problems.length,
      'is where it is': places.some(line => line >= lines[0] && line <= lines[1]),
      'has a caret': /^ +\^+$/m.test(message),
      'says what was expected, or what to do': problems.every(({ expected, hint }) => expected ?? hint),
      'names the key that was meant': meant === undefined || message.includes(`"${meant}"`),
      'has no stack, and no words of the machinery': !/\n\s+at |undefined|\[object|ZodError/.test(message),
    };
    for (const [claim, holds] of Object.entries(claims)) if (!holds) broken.push(`${what} ${claim}: ${message}`);
  }
  expect(broken).toEqual([]);
  expect(mistakes.length).toBeGreaterThanOrEqual(150);
  say(
    `${mistakes.length} files: ${median(times).toFixed(1)} ms at the median, ${Math.max(...times).toFixed(0)} ms at most`,
  );
  expect(median(times)).toBeLessThan(100);
});
