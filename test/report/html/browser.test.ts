/** The page in Chromium: nothing is asked for or complained of, it is whole without script, and the script does what it should. */
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { html } from '../../../src/report/html/html.ts';
import { reportCsv } from '../../../src/report/report-csv.ts';
import { openPage, type Page } from '../../chromium.ts';
import { fullReport } from './full-report.ts';

/** Pictures of the page, to be looked at. */
const folder = process.env['TUNE_SCREENSHOTS'] ?? mkdtempSync(join(tmpdir(), 'tune-page-'));
const program = process.env['TUNE_CHROMIUM'];
const report = fullReport(200);

function written(name: string, page: string): string {
  const file = join(folder, name);
  writeFileSync(file, page);
  return String(pathToFileURL(file));
}

describe.skipIf(!program)('the page of 200 trials', () => {
  let page: Page;
  let address: string;

  beforeAll(async () => {
    mkdirSync(folder, { recursive: true });
    address = written('report.html', html(report));
    page = await openPage(program!, address);
  });

  afterAll(() => page.close());

  const sizeTo = async (width: number): Promise<void> => {
    const screen = { width, deviceScaleFactor: 1, mobile: width < 600 };
    await page.send('Emulation.setDeviceMetricsOverride', { ...screen, height: 900 });
    const { cssContentSize } = await page.send('Page.getLayoutMetrics');
    await page.send('Emulation.setDeviceMetricsOverride', {
      ...screen,
      height: Math.min(16_000, cssContentSize.height),
    });
  };

  const inScheme = (value: 'light' | 'dark'): Promise<unknown> =>
    page.send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value }] });

  test('asks for nothing but itself, and there is nothing to complain of', () => {
    expect(page.requests).toEqual([address]);
    expect(page.complaints).toEqual([]);
  });

  test('says the same without script', async () => {
    const text = `[...document.querySelectorAll('svg title')].forEach(title => title.remove()), document.body.querySelector('main').textContent`;
    const withScript = await page.evaluate(text);
    await page.send('Emulation.setScriptExecutionDisabled', { value: true });
    await page.open(address);
    const withoutScript = await page.evaluate(text);
    await page.send('Emulation.setScriptExecutionDisabled', { value: false });
    await page.open(address);
    expect(withoutScript).toBe(withScript);
    expect(String(withoutScript).length).toBeGreaterThan(20_000);
  });

  test.each(['light', 'dark'] as const)('axe finds nothing serious in the %s', async scheme => {
    await inScheme(scheme);
    await page.evaluate(readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
    const options = `{ resultTypes: ['violations'], elementRef: false }`;
    const found = (await page.evaluate(`axe.run(document, ${options}).then(({ violations }) => violations.map(
      ({ id, impact, nodes }) => ({ id, impact, nodes: nodes.slice(0, 3).map(({ html, failureSummary }) => html.slice(0, 200) + failureSummary) })))`)) as {
      impact: string;
    }[];
    expect(found.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([]);
    await inScheme('light');
  });

  test('has its pictures taken', async () => {
    for (const [name, width, scheme] of [
      ['light', 1280, 'light'],
      ['dark', 1280, 'dark'],
      ['phone', 390, 'light'],
    ] as const) {
      await inScheme(scheme);
      await sizeTo(width);
      await page.screenshot(join(folder, `${name}.png`));
      // No sideways scrolling: wide tables scroll by themselves.
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    }
    await page.send('Emulation.clearDeviceMetricsOverride');
    await inScheme('light');
    const { data } = await page.send('Page.printToPDF', { preferCSSPageSize: true, printBackground: true });
    const pdf = Buffer.from(data, 'base64');
    writeFileSync(join(folder, 'print.pdf'), pdf);
    // A4 in points.
    expect(pdf.toString('latin1')).toMatch(/\/MediaBox \[0 0 59[45][.\d]* 84[12][.\d]*\]/);
    process.stderr.write(`pictures of the page: ${folder}\n`);
  });

  const column = (index: number): Promise<unknown> =>
    page.evaluate(
      `[...document.querySelector('table.trials').tBodies[0].rows].map(row => row.cells[${index}].textContent)`,
    );

  test('sorts by numbers, either way, with empty cells last', async () => {
    const click = `document.querySelectorAll('table.trials thead button')[2].click()`;
    await page.evaluate(click);
    const values = (await column(2)) as string[];
    const filled = values.filter(value => value !== '').map(Number);
    expect(filled).toEqual(filled.toSorted((a, b) => a - b));
    expect(values.indexOf('')).toBe(filled.length);
    expect(await page.evaluate(`document.querySelectorAll('table.trials thead th')[2].ariaSort`)).toBe('ascending');
    await page.evaluate(click);
    expect(((await column(2)) as string[]).slice(0, filled.length).map(Number)).toEqual(filled.toReversed());
    await page.evaluate(`document.querySelectorAll('table.trials thead button')[0].click()`);
    expect(((await column(0)) as string[]).slice(0, 3)).toEqual(['0', '1', '2']);
  });

  const shown = (): Promise<unknown> =>
    page.evaluate(
      `[...document.querySelectorAll('table.trials tbody tr')].filter(row => row.checkVisibility()).map(row => row.dataset.state)`,
    );

  test('filters by state', async () => {
    await page.evaluate(`document.querySelector('[name=state][value=complete]').click()`);
    const states = (await shown()) as string[];
    const { pruned, failed } = report.cost.counts;
    expect(states).toHaveLength(pruned + failed);
    expect(states).not.toContain('complete');
    expect(await page.evaluate(`document.querySelector('.controls output').textContent`)).toBe(
      `${pruned + failed} of ${report.trials.length} trials`,
    );
    await page.evaluate(`document.querySelector('.controls [type=reset]').click()`);
    await page.shows(/Download CSV/);
    expect(await shown()).toHaveLength(report.trials.length);
  });

  test('shows the trials alone that a drag along an axis picks', async () => {
    const line = `document.querySelector('svg.chart:has(.axis) path[data-trial]')`;
    const { x, low, high } = (await page.evaluate(`(() => {
      const svg = ${line}.ownerSVGElement;
      svg.scrollIntoView({ block: 'center' });
      const points = [...svg.querySelectorAll('path[data-trial]')].map(path => path.getPointAtLength(0));
      const at = y => new DOMPoint(points[0].x, y).matrixTransform(svg.getScreenCTM());
      const ys = points.map(({ y }) => y).sort((a, b) => a - b);
      return { x: at(0).x, low: at(ys[0] - 2).y, high: at((ys[9] + ys[10]) / 2).y };
    })()`)) as { x: number; low: number; high: number };
    const mouse = (type: string, y: number): Promise<unknown> =>
      page.send('Input.dispatchMouseEvent', { type, x, y, button: 'left', buttons: 1, clickCount: 1 });
    await mouse('mousePressed', low);
    await mouse('mouseMoved', (low + high) / 2);
    await mouse('mouseMoved', high);
    await mouse('mouseReleased', high);
    const trials = (await page.evaluate(
      `[...document.querySelectorAll('svg.chart:has(.axis) path[data-trial]:not(.dim)')].map(({ dataset }) => dataset.trial)`,
    )) as string[];
    expect(trials.length).toBeGreaterThanOrEqual(10);
    expect(trials.length).toBeLessThan(40);
    expect(await shown()).toHaveLength(trials.length);
    // The first axis is the most important parameter: large values are at its top.
    const rates = report.trials
      .filter(({ trial }) => trials.includes(String(trial)))
      .map(({ config }) => Number(config['learningRate']));
    expect(Math.min(...rates)).toBeGreaterThan(0.01);
    await mouse('mousePressed', low);
    await mouse('mouseReleased', low);
    expect(await shown()).toHaveLength(report.trials.length);
  });

  test('says what a mark stands for', async () => {
    const { x, y } = (await page.evaluate(`(() => {
      const mark = document.querySelector('#chart-history [data-trial="5"]');
      mark.scrollIntoView({ block: 'center' });
      const { x, y, width, height } = mark.getBoundingClientRect();
      return { x: x + width / 2, y: y + height / 2 };
    })()`)) as { x: number; y: number };
    await page.send('Input.dispatchMouseEvent', { type: 'mouseMoved', x, y });
    const tip = String(await page.evaluate(`document.querySelector('.tip:not([hidden])')?.innerText`));
    expect(tip).toMatch(/^trial 5\n[^]*valLoss 0\.\d+\n[^]*learningRate /);
    await page.send('Input.dispatchMouseEvent', { type: 'mouseMoved', x: 1, y: 1 });
    expect(await page.evaluate(`document.querySelector('.tip').hidden`)).toBe(true);
  });

  test('saves every trial as CSV', async () => {
    await page.evaluate(`(() => {
      const create = URL.createObjectURL;
      URL.createObjectURL = blob => { globalThis.saved = blob; return create(blob); };
      HTMLAnchorElement.prototype.click = function () { globalThis.file = this.download; };
      document.querySelector('[name=csv]').click();
    })()`);
    expect(await page.evaluate('file')).toBe('mnist-mlp.csv');
    expect(await page.evaluate('saved.text()')).toBe(reportCsv(report));
  });

  test('has nothing to complain of in the end', () => {
    expect(page.complaints).toEqual([]);
  });
});

test.skipIf(!program)('a page of 2,000 trials opens in time', async () => {
  const address = written('large.html', html(fullReport(2000)));
  const page = await openPage(program!, address);
  try {
    const { domContentLoadedEventEnd, loadEventEnd } = (await page.evaluate(
      `performance.getEntriesByType('navigation')[0].toJSON()`,
    )) as Record<string, number>;
    process.stderr.write(
      `2,000 trials: there after ${domContentLoadedEventEnd!.toFixed(0)} ms, done after ${loadEventEnd!.toFixed(0)} ms\n`,
    );
    // One second on a quiet machine; other tests run beside this one.
    expect(loadEventEnd).toBeLessThan(10_000);
    expect(page.complaints).toEqual([]);
  } finally {
    await page.close();
  }
});

test.skipIf(!program)('a live page takes news, and stays where it was', async () => {
  let current = fullReport(20);
  const listeners: ServerResponse[] = [];
  const server = createServer(({ url }, response) => {
    if (url === '/events') listeners.push(response.writeHead(200, { 'content-type': 'text/event-stream' }));
    else response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(html(current, { live: true }));
    if (url === '/events') response.write(': hello\n\n');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const page = await openPage(program!, `http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const rows = `document.querySelectorAll('table.trials tbody tr').length`;
  const open = `document.querySelector('#chart-edf-data')`;
  try {
    expect(await page.evaluate(rows)).toBe(36);
    await page.evaluate(`${open}.open = true, scrollTo(0, 700)`);
    await expect.poll(() => listeners.length).toBe(1);
    current = fullReport(30);
    for (const listener of listeners) listener.write('data: news\n\n');
    await expect.poll(() => page.evaluate(rows), { timeout: 20_000 }).toBe(46);
    expect(await page.evaluate(`[${open}.open, scrollY]`)).toEqual([true, 700]);
    // What the script adds is there again.
    expect(await page.evaluate(`document.querySelectorAll('table.trials thead button').length > 3`)).toBe(true);
    expect(page.complaints).toEqual([]);
  } finally {
    await page.close();
    server.close();
    server.closeAllConnections();
  }
});
