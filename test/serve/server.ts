/** The built `tune serve` in a process of its own, as an objective in any language starts it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '../cli/program.ts';

export const main = join(root, 'dist', 'cli', 'main.js');

export interface Server {
  readonly child: ChildProcess;
  /** Sends lines as they are; resolves to as many answers. */
  send(...lines: string[]): Promise<any[]>;
  /** The next answer. */
  next(): Promise<any>;
  /** One request, one answer. */
  ask(op: string, keys?: object): Promise<any>;
  /** Ends the input; resolves to how the process ended. */
  end(rest?: string): Promise<{ readonly code: number | null; readonly err: string; readonly left: readonly any[] }>;
}

export function startServer(cwd: string, env: NodeJS.ProcessEnv = {}): Server {
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, [main, 'serve'], { cwd, env: { PATH, HOME, ...env } });
  const answers = createInterface(child.stdout)[Symbol.asyncIterator]();
  const closed = once(child, 'close');
  let err = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const next = async (): Promise<any> => {
    const { value, done } = await answers.next();
    if (done) throw new Error(`the server has ended: ${err}`);
    return JSON.parse(value);
  };
  const send = async (...lines: string[]): Promise<any[]> => {
    child.stdin.write(lines.map(line => `${line}\n`).join(''));
    const received: any[] = [];
    for (const _ of lines) received.push(await next());
    return received;
  };
  return {
    child,
    send,
    next,
    ask: async (op, keys) => (await send(JSON.stringify({ op, ...keys })))[0],
    async end(rest = '') {
      child.stdin.end(rest);
      const left: any[] = [];
      for await (const line of answers) left.push(JSON.parse(line));
      const [code] = await closed;
      return { code, err, left };
    },
  };
}
