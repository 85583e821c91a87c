/**
 * A page in headless Chromium, for tests of what people see in a browser. TUNE_CHROMIUM names the program; .ci/run takes the
 * one that the npm package @sparticuz/chromium ships. It is driven over a pipe, which needs no library.
 */
import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TestContext } from 'vitest';

export interface Page {
  /** The value of an expression in the page. */
  evaluate(expression: string): Promise<unknown>;
  /** Resolves with the text of the page once it matches; rejects when that takes too long. */
  shows(pattern: RegExp, seconds?: number): Promise<string>;
  /** Goes elsewhere; resolves once all is loaded. */
  open(url: string): Promise<void>;
  /** A command of Chromium's protocol. */
  send(method: string, params?: object): Promise<any>;
  /** Addresses of all that was asked for, without what is inside the page itself (data:, blob:). */
  readonly requests: readonly string[];
  /** Errors and warnings of the console, exceptions, violations of the page's policy, and dialogs. */
  readonly complaints: readonly string[];
  /** As PNG: the whole page, however long. */
  screenshot(file: string): Promise<void>;
  close(): Promise<void>;
}

/** The program, or else the test is skipped. */
export function chromiumOf(context: TestContext): string {
  const program = process.env['TUNE_CHROMIUM'];
  if (!program) context.skip('TUNE_CHROMIUM names no Chromium');
  return program!;
}

const flags = [
  '--headless',
  '--no-sandbox',
  '--no-zygote',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--window-size=1400,2000',
  '--remote-debugging-pipe',
];

export async function openPage(program: string, url: string): Promise<Page> {
  const profile = mkdtempSync(join(tmpdir(), 'tune-chromium-'));
  const child = spawn(program, [...flags, `--user-data-dir=${profile}`], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
  });
  const send = connect(child.stdio[3] as Writable, child.stdio[4] as Readable);
  const ended = once(child, 'exit');
  void ended.then(() => send.fail(new Error('Chromium has ended')));
  const { targetId } = await send.request('Target.createTarget', { url: 'about:blank' });
  const { sessionId } = await send.request('Target.attachToTarget', { targetId, flatten: true });
  const requests: string[] = [];
  const complaints: string[] = [];
  const loaded = new EventEmitter();
  send.events.on('event', ({ method, params }: { method: string; params: any }) => {
    if (method === 'Page.loadEventFired') loaded.emit('load');
    if (method === 'Network.requestWillBeSent' && !/^(data|blob):/.test(params.request.url))
      requests.push(params.request.url);
    if (method === 'Runtime.exceptionThrown') complaints.push(JSON.stringify(params.exceptionDetails));
    if (method === 'Runtime.consoleAPICalled' && ['error', 'warning', 'assert'].includes(params.type))
      complaints.push(JSON.stringify(params.args));
    if (method === 'Log.entryAdded' && params.entry.level !== 'verbose') complaints.push(params.entry.text);
    if (method === 'Page.javascriptDialogOpening') {
      complaints.push(`dialog: ${params.message}`);
      void command('Page.handleJavaScriptDialog', { accept: false });
    }
  });
  const command = (method: string, params: object = {}): Promise<any> => send.request(method, params, sessionId);
  for (const domain of ['Page', 'Network', 'Runtime', 'Log']) await command(`${domain}.enable`);
  const open = async (url: string): Promise<void> => {
    const load = once(loaded, 'load');
    await command('Page.navigate', { url });
    await load;
  };
  await open(url);
  const evaluate = async (expression: string): Promise<unknown> => {
    const asked = { expression, awaitPromise: true, returnByValue: true };
    const { result, exceptionDetails } = await command('Runtime.evaluate', asked);
    if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails));
    return result.value;
  };
  return {
    evaluate,
    async shows(pattern, seconds = 60) {
      const end = performance.now() + seconds * 1000;
      for (;;) {
        const text = String(await evaluate('document.body?.innerText ?? ""'));
        if (pattern.test(text)) return text;
        if (performance.now() > end) throw new Error(`the page never showed ${pattern}:\n${text}`);
        await sleep(200);
      }
    },
    open,
    send: command,
    requests,
    complaints,
    async screenshot(file) {
      const { data } = await command('Page.captureScreenshot', { captureBeyondViewport: true });
      writeFileSync(file, Buffer.from(data, 'base64'));
    },
    async close() {
      child.kill('SIGKILL');
      await ended;
      // Its own children may still write for a moment. rmSync() would try again to remove the folder alone, not what is new in it.
      await rm(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}

/** Chromium's protocol: JSON messages that end with a zero byte, answered by number. */
function connect(input: Writable, output: Readable) {
  const waiting = new Map<number, { resolve(result: any): void; reject(error: Error): void }>();
  const events = new EventEmitter();
  let last = 0;
  let rest = '';
  output.setEncoding('utf8').on('data', (text: string) => {
    const messages = (rest + text).split('\0');
    rest = messages.pop()!;
    for (const message of messages) {
      const { id, result, error, ...event } = JSON.parse(message);
      if (id === undefined) events.emit('event', event);
      else if (error) waiting.get(id)?.reject(new Error(error.message));
      else waiting.get(id)?.resolve(result);
      waiting.delete(id);
    }
  });
  input.on('error', () => undefined);
  return {
    events,
    request(method: string, params: object, sessionId?: string): Promise<any> {
      const id = ++last;
      input.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
      return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
    },
    fail(error: Error): void {
      for (const { reject } of waiting.values()) reject(error);
      waiting.clear();
    },
  };
}
