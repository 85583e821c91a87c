import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { paintFor } from '../../src/cli/paint.ts';
import { openScreen } from '../../src/cli/screen.ts';
import { openTalk } from '../../src/cli/talk.ts';

/** A stream that keeps what is written to it. */
function fakeStream(isTTY: boolean): NodeJS.WriteStream & { readonly text: () => string } {
  let text = '';
  const stream = Object.assign(new EventEmitter(), {
    isTTY,
    columns: 80,
    rows: 24,
    write: (part: string) => ((text += part), true),
    text: () => text,
  });
  return stream as never;
}

/** What a terminal shows after the text: enough of one for the codes that the screen uses. */
function shownBy(text: string): string[] {
  const lines: string[] = [''];
  let row = 0;
  // oxlint-disable-next-line no-control-regex -- these are the codes of a terminal
  for (const [token, count] of text.matchAll(/\u001b\[\??(\d*)[A-Za-z]|\r|\n|[^\u001b\r\n]+/g)) {
    if (token === '\r') continue;
    if (token === '\n') lines[(row += 1)] ??= '';
    else if (token.endsWith('A') && token.startsWith('\u001b')) row -= Number(count);
    else if (token === '\u001b[J') lines.length = row + 1;
    else if (token.startsWith('\u001b')) continue;
    else lines[row] = token;
    if (token === '\u001b[J') lines[row] = '';
  }
  return lines;
}

describe('screen', () => {
  test('draws over what it drew, prints above it and leaves only what was printed', () => {
    const stream = fakeStream(true);
    const screen = openScreen(stream);
    screen.draw(() => ['bar 1', 'slot a', 'slot b']);
    screen.draw(() => ['bar 2', 'slot c']);
    expect(shownBy(stream.text())).toEqual(['bar 2', 'slot c', '']);
    screen.print('a line that stays');
    screen.draw(() => ['bar 3', 'slot c']);
    expect(shownBy(stream.text())).toEqual(['a line that stays', 'bar 3', 'slot c', '']);
    screen.close();
    expect(shownBy(stream.text())).toEqual(['a line that stays', '']);
    expect(stream.text().indexOf('\u001b[?25l')).toBe(0);
    expect(stream.text().endsWith('\u001b[?25h')).toBe(true);
  });

  test('writes nothing when nothing has changed', () => {
    const stream = fakeStream(true);
    const screen = openScreen(stream);
    screen.draw(() => ['same']);
    const length = stream.text().length;
    screen.draw(() => ['same']);
    expect(stream.text()).toHaveLength(length);
    screen.close();
  });
});

describe('talk', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('a terminal is drawn at most ten times a second', () => {
    const stream = fakeStream(true);
    const write = vi.spyOn(stream, 'write');
    const talk = openTalk(stream, { env: {} });
    for (let phase = 0; phase < 1000; phase += 1) {
      talk.observe({ type: 'phase', text: `phase ${phase}` });
      vi.advanceTimersByTime(1);
    }
    // Ten frames, and the cursor.
    expect(write).toHaveBeenCalledTimes(11);
    talk.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each([
    ['no terminal', false, {}],
    ['CI', true, { CI: 'true' }],
    ['a dumb terminal', true, { TERM: 'dumb' }],
  ])('%s gets lines, and a heartbeat after 30 s of silence', (_name, isTTY, env) => {
    const stream = fakeStream(isTTY);
    const talk = openTalk(stream, { env });
    talk.observe({ type: 'phase', text: 'reading the data' });
    vi.advanceTimersByTime(29_000);
    talk.log('::error::from a trainer\u001b[2J');
    vi.advanceTimersByTime(29_999);
    expect(stream.text()).toBe('reading the data …\n  | \\x3a:error::from a trainer\\x1b[2J\n');
    vi.advanceTimersByTime(1);
    expect(stream.text()).toMatch(/\nstill reading the data …\n$/);
    talk.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each([true, false])('a notice stays, on a terminal (%s) or not', isTTY => {
    const stream = fakeStream(isTTY);
    const talk = openTalk(stream, { env: {} });
    talk.observe({ type: 'notice', text: 'the rate is left\u001b[2J to the sampler' });
    talk.close();
    expect(stream.text()).toContain('the rate is left\\x1b[2J to the sampler');
  });

  test('quiet says only what it must', () => {
    const stream = fakeStream(true);
    const talk = openTalk(stream, { quiet: true });
    talk.observe({ type: 'phase', text: 'reading the data' });
    talk.observe({ type: 'notice', text: 'noise' });
    talk.log('noise');
    talk.say('interrupted');
    talk.close();
    expect(stream.text()).toBe('interrupted\n');
  });
});

describe('colour', () => {
  const terminal = { isTTY: true };
  const file = { isTTY: false };
  test.each([
    ['a terminal', terminal, {}, true],
    ['a file', file, {}, false],
    ['NO_COLOR', terminal, { NO_COLOR: '1' }, false],
    ['an empty NO_COLOR', terminal, { NO_COLOR: '' }, true],
    ['FORCE_COLOR', file, { FORCE_COLOR: '1' }, true],
    ['FORCE_COLOR=0', terminal, { FORCE_COLOR: '0' }, false],
    ['both', file, { FORCE_COLOR: '1', NO_COLOR: '1' }, true],
    ['a dumb terminal', terminal, { TERM: 'dumb' }, false],
  ])('%s', (_name, stream, env, isPainted) => {
    expect(paintFor(stream, env).red('x')).toBe(isPainted ? '\u001b[31mx\u001b[39m' : 'x');
  });
});
