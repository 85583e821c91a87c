/** Runs a worker, says how it goes, and has it leave in order when it is told to. */
import { setTimeout as sleep } from 'node:timers/promises';
import { startWorker, type StartWorkerOptions } from '../tune/worker.ts';
import { interruptedExit } from './exit-codes.ts';
import { onSignals } from './interruption.ts';
import { openWorkerTalk } from './worker-talk.ts';

type WatchedOptions = Omit<StartWorkerOptions, 'observe' | 'log' | 'drain' | 'interrupt'> & {
  /** Seconds from the first signal to giving back what still runs. */
  readonly grace: number;
  readonly json?: boolean;
};

export async function watchedWorker({ grace, json = false, ...options }: WatchedOptions): Promise<void> {
  const talk = openWorkerTalk(process.stderr, options.slots, json ? process.stdout : undefined);
  const leaving = listenForLeaving(grace, talk.say);
  try {
    await startWorker({ ...options, observe: talk.observe, log: talk.log, ...leaving });
  } finally {
    leaving.stop();
    talk.close();
  }
}

/** The first signal has it take no more trials; the second one, or the end of its grace, give back what runs; the third ends it. */
function listenForLeaving(grace: number, say: (line: string) => void) {
  const [drain, interrupt, over] = [new AbortController(), new AbortController(), new AbortController()];
  const giveBack = (): void => {
    if (interrupt.signal.aborted) return;
    say('the trials that run are given back: other workers go on with them');
    interrupt.abort();
  };
  const hear = (): void => {
    if (interrupt.signal.aborted) process.exit(interruptedExit);
    if (drain.signal.aborted) return giveBack();
    if (grace > 0)
      say(
        `leaving: no more trials are taken, and those that run have ${grace} s; press Ctrl-C again to give them back`,
      );
    drain.abort();
    void sleep(grace * 1000, undefined, { signal: over.signal }).then(giveBack, () => undefined);
  };
  const giveBackSignals = onSignals(hear);
  return {
    drain: drain.signal,
    interrupt: interrupt.signal,
    stop() {
      over.abort();
      giveBackSignals();
    },
  };
}
