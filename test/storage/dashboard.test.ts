/**
 * optuna-dashboard shows our journals: its answers, and its page in headless Chromium. Where TUNE_OPTUNA_PYTHON names a
 * Python with optuna-dashboard, and TUNE_CHROMIUM a Chromium.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test, type TestContext } from 'vitest';
import { random } from '../../src/samplers/random.ts';
import { openJournal } from '../../src/storage/journal.ts';
import { makeStudy } from '../study/make-study.ts';
import { chromiumOf, openPage } from '../chromium.ts';
import { mixed } from '../study/spaces.ts';
import { testFolder } from '../tune/test-folder.ts';

const python = process.env['TUNE_OPTUNA_PYTHON'];
const journal = `${testFolder()}/journal.log`;
const hasDashboard = python !== undefined && imports('optuna_dashboard');
let url = '';
let stop = async (): Promise<void> => undefined;

function imports(module: string): boolean {
  try {
    execFileSync(python!, ['-c', `import ${module}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** A study in which trials pause, crash, fail, are interrupted and pruned; curves go down, and larger rates are better. */
beforeAll(async () => {
  const study = await makeStudy({
    name: 'on-the-dashboard',
    space: mixed,
    sampler: random.create({}),
    storage: await openJournal(journal),
    now: () => new Date(),
  });
  for (let id = 0; id < 30; id++) {
    const { config } = (await study.ask())!;
    const value = 2 - Number(config['lr']);
    await study.report(id, { step: 1, value: id === 5 ? NaN : value + 1 });
    if (id === 3) await study.retry(id);
    if (id === 2) {
      await study.interrupt(id);
      await study.ask();
      await study.report(id, { step: 1, value: value + 1 });
    }
    if (id === 4) {
      await study.pause(id);
      await study.ask();
    }
    await study.report(id, { step: 2, value });
    if (id === 6) await study.tell(id, { state: 'pruned', value });
    else if (id === 7)
      await study.tell(id, { state: 'failed', failure: { cause: 'crash', message: '<b>SIGSEGV</b>' } });
    else await study.tell(id, { state: 'complete', value, attributes: { seconds: 1.5, note: '<i>slow</i>' } });
  }
  await study.ask();
  await study.pause((await study.ask())!.id);
  await study.enqueue({ units: 100 });
  await study.close();
  if (hasDashboard) await serve();
}, 120_000);

afterAll(() => stop());

async function serve(): Promise<void> {
  const port = await freePort();
  const program = 'from optuna_dashboard._cli import main; main()';
  const child = spawn(python!, ['-c', program, journal, '--host', '127.0.0.1', '--port', String(port)], {
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  stop = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  url = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 500; tries++) {
    if (
      await fetch(url).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return;
    if (child.exitCode !== null) break;
    await sleep(200);
  }
  throw new Error('optuna-dashboard does not answer');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function needDashboard(context: TestContext): void {
  if (!hasDashboard) context.skip('TUNE_OPTUNA_PYTHON names no Python with optuna-dashboard');
}

const ask = async (path: string): Promise<any> => (await fetch(`${url}/api/${path}`)).json();

test('its answers have trials, intermediate values and importances', async context => {
  needDashboard(context);
  const { study_summaries: studies } = await ask('studies');
  expect(studies).toMatchObject([{ study_id: 0, study_name: 'on-the-dashboard', directions: ['minimize'] }]);
  const { trials, best_trials: best } = await ask('studies/0');
  const statesOf = (state: string) => trials.filter((trial: any) => trial.state === state).length;
  expect(['Complete', 'Pruned', 'Fail', 'Running', 'Waiting'].map(statesOf)).toEqual([28, 1, 1, 2, 1]);
  expect(trials[2].intermediate_values).toMatchObject([{ step: 1 }, { step: 2 }]);
  expect(trials[2].user_attrs).toContainEqual({ key: 'seconds', value: '1.5' });
  expect(best).toHaveLength(1);
  const { param_importances: importances } = await ask('studies/0/param_importances');
  expect(importances[0][0]).toMatchObject({ name: 'lr' });
  expect(importances[0][0].importance).toBeGreaterThan(0.5);
}, 120_000);

test('its page shows them', async context => {
  needDashboard(context);
  const page = await openPage(chromiumOf(context), `${url}/dashboard/studies/0`);
  try {
    const text = await page.shows(/History[^]*Best Trial[^]*Intermediate values[^]*trial #29/);
    expect(text).toContain('Best Trial (number=18)');
    // Drawn last, once they are worked out: the most important parameter stands at the top.
    await page.shows(/Hyperparameter Importance\n(?:[\d.]+\n|[a-z]+\n)*lr\n/);
    const countOf = (plot: string, marks: string): Promise<unknown> =>
      page.evaluate(`document.querySelectorAll('#${plot} ${marks}').length`);
    expect(await countOf('graph-hyperparameter-importances', '.bars .point')).toBe(mixed.params.length);
    expect(await countOf('graph-timeline', '.bars .point')).toBe(33);
    expect(await countOf('graph-intermediate-values', '.scatterlayer .trace')).toBe(29);
    expect(await countOf('plot-history', '.scatterlayer .point')).toBeGreaterThanOrEqual(28);
  } finally {
    await page.close();
  }
}, 240_000);
