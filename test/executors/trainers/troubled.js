/** Does to its trial, its thread or its host what the configuration says. */
import { spawn } from 'node:child_process';
import { pbkdf2Sync } from 'node:crypto';

export default async function train({ config, trial, report }) {
  await report(1);
  switch (config.trouble) {
    case 'SIGABRT':
    case 'SIGBUS':
    case 'SIGILL':
    case 'SIGKILL':
    case 'SIGSEGV':
      process.kill(process.pid, config.trouble);
    // fallthrough: the signal is on its way
    case 'waits for ever':
      await new Promise(() => undefined);
      break;
    case 'sleeps natively':
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
      break;
    case 'computes natively':
      // Minutes that nothing but the end of the process cuts short.
      pbkdf2Sync('a', 'b', 2 ** 31 - 1, 64, 'sha512');
      break;
    case 'starts a process':
      await report(1, { child: spawn('sleep', ['1000']).pid });
      await new Promise(() => undefined);
      break;
    case 'runs out of objects':
      for (const kept = []; ;) kept.push(Array.from({ length: 1000 }, (_, index) => ({ index })));
    case 'endless loop':
      for (;;);
    case 'throws':
      throw new Error(`trial ${trial} has had enough`);
    case 'NaN':
      return NaN;
    case 'text':
      return 'good';
    case 'exit':
      process.exit(7);
    // fallthrough
    case 'stopped':
      while ((await report(1)) !== 'stop');
      return 0.5;
    case 'prints':
      console.log('\u001b[2Jhello from a trainer');
      return 0.25;
    default:
      return 0;
  }
}
