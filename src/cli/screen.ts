/** The last lines of a terminal, drawn over and over, with ordinary lines above them. */
import type { Size } from './live-view.ts';

export interface Screen {
  /** Replaces what was drawn before. */
  draw(render: (size: Size) => readonly string[]): void;
  /** Prints a line that stays, above what is drawn. */
  print(line: string): void;
  /** Takes the drawn lines away and gives the cursor back. */
  close(): void;
}

const hideCursor = '\u001b[?25l';
const showCursor = '\u001b[?25h';
const eraseLineEnd = '\u001b[K';
const eraseBelow = '\u001b[J';

export function openScreen(stream: NodeJS.WriteStream): Screen {
  let drawn: readonly string[] = [];
  const giveCursorBack = (): void => void stream.write(showCursor);
  process.once('exit', giveCursorBack);
  stream.write(hideCursor);

  const toTop = (): string => (drawn.length > 0 ? `\u001b[${drawn.length}A\r` : '\r');

  return {
    draw(render) {
      const lines = render({ columns: stream.columns || 80, rows: stream.rows || 24 });
      if (lines.length === drawn.length && lines.every((line, index) => line === drawn[index])) return;
      stream.write(toTop() + paint(lines) + eraseBelow);
      drawn = lines;
    },
    print(line) {
      stream.write(toTop() + eraseBelow + paint([line]) + paint(drawn));
    },
    close() {
      stream.write(toTop() + eraseBelow);
      drawn = [];
      process.off('exit', giveCursorBack);
      giveCursorBack();
    },
  };
}

function paint(lines: readonly string[]): string {
  return lines.map(line => `${line}${eraseLineEnd}\n`).join('');
}
