/** `tune watch`: what browsers and others get from it, while another process writes the journal. */
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { resourceOf, servePage, type PageServer } from '../../src/cli/page-server.ts';
import type { View } from '../../src/tune/watch-study.ts';
import { chromiumOf, openPage } from '../chromium.ts';
import { input, trials } from '../report/study.ts';
import { testFolder } from '../tune/test-folder.ts';
import { runTune, startTune } from './program.ts';
import { tellingLibraries } from './loaded-libraries.ts';
import { addTrial, writeStudy } from './stored-study.ts';

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Asked {
  readonly method?: string;
  readonly host?: string;
}

async function open(address: string, { method = 'GET', host }: Asked = {}): Promise<IncomingMessage> {
  const asked = request(address, { method, ...(host !== undefined && { headers: { host } }) });
  asked.end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  return response.setEncoding('utf8');
}

async function ask(address: string, asked?: Asked): Promise<Answer> {
  const response = await open(address, asked);
  const body = (await response.toArray()).join('');
  return { status: response.statusCode!, headers: response.headers, body };
}

/** Server-sent events: what has come so far. */
async function listen(address: string) {
  const response = await open(`${address}events`);
  const heard = { text: '' };
  response.on('data', (text: string) => (heard.text += text)).on('error', () => undefined);
  return { response, news: () => heard.text.split('\n\n').filter(message => message.startsWith('data:')).length };
}

describe('the server', () => {
  let view = { page: '<p>one</p>', problem: 'nothing' } as View;
  let server: PageServer;
  let port: number;
  const host = (name: string): string => `${name}:${port}`;

  beforeAll(async () => {
    server = await servePage({ port: 0, look: () => Promise.resolve(view), policy: "default-src 'none'" });
    port = Number(new URL(server.address).port);
  });
  afterAll(() => server.close());

  test('gives the page, and nothing that others could use', async () => {
    const { status, headers, body } = await ask(server.address);
    expect({ status, body }).toEqual({ status: 200, body: '<p>one</p>' });
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store',
    });
    expect(Object.keys(headers).filter(name => name.startsWith('access-control'))).toEqual([]);
  });

  test.each(['localhost', '127.0.0.1', '[::1]'])('answers to %s', async name => {
    expect((await ask(server.address, { host: host(name) })).status).toBe(200);
  });

  test.each(['evil.example', 'localhost.evil.example', '127.0.0.2', '192.168.0.1', '0.0.0.0', 'LOCALHOST@evil', ''])(
    'refuses the host %j, for everything',
    async name => {
      for (const path of ['', 'events', 'report.json', 'nothing']) {
        const { status, headers, body } = await ask(`${server.address}${path}`, { host: host(name) });
        expect(status).toBe(403);
        expect(headers['content-security-policy']).toContain("default-src 'none'");
        expect(body).toBe('this page is for browsers of this machine, under its own name\n');
      }
    },
  );

  test('refuses a host of another port, or of none', () => {
    const statusFor = (headers: IncomingHttpHeaders) => resourceOf({ method: 'GET', url: '/', headers }, 4747);
    expect(statusFor({ host: 'localhost:4747' })).toBe('page');
    for (const headers of [{ host: 'localhost:4748' }, { host: 'localhost' }, {}])
      expect(statusFor(headers)).toMatchObject({ status: 403 });
  });

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE'])('refuses %s', async method => {
    const { status, headers } = await ask(server.address, { method });
    expect({ status, allow: headers.allow }).toEqual({ status: 405, allow: 'GET, HEAD' });
  });

  test.each(['', 'events', 'report.json', 'nothing'])('HEAD /%s has the head alone', async path => {
    view = { page: '<p>one</p>', report: { run: 1 } } as unknown as View;
    const { status, headers, body } = await ask(`${server.address}${path}`, { method: 'HEAD' });
    expect({ status, body }).toEqual({ status: path === 'nothing' ? 404 : 200, body: '' });
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  test.each([
    'favicon.ico',
    'report.md',
    '../journal.log',
    '%2e%2e/journal.log',
    'constructor',
    '__proto__',
    '/',
    'events/',
  ])('there is no /%s', async path => {
    const socket = request({ host: '127.0.0.1', port, path: `/${path}` });
    socket.end();
    const [response] = (await once(socket, 'response')) as [IncomingMessage];
    response.resume();
    expect(response.statusCode).toBe(404);
  });

  test('gives the report, once there is one', async () => {
    view = { page: '', problem: 'none' };
    expect((await ask(`${server.address}report.json`)).status).toBe(404);
    view = { page: '', report: { value: NaN } } as unknown as View;
    const { headers, body } = await ask(`${server.address}report.json?again`);
    expect(JSON.parse(body)).toEqual({ value: 'NaN' });
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
  });

  test('tells all who listen of each new page, once; those who go away are forgotten', async () => {
    const [gone, ...others] = await Promise.all(Array.from({ length: 20 }, () => listen(server.address)));
    expect(others[0]!.response.headers['content-type']).toBe('text/event-stream');
    // What they have loaded may be older than what they listen to.
    await expect.poll(() => others.map(({ news }) => news())).toEqual(others.map(() => 1));
    gone!.response.destroy();
    view = { ...view };
    await expect.poll(() => others.map(({ news }) => news()), { timeout: 20_000 }).toEqual(others.map(() => 2));
    for (const { response } of others) response.destroy();
    expect((await ask(server.address)).status).toBe(200);
  });

  test('nobody outside this machine reaches it', async () => {
    const outside = Object.values(networkInterfaces())
      .flatMap(found => found ?? [])
      .find(({ family, internal }) => family === 'IPv4' && !internal);
    if (!outside) return;
    await expect(ask(`http://${outside.address}:${port}/`)).rejects.toThrow('ECONNREFUSED');
  });
});

test('what goes wrong with one page ends neither the server nor the news', async () => {
  let fails = true;
  const look = (): Promise<View> =>
    fails ? Promise.reject(new Error('no')) : Promise.resolve({ page: 'yes', problem: undefined });
  const server = await servePage({ port: 0, look, policy: "default-src 'none'" });
  onTestFinished(() => server.close());
  const { news } = await listen(server.address);
  await expect(ask(server.address)).rejects.toThrow('socket hang up');
  fails = false;
  expect((await ask(server.address)).body).toBe('yes');
  await expect.poll(news).toBe(1);
});

describe('the program', () => {
  const cwd = testFolder();
  const reports = join(cwd, 'reports');

  async function start(...args: string[]) {
    const env = { PATH: process.env['PATH'], HOME: cwd, NODE_OPTIONS: tellingLibraries };
    const program = startTune(['watch', ...args], { cwd, env });
    onTestFinished(() => void program.child.kill('SIGKILL'));
    const [text] = (await once(program.child.stdout!, 'data')) as [string];
    return { ...program, address: text.trim() };
  }

  test('shows a study that goes on in another process, until Ctrl-C, without TensorFlow', async () => {
    await writeStudy(reports, 'digits', input);
    const { address, child, ended, says } = await start('digits', '--port', '0');
    await says(/shows digits; Ctrl-C ends it, not the study/);
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    const { body, headers } = await ask(address);
    expect(body).toContain('digits');
    expect(headers['content-security-policy']).toMatch(/script-src 'sha256-[^;]*; [^]*connect-src 'self'/);
    const { response, news } = await listen(address);
    await expect.poll(news, { timeout: 20_000 }).toBe(1);
    await addTrial(reports, 'digits', 9, 0.0625);
    await expect.poll(news, { timeout: 30_000 }).toBeGreaterThanOrEqual(2);
    await expect
      .poll(async () => JSON.parse((await ask(`${address}report.json`)).body).best, { timeout: 30_000 })
      .toMatchObject({ trial: 9, value: 0.0625 });
    response.on('error', () => undefined);
    child.kill('SIGINT');
    const { code, signal, err } = await ended;
    expect({ code, signal }).toEqual({ code: 0, signal: null });
    expect(err).toContain('native: false');
  });

  test('what is wrong with a journal is shown, as text, until it is mended', async () => {
    const name = '&lt;b&gt;';
    await writeStudy(reports, name, input);
    const journal = join(reports, name, 'journal.log');
    const bytes = readFileSync(journal);
    writeFileSync(journal, 'this is none\n');
    const { address: said, child, ended } = await start(name, '--json', '--port', '0');
    const { address, study } = JSON.parse(said);
    expect(study).toBe(name);
    const { status, body } = await ask(address);
    expect(status).toBe(200);
    expect(body).toContain('<h1>&amp;lt;b&amp;gt;</h1>');
    expect(body).toContain('the file is not a journal');
    writeFileSync(journal, bytes);
    await expect
      .poll(async () => (await ask(address)).body, { timeout: 20_000 })
      .toContain('<h1>&amp;lt;b&amp;gt;</h1>');
    await expect.poll(async () => (await ask(`${address}report.json`)).status, { timeout: 20_000 }).toBe(200);
    child.kill('SIGTERM');
    expect((await ended).code).toBe(0);
  });

  test('a port that is taken is refused, and the usual one is not needed', async () => {
    const taken = createServer();
    taken.listen(0, '127.0.0.1');
    await once(taken, 'listening');
    onTestFinished(() => void taken.close());
    const { port } = taken.address() as AddressInfo;
    const { code, err } = await runTune(['watch', 'digits', '--port', String(port)], { cwd });
    expect(code).toBe(2);
    expect(err).toMatch(
      new RegExp(`port ${port} cannot be had: [^]*EADDRINUSE[^]*\\n +--port 0 takes one that is free`),
    );
    const programs = await Promise.all([start('digits'), start('digits')]);
    expect(new Set(programs.map(({ address }) => address)).size).toBe(2);
    for (const { child } of programs) child.kill('SIGINT');
    await Promise.all(programs.map(({ ended }) => ended));
  });

  test('an unknown study is refused', async () => {
    expect(await runTune(['watch', 'digit'], { cwd })).toMatchObject({
      code: 2,
      err: expect.stringContaining('digits'),
    });
  });

  test('in the browser the page renews itself when a trial ends', async context => {
    const chromium = chromiumOf(context);
    await writeStudy(reports, 'browsed', { ...input, trials: trials.slice(0, 4) });
    const { address } = await start('browsed', '--port', '0');
    const page = await openPage(chromium, address);
    onTestFinished(() => page.close());
    await page.shows(/0\.303/);
    await page.evaluate('window.isTheSame = true');
    await addTrial(reports, 'browsed', 4, 0.0625);
    await page.shows(/0\.0625/, 20);
    expect(await page.evaluate('window.isTheSame')).toBe(true);
    // And whatever becomes of the journal.
    const journal = join(reports, 'browsed', 'journal.log');
    const bytes = readFileSync(journal);
    writeFileSync(journal, '');
    await page.shows(/There is no report yet/, 20);
    writeFileSync(journal, bytes);
    await page.shows(/0\.0625/, 20);
  });
});
