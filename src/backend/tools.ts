/** What provisioning needs from the world outside: programs and the network. Tests put failing ones in their place. */
import { spawn } from 'node:child_process';
import http from 'node:http';
import https from 'node:https';

export interface Outcome {
  readonly ok: boolean;
  /** Standard output and error together, the last 20,000 characters. */
  readonly output: string;
}

export interface RunOptions {
  readonly cwd?: string;
  /** Added to this process's environment. */
  readonly env?: NodeJS.ProcessEnv;
  /** Seconds until the program is ended. Default 1800. */
  readonly timeout?: number;
}

export interface Tools {
  /** Runs a program to its end, never through a shell. A program that does not exist gives a failed outcome. */
  run(program: string, args: readonly string[], options?: RunOptions): Promise<Outcome>;
  /** Whether a file can be had from the network, asked briefly. */
  canFetch(url: string): Promise<boolean>;
}

export const realTools: Tools = { run: runProgram, canFetch };

function runProgram(program: string, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const { cwd, env, timeout = 1800 } = options;
  return new Promise(resolve => {
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    // spawn's own timeout holds the process for all that time when the program does not exist.
    const timer = setTimeout(() => child.kill(), timeout * 1000);
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-20_000)));
    child.on('error', error => {
      clearTimeout(timer);
      resolve({ ok: false, output: error.message });
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      const ending = signal ? `\n${program} was ended by ${signal}` : '';
      resolve({ ok: code === 0, output: output + ending });
    });
  });
}

const patience = 3000;

/** Asks for the file's header, or the proxy for a connection, by the variables that tfjs-node's installer reads. */
function canFetch(url: string): Promise<boolean> {
  const { env } = process;
  const proxy = env['HTTPS_PROXY'] || env['https_proxy'] || env['HTTP_PROXY'] || env['http_proxy'];
  const target = new URL(url);
  return new Promise(resolve => {
    const request = proxy
      ? http.request(new URL(proxy), { method: 'CONNECT', path: `${target.hostname}:443` })
      : https.request(target, { method: 'HEAD' });
    const answer = (response: http.IncomingMessage): void => {
      resolve(response.statusCode === 200);
      request.destroy();
    };
    request.on('response', answer).on('connect', answer);
    request.on('error', () => resolve(false));
    // A deadline for all of it; the request's own timeout starts anew with every byte and leaves out the name look-up.
    setTimeout(() => request.destroy(new Error('no answer')), patience).unref();
    request.end();
  });
}

/** The last lines that a program printed, on one line: what people need to see of a failure. */
export function lastWords(output: string, lines = 3): string {
  const words = output.split(/[\r\n]+/).filter(line => line.trim() !== '');
  return words.slice(-lines).join(' | ') || 'it printed nothing';
}
