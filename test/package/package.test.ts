/** The package as users get it: packed, installed in an empty project, run as its README says. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const project = mkdtempSync(join(tmpdir(), 'tune-package-'));
const minutes = 60_000;

function run(program: string, args: readonly string[], cwd = project): string {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: 'utf8', timeout: 5 * minutes });
  expect(status, `${program} ${args.join(' ')}\n${stdout}\n${stderr}`).toBe(0);
  return stdout;
}

/** What the README's second space file leaves to the reader. */
const toolboxSpace = {
  activation: { type: 'categorical', choices: ['relu', 'prelu', { maxOut: 2 }] },
  blocks: { type: 'int', low: 1, high: 4 },
  shift: { type: 'float', low: 0, high: 0.2 },
  decay: { type: 'float', low: 1e-4, high: 1e-1, log: true },
};

/** The code blocks of the README in one language. */
function blocks(language: string): string[] {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  return [...readme.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'gms'))].map(([, code]) => code!);
}

beforeAll(() => {
  const [{ filename }] = JSON.parse(
    run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', project], root),
  ) as [{ filename: string }];
  writeFileSync(join(project, 'package.json'), '{ "private": true, "type": "module" }\n');
  run('npm', ['install', '--no-audit', '--no-fund', `./${filename}`]);
}, 5 * minutes);

test('holds what it needs, and nothing else', () => {
  const files = readdirSync(join(project, 'node_modules/tfjs-tune')).toSorted();
  expect(files).toEqual([
    'CHANGELOG.md',
    'FEATURES.md',
    'LICENSE',
    'README.md',
    'dist',
    'package.json',
    'search-spaces',
  ]);
});

test('has sound exports and types', () => {
  run(process.execPath, [
    join(root, 'node_modules/publint/src/cli.js'),
    'run',
    '--strict',
    join(project, 'node_modules/tfjs-tune'),
  ]);
});

test(
  'npx tune runs the main job',
  () => {
    const space = 'node_modules/tfjs-tune/search-spaces/quickstart.json';
    const out = run('npx', ['tune', space, '--trials', '2', '--json']);
    const { files, report } = JSON.parse(out) as {
      files: { model: string };
      report: { model: { test: { examples: number } } };
    };
    expect(existsSync(join(files.model, 'model.json'))).toBe(true);
    expect(report.model.test.examples).toBeGreaterThan(0);
  },
  5 * minutes,
);

test(
  "the README's programs compile in strict mode and run",
  () => {
    const folder = join(project, 'examples');
    mkdirSync(folder);
    const programs = blocks('ts');
    expect(programs.length).toBeGreaterThan(2);
    programs.forEach((code, index) => writeFileSync(join(folder, `example-${index}.ts`), code));
    const compilerOptions = {
      strict: true,
      noUncheckedIndexedAccess: true,
      module: 'nodenext',
      target: 'es2022',
      lib: ['es2023', 'dom'],
      types: [],
      skipLibCheck: true,
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
    run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder]);
    const outputs = programs.map((_, index) => run(process.execPath, [`example-${index}.js`], folder));
    const [parabola, sides, rate] = outputs.map(output => output.trim());
    expect(Number(parabola!.split(' ')[0])).toBeLessThan(0.5);
    expect(sides).toMatch(/^0\.\d+ (1|0\.9\d*) .*model$/);
    expect(Number(rate)).toBeGreaterThan(1e-3);
  },
  5 * minutes,
);

test(
  "the README's space file is valid, and its trainer module runs in the pool",
  () => {
    const folder = join(project, 'space');
    mkdirSync(folder);
    writeFileSync(join(folder, 'space.json'), blocks('jsonc')[0]!);
    expect(run('npx', ['tune', 'validate', join(folder, 'space.json')])).toContain('6 parameters, 50 trials by auto');
    const toolbox = blocks('jsonc')[1]!.replace(
      '{',
      `{ "data": { "glyphs": {} }, "space": ${JSON.stringify(toolboxSpace)},`,
    );
    writeFileSync(join(folder, 'toolbox.json'), toolbox);
    expect(run('npx', ['tune', 'validate', join(folder, 'toolbox.json')])).toContain('4 parameters, 20 trials');
    writeFileSync(
      join(folder, 'trainer.js'),
      blocks('js').find(block => block.includes('export default'))!,
    );
    const space = {
      trainer: './trainer.js',
      space: { rate: { type: 'float', low: 0, high: 1 } },
      budget: { trials: 6 },
    };
    writeFileSync(join(folder, 'own.json'), JSON.stringify(space));
    const { report } = JSON.parse(run('npx', ['tune', join(folder, 'own.json'), '--json'])) as {
      report: { best: { value: number }; study: { metric: { name: string } } };
    };
    expect(report.study.metric.name).toBe('value');
    expect(report.best.value).toBeLessThan(0.1);
  },
  5 * minutes,
);
