/** Space files with the mistakes that people make: every message, and where it points. */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatProblem, TuneError } from '../../src/errors.ts';
import { loadSpaceFile } from '../../src/space/parse.ts';
import { layers } from '../../src/train/layers/index.ts';
import { loaders } from '../../src/train/data/loaders/index.ts';
import { sections } from '../../src/tune/sections.ts';

const folder = fileURLToPath(new URL('malformed', import.meta.url));
const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** Line and column of each mistake, in the order of the file. */
const mistakes: readonly (readonly [file: string, places: string])[] = [
  ['a name with spaces.json', '1:1'],
  ['constraint-beside-broken-parameter.json', '3:38 4:5 8:77'],
  ['constraint-broken-by-defaults.json', '9:5 10:5'],
  ['constraint-code.json', '9:6 10:6 11:6 12:6 13:12 14:6 15:6 16:6 17:6 18:6 19:6 20:6 21:6 22:6 23:6'],
  ['constraint-escapes.json', '9:19'],
  ['constraint-kinds.json', '9:6 10:6 11:19 12:6 13:7 14:6 15:6 16:6'],
  ['constraint-not-boolean.json', '9:6 10:6 11:6 12:6'],
  ['constraint-operators.json', '9:6 10:6 11:6 12:6 13:6 14:6'],
  ['constraint-syntax.json', '9:23 10:18 11:18 12:17 13:6 14:12 15:19'],
  ['constraint-types.json', '3:34 3:37'],
  ['constraint-unknown-name.json', '9:6 10:6 11:6'],
  ['data-none-but-split.json', '1:11'],
  ['data-none.json', '1:11'],
  ['data-text.json', '1:11'],
  ['data-two-sources.json', '2:11'],
  ['data-values.json', '3:36 3:63 4:30 4:34 5:18 6:13'],
  ['gradient-knobs.json', '2:46 2:67 2:70 3:72 4:55 5:38 5:43'],
  ['gradient-names.json', '5:5'],
  ['gradient-trainer.json', '4:61 7:26'],
  ['keys-budget.json', '2:15 2:29 2:54'],
  ['keys-metric.json', '2:34'],
  ['keys-model.json', '3:5 4:29 4:47 4:61 4:112'],
  ['keys-optimizer.json', '2:39 2:52'],
  ['keys-param.json', '3:5 3:5 3:32 3:42 4:54 5:5 5:37 6:34'],
  ['keys-root.json', '2:3 3:3 4:3'],
  ['keys-search.json', '2:15 2:37'],
  ['keys-stack.json', '4:68 4:107 4:129'],
  ['keys-train.json', '2:14 2:32 2:45'],
  ['minified.json', '1:141'],
  ['names-twice.json', '4:5'],
  ['needs-reference.json', '2:40 4:49 4:56'],
  ['needs.json', '3:21 3:41 4:15 5:5 8:59'],
  ['nni-nested.json', '6:72 7:36 7:84 8:9'],
  ['nni-no-bounds.json', '3:21 4:21'],
  ['nni-randint-bounds.json', '3:56'],
  ['nni-randint.json', '4:50 5:67 6:47'],
  ['nni-shape.json', '3:5 4:46 5:42 6:43 7:21 8:43 9:42 10:45 11:41 12:55 13:43 14:50 15:61'],
  ['nni-whole-experiment.json', '2:3 3:3 4:3'],
  ['optuna-shape.json', '3:5 4:41 5:20 6:5 7:62 8:69 9:93 10:80 11:62 11:78 12:80 13:55'],
  ['param-default-outside.json', '3:68 4:77 5:90 6:82 7:45'],
  ['param-duplicate-choices.json', '3:59 3:67 4:81'],
  ['param-log-zero.json', '3:39 4:38 5:40'],
  ['param-low-above-high.json', '3:38 4:39'],
  ['param-names.json', '3:5 4:5 5:5 6:5 7:5'],
  ['param-step.json', '3:58 4:58 5:57 6:73 7:58 8:58'],
  ['param-unknown-type.json', '3:23 4:24 5:22 6:23 7:20'],
  ['param-unused.json', '6:5 7:5'],
  ['reference-beside-broken-parameter.json', '5:53 6:63 7:32 7:69 10:88 12:38 13:24 15:54'],
  ['reference-choice-of-optimizer.json', '4:62 4:105'],
  ['reference-choices-in-circle.json', '4:55 6:47 6:53'],
  ['reference-float-for-whole.json', '5:14 6:55'],
  ['reference-fraction-bounds.json', '3:22'],
  ['reference-key-choice.json', '4:62'],
  ['reference-key-not-text.json', '2:80 4:62'],
  ['reference-key-of-some-choices.json', '2:66'],
  ['reference-key-typo-with-choices.json', '2:45'],
  ['reference-numeric-key.json', '2:29'],
  ['reference-range-elsewhere.json', '4:39 4:52 5:38 5:53'],
  ['reference-range-too-wide.json', '4:38 4:49 5:50'],
  ['reference-unknown.json', '2:36 2:49 2:77'],
  ['reference-without-space.json', '2:37'],
  ['reference-wrong-kind-of-value.json', '5:59 6:65'],
  ['study-budget-parameter.json', '2:25'],
  ['study-durations.json', '2:27 2:58'],
  ['study-empty-trainer.json', '1:14'],
  ['study-metric.json', '1:23 1:35'],
  ['study-name-reserved.json', '1:11'],
  ['study-name.json', '1:11'],
  ['study-search-options.json', '2:28 2:84 2:88'],
  ['study-search.json', '2:26 2:46'],
  ['study-seed-fraction.json', '1:11'],
  ['study-seed.json', '1:11'],
  ['study-trainer-with-model.json', '3:3 4:3'],
  ['study-trials.json', '1:25'],
  ['syntax-array-root.json', '1:1'],
  ['syntax-bad-escape.json', '2:20'],
  ['syntax-deep.json', '1:75'],
  ['syntax-duplicate-keys.json', '4:55 5:5'],
  ['syntax-empty.json', '1:1'],
  ['syntax-huge-number.json', '2:25'],
  ['syntax-incomplete-number.json', '2:48'],
  ['syntax-leading-dot.json', '2:51'],
  ['syntax-missing-colon.json', '2:10'],
  ['syntax-missing-comma.json', '4:3'],
  ['syntax-nan.json', '2:25'],
  ['syntax-only-comment.jsonc', '1:24'],
  ['syntax-proto.json', '2:14 3:3 3:20'],
  ['syntax-python-literal.json', '2:31'],
  ['syntax-single-quoted-value.json', '2:27'],
  ['syntax-single-quotes.json', '2:3'],
  ['syntax-text-root.json', '1:1'],
  ['syntax-trailing-garbage.json', '4:1'],
  ['syntax-unclosed-brace.json', '3:27'],
  ['syntax-unclosed-bracket.json', '3:9'],
  ['syntax-unclosed-comment.jsonc', '2:21'],
  ['syntax-unclosed-text.json', '2:11'],
  ['syntax-unquoted-key.json', '2:3'],
  ['syntax-yaml.json', '1:1'],
  ['types-budget.json', '2:25 2:43 2:65 2:88'],
  ['types-model.json', '4:29 5:18 6:20 7:20 8:20 9:7 10:7'],
  ['types-name.json', '1:11'],
  ['types-needs.json', '1:47 1:58'],
  ['types-null.json', '2:12 3:12 4:25'],
  ['types-param.json', '3:36 3:49 4:34 5:46 6:46 7:5 7:5 8:10 9:10 10:5 11:55 11:70'],
  ['types-sections.json', '2:12 3:12 4:12 5:18 6:13 7:13 8:13 9:11'],
  ['types-train.json', '2:37 2:56 2:69 2:91 2:103'],
  ['wandb-groups.json', '5:62 6:17 7:50 10:30 11:30'],
  ['wandb-log.json', '3:63 4:57 5:79 6:50'],
  ['wandb-shape.json', '3:28 4:28 5:5 6:5 7:40 8:22 9:22 10:19 11:19 12:32 13:50 14:66 15:30 16:28'],
  ['wandb-whole-sweep.json', '2:3 3:3 4:3'],
  ['when-circle.json', '3:41'],
  ['when-group.json', '4:96 5:76 5:83 5:97'],
  ['when-impossible-value.json', '5:90 5:111'],
  ['when-itself.json', '2:50'],
  ['when-shape.json', '4:82 5:63 6:79'],
  ['when-unknown-parent.json', '4:69'],
];

async function refusalOf(path: string): Promise<TuneError> {
  const error: unknown = await loadSpaceFile(path, sections).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(TuneError);
  return error as TuneError;
}

/** The message with paths from this folder, and without lists that grow with each technique. */
function stable(message: string): string {
  const lists = Object.entries({ layers, loaders }).map(([kind, map]) => {
    const names = Object.keys(map).map(name => `"${name}"`);
    return { kind, pattern: new RegExp(names.join('(?:, | or )'), 'g') };
  });
  const local = message.replaceAll(join(folder, '/'), '');
  return lists.reduce((text, { kind, pattern }) => text.replaceAll(pattern, `<the ${kind}>`), local);
}

test('every file of the folder is listed', async () => {
  const files = (await readdir(folder)).filter(name => /\.jsonc?$/.test(name));
  expect(mistakes.map(([file]) => file).toSorted()).toEqual(files.toSorted());
});

test.each(mistakes)('%s is refused where it is wrong', async (file, places) => {
  const { code, problems } = await refusalOf(join(folder, file));
  expect(code).toBe('SPACE_INVALID');
  expect(problems.map(({ where }) => `${where?.line}:${where?.column}`).join(' ')).toBe(places);
});

test.each(mistakes)('%s has no mistake reported twice, and none in words of the machinery', async file => {
  const { problems } = await refusalOf(join(folder, file));
  const texts = problems.map(({ message, where }) => `${where?.line}:${where?.column} ${message}`);
  expect(new Set(texts).size).toBe(texts.length);
  for (const problem of problems) {
    expect(formatProblem(problem)).not.toMatch(/Invalid input|Too (?:big|small)|undefined|\[object|zod/);
    expect(problem.where?.source).toBeDefined();
  }
});

test('the messages are in plain words', async () => {
  const texts = await Promise.all(
    mistakes.map(async ([file]) => {
      const { message } = await refusalOf(join(folder, file));
      return `== ${file}\n${stable(message)}\n`;
    }),
  );
  await expect(texts.join('\n')).toMatchFileSnapshot('malformed/expected.txt');
});

describe('tune validate', () => {
  interface Ran {
    readonly code: number;
    readonly out: string;
    readonly err: string;
  }
  const ran = new Map<string, Ran>();
  let before: string[];

  function validate(file: string): Promise<Ran> {
    const { PATH } = process.env;
    return new Promise(resolve => {
      execFile(process.execPath, [main, 'validate', file], { cwd: folder, env: { PATH } }, (error, out, err) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err }),
      );
    });
  }

  beforeAll(async () => {
    before = await readdir(folder, { recursive: true });
    const waiting = mistakes.map(([file]) => file);
    const work = async (): Promise<void> => {
      for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) ran.set(file, await validate(file));
    };
    await Promise.all([work(), work(), work(), work()]);
  });

  test.each(mistakes)('%s ends with exit code 2 and the same message, without a stack', async file => {
    const { code, out, err } = ran.get(file)!;
    const { problems, help } = await refusalOf(join(folder, file));
    const told = problems.map(problem => `error: ${formatProblem(problem)}\n`.replaceAll(join(folder, '/'), ''));
    expect(err).toBe(`${told.join('')}${help}\n`);
    expect(err).toMatch(new RegExp(`^error: ${file}:\\d+:\\d+: `));
    expect(err).not.toContain('\n    at ');
    expect({ code, out }).toEqual({ code: 2, out: '' });
  });

  test('writes nothing', async () => {
    expect(await readdir(folder, { recursive: true })).toEqual(before);
  });
});

describe('files that are made here', () => {
  let made: string;
  beforeAll(async () => {
    made = await mkdtemp(join(tmpdir(), 'tune-space-'));
  });
  afterAll(() => rm(made, { recursive: true }));

  async function refusal(name: string, text: string | Buffer): Promise<string> {
    const path = join(made, name);
    await writeFile(path, text);
    const { code, message } = await refusalOf(path);
    expect(code).toBe('SPACE_INVALID');
    return message.replaceAll(join(made, '/'), '');
  }

  test('more than 1 MB is refused without reading it', async () => {
    const text = `{ "name": "big", "space": {\n${' '.repeat(1_100_000)}} }`;
    expect(await refusal('big.json', text)).toBe(
      'big.json:1:1: the file has 1100031 characters\n' +
        '    { "name": "big", "space": {\n' +
        '    ^\n' +
        '    expected at most 1 MB of JSON',
    );
  });

  test('a file that is no text at all is refused at its first character', async () => {
    expect(await refusal('model.json', Buffer.from([0x1f, 0x8b, 0x08, 0x00, 0xff, 0xfe]))).toMatch(
      /^model\.json:1:1: unexpected .*\n.*\n {4}\^+\n {4}expected a JSON object: \{ … \}$/,
    );
  });

  test('after fifty problems the rest is counted', async () => {
    const params = Array.from({ length: 60 }, (_, index) => `"p${index}": { "type": "flaot", "low": 0, "high": 1 }`);
    const message = await refusal('many.json', `{ "space": {\n${params.join(',\n')}\n} }`);
    expect(message.match(/unknown type "flaot"/g)).toHaveLength(50);
    expect(message).toMatch(/\nand 10 more problems$/);
  });

  test('a file that cannot be read says so', async () => {
    const error: unknown = await loadSpaceFile(join(made, 'nowhere.json'), sections).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'FILE_UNREADABLE',
      problems: [{ where: { file: join(made, 'nowhere.json') } }],
    });
  });
});
