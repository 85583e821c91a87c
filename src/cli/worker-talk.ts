/** What a worker says: on stderr how it goes, and to programs what came of each trial. */
import { toJsonLine } from '../report/json.ts';
import type { StartedWorkerEvent } from '../tune/worker.ts';
import { openScreen } from './screen.ts';
import { drawEvery, fromTrainer, isLive } from './talk.ts';
import { advanceWorker, renderWorker, workerAtRest, workerFacts, workerLine } from './worker-view.ts';

export interface WorkerTalk {
  readonly observe: (event: StartedWorkerEvent) => void;
  /** What trainers and TensorFlow print. */
  readonly log: (line: string) => void;
  readonly say: (line: string) => void;
  readonly close: () => void;
}

/** @param programs gets a JSON document for each trial that ends */
export function openWorkerTalk(
  stream: NodeJS.WriteStream,
  slots: number,
  programs: NodeJS.WritableStream | undefined,
): WorkerTalk {
  const screen = isLive(stream, process.env) ? openScreen(stream) : undefined;
  let progress = workerAtRest(slots);
  const draw = (): void => {
    const now = performance.now();
    screen?.draw(size => renderWorker(progress, size, now));
  };
  const timer = setInterval(draw, drawEvery);
  const say = (line: string): void => (screen ? screen.print(line) : void stream.write(`${line}\n`));
  return {
    observe(event) {
      const now = performance.now();
      const before = progress;
      progress = advanceWorker(before, event, now);
      const line = screen && event.type === 'phase' ? undefined : workerLine(event, before, now);
      if (line !== undefined) say(line);
      const facts = workerFacts(event);
      if (facts) programs?.write(toJsonLine(facts));
    },
    log: line => say(fromTrainer(line)),
    say,
    close() {
      clearInterval(timer);
      screen?.close();
    },
  };
}
