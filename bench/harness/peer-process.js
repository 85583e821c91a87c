/** A peer as the harness sees it: a child process that trains one epoch whenever it is asked. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A peer that takes longer than this is stuck; native code cannot be interrupted in any other way. */
const startSeconds = 300;
const epochSeconds = 120;
const stderrLines = 20;

/**
 * Starts a peer and waits until it has warmed up.
 * @param {{ command: string, args: string[], env: Record<string, string> }} how
 * @returns what it says of itself, a way to ask for an epoch, and one to end it
 * @throws Error with the peer's last words
 */
export async function startPeer({ command, args, env }) {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
  const errors = [];
  let waiting;
  let ended;

  createInterface({ input: child.stderr }).on('line', line => {
    errors.push(line);
    if (errors.length > stderrLines) errors.shift();
  });
  createInterface({ input: child.stdout }).on('line', line => {
    // Libraries have notes of their own.
    if (line.startsWith('{')) waiting?.resolve(JSON.parse(line));
  });
  const end = reason => {
    ended ??= new Error([reason, ...errors].join('\n'));
    waiting?.reject(ended);
  };
  child.stdin.on('error', () => undefined); // a peer that died is told by its exit
  child.on('error', error => end(error.message));
  const closed = new Promise(resolve => {
    child.on('close', (code, signal) => {
      end(signal ? `it was ended by ${signal}` : `it ended with exit code ${code}`);
      resolve();
    });
  });

  const message = seconds => {
    if (ended) return Promise.reject(ended);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        end(`no answer within ${seconds} s`);
        child.kill('SIGKILL');
      }, seconds * 1000);
      const settle = how => value => {
        clearTimeout(timer);
        waiting = undefined;
        how(value);
      };
      waiting = { resolve: settle(resolve), reject: settle(reject) };
    });
  };

  const about = await message(startSeconds);
  return {
    about,
    epoch() {
      child.stdin.write('epoch\n');
      return message(epochSeconds);
    },
    async stop() {
      child.stdin.end();
      const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
      await closed;
      clearTimeout(timer);
    },
  };
}
