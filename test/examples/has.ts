/** For tests of examples that need a program of the machine. */
import { execFileSync } from 'node:child_process';

/** Whether a program is on this machine, with what it needs. */
export function has(...[program, ...args]: readonly [string, ...string[]]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
