/** A network of two machines, one of them a network namespace of the tests' own, whose packets can be made to vanish. */
import { execFileSync } from 'node:child_process';
import { randomInt } from 'node:crypto';

export interface Network {
  /** This side's address. */
  readonly host: string;
  /** What runs a command on the other side. */
  readonly within: readonly string[];
  /** From now on nothing arrives on either side, and nobody is told: no packet is refused, no connection reset. */
  block(): void;
  unblock(): void;
  remove(): void;
}

const ip = (...args: readonly string[]): void => void execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });

/** Nobody's. */
const hardware = '02:00:00:00:00:99';

/** @returns why there can be none here, where iproute2 or the right to make namespaces is missing */
export function makeNetwork(): Network | string {
  const id = randomInt(256 * 64);
  const name = `tune-${id}`;
  const [own, other] = [`tune${id}a`, `tune${id}b`];
  const [host, guest] = [1, 2].map(place => `10.213.${id % 256}.${(id >> 8) * 4 + place}`) as [string, string];
  const within = ['ip', 'netns', 'exec', name];
  const inside = (...args: readonly string[]): void => ip('-n', name, ...args);
  // With the namespace goes its end, and with that the other one.
  const remove = (): void => ip('netns', 'del', name);
  try {
    ip('netns', 'add', name);
  } catch (error) {
    return `no network namespace: ${(error as Error).message.trim()}`;
  }
  try {
    ip('link', 'add', own, 'type', 'veth', 'peer', 'name', other, 'netns', name);
    ip('addr', 'add', `${host}/30`, 'dev', own);
    ip('link', 'set', own, 'up');
    inside('addr', 'add', `${guest}/30`, 'dev', other);
    inside('link', 'set', other, 'up');
    inside('link', 'set', 'lo', 'up');
  } catch (error) {
    remove();
    return `no network of two: ${(error as Error).message.trim()}`;
  }
  return {
    host,
    within,
    block() {
      ip('neigh', 'replace', guest, 'lladdr', hardware, 'dev', own, 'nud', 'permanent');
      inside('neigh', 'replace', host, 'lladdr', hardware, 'dev', other, 'nud', 'permanent');
    },
    unblock() {
      ip('neigh', 'del', guest, 'dev', own);
      inside('neigh', 'del', host, 'dev', other);
    },
    remove,
  };
}
