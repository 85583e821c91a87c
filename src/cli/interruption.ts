/** Ctrl-C: the first one ends the run in order, the second one at once. */
import { interruptedExit } from './exit-codes.ts';

export interface Interruption {
  readonly signal: AbortSignal;
  /** Gives the signals back. */
  stop(): void;
}

/** @param say tells the user what happens now */
export function listenForInterruption(say: (line: string) => void): Interruption {
  const controller = new AbortController();
  const interrupt = (): void => {
    if (controller.signal.aborted) process.exit(interruptedExit);
    say(
      'interrupted: the running trials are saved and go on with the study, then a report is written; press Ctrl-C again to end at once',
    );
    controller.abort();
  };
  return { signal: controller.signal, stop: onSignals(interrupt) };
}

/** Has someone hear that the process is to end. @returns gives the signals back */
export function onSignals(hear: () => void): () => void {
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const name of signals) process.on(name, hear);
  return () => signals.forEach(name => process.off(name, hear));
}
