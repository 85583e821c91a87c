/** What a run says while it goes on, on stderr: live on a terminal, line by line in a log, nothing when quiet. */
import { printable } from '../text.ts';
import type { TuneEvent } from '../tune/options.ts';
import { renderLive } from './live-view.ts';
import { heartbeatLine, plainLine } from './plain-view.ts';
import { advance, noProgress } from './progress.ts';
import { openScreen } from './screen.ts';

export interface Talk {
  readonly observe: (event: TuneEvent) => void;
  /** What trainers and TensorFlow print. */
  readonly log: (line: string) => void;
  /** One line to the user, whatever the view. */
  readonly say: (line: string) => void;
  readonly close: () => void;
}

export interface TalkOptions {
  /** Only `say` is heard. */
  readonly quiet?: boolean | undefined;
  /** Default: that of the process. */
  readonly env?: NodeJS.ProcessEnv;
}

/** Milliseconds. */
export const drawEvery = 100;
const silenceBeforeHeartbeat = 30_000;

export function openTalk(stream: NodeJS.WriteStream, { quiet = false, env = process.env }: TalkOptions = {}): Talk {
  if (quiet) return quietTalk(stream);
  return isLive(stream, env) ? liveTalk(stream) : plainTalk(stream);
}

/** Whether lines can be drawn over and over. */
export function isLive(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): boolean {
  return stream.isTTY && env.TERM !== 'dumb' && !env.CI;
}

function quietTalk(stream: NodeJS.WriteStream): Talk {
  return { observe: ignore, log: ignore, say: line => void stream.write(`${line}\n`), close: ignore };
}

function liveTalk(stream: NodeJS.WriteStream): Talk {
  const screen = openScreen(stream);
  let progress = noProgress;
  // Drawn by the clock and not by events: a fast study has thousands of them.
  const timer = setInterval(() => {
    const now = performance.now();
    screen.draw(size => renderLive(progress, size, now));
  }, drawEvery);
  return {
    observe(event) {
      progress = advance(progress, event, performance.now());
      if (event.type === 'notice') screen.print(printable(event.text));
    },
    log: line => screen.print(fromTrainer(line)),
    say: line => screen.print(line),
    close() {
      clearInterval(timer);
      screen.close();
    },
  };
}

function plainTalk(stream: NodeJS.WriteStream): Talk {
  let progress = noProgress;
  const say = (line: string): void => {
    stream.write(`${line}\n`);
    timer.refresh();
  };
  const timer = setInterval(() => say(heartbeatLine(progress, performance.now())), silenceBeforeHeartbeat);
  return {
    observe(event) {
      const before = progress;
      const now = performance.now();
      progress = advance(before, event, now);
      const line = plainLine(event, before, progress, now);
      if (line !== undefined) say(line);
    },
    log: line => say(fromTrainer(line)),
    say,
    close: () => clearInterval(timer),
  };
}

const ignore = (): void => undefined;

/** Marked, so that no output of a trainer passes for ours, or for a command to a CI system. */
export function fromTrainer(line: string): string {
  return `  | ${printable(line)}`;
}
