/** Shows long steps to a person on a terminal, and as a few plain lines to a log. */
import { formatDuration } from '../text.ts';

/** Takes the part that is done, from 0 to 1. */
export type Update = (fraction: number) => void;

export interface Progress {
  say(line: string): void;
  /** Shows a step while `work` runs. Work that cannot measure itself never calls `update`. */
  during<T>(title: string, work: (update: Update) => Promise<T>): Promise<T>;
}

interface Output {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

export function createProgress(output: Output): Progress {
  const say = (line: string): void => void output.write(`${line}\n`);
  return { say, during: output.isTTY ? drawing(output) : listing(say) };
}

/** A line that is drawn again four times a second. */
function drawing(output: Output): Progress['during'] {
  const rewrite = (line: string): void => void output.write(`\r\u001b[2K${line}`);
  return async (title, work) => {
    const start = performance.now();
    let part: number | undefined;
    const draw = (): void => rewrite(`${title} ${part === undefined ? '' : bar(part)} ${elapsed(start)}`);
    const timer = setInterval(draw, 250);
    draw();
    try {
      const result = await work(fraction => (part = fraction));
      rewrite(`${title}: ${elapsed(start)}\n`);
      return result;
    } catch (error) {
      rewrite(`${title}: failed\n`);
      throw error;
    } finally {
      clearInterval(timer);
    }
  };
}

/** A line at the start, at every tenth and at the end. */
function listing(say: Progress['say']): Progress['during'] {
  return async (title, work) => {
    const start = performance.now();
    let tenths = 0;
    say(`${title} ...`);
    const result = await work(fraction => {
      const reached = Math.floor(fraction * 10);
      if (reached <= tenths || reached >= 10) return;
      tenths = reached;
      say(`${title}: ${reached * 10} %`);
    });
    say(`${title}: done in ${elapsed(start)}`);
    return result;
  };
}

function bar(fraction: number): string {
  const full = Math.round(Math.min(1, fraction) * 20);
  return `[${'='.repeat(full)}${' '.repeat(20 - full)}] ${String(Math.floor(Math.min(1, fraction) * 100)).padStart(3)} %`;
}

function elapsed(start: number): string {
  return formatDuration((performance.now() - start) / 1000);
}
