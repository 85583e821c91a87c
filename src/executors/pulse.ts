/** Sees to it that a host lives, and keeps within its memory. */
import type { HostChild } from './host-child.ts';

/** In whole seconds and megabytes. */
export interface PulseLimits {
  readonly silence: number;
  readonly memory: number;
}

/** Ends a host that gives no sign of life, or takes too much memory; from the moment on that it is ready. */
export function watchPulse(host: HostChild, { silence, memory }: PulseLimits): void {
  // Counted, not looked up on a clock: while this process sleeps or computes, nobody is silent.
  let silent = 0;
  const timer = setInterval(() => {
    silent += 1;
    if (silent >= silence)
      host.kill({ cause: 'crash', message: `the trainer host gave no sign of life for ${silent} s` });
  }, 1000);
  host.listen(message => {
    if (message.type !== 'alive') return;
    silent = 0;
    if (message.rss > memory) host.kill({ cause: 'memory', message: tooMuch(message.rss, memory) });
  });
  void host.death.then(() => clearInterval(timer));
}

function tooMuch(rss: number, limit: number): string {
  return `the trainer host took ${Math.round(rss)} MB of memory, more than its limit of ${Math.round(limit)} MB`;
}
