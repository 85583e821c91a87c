/** Two processes and one study: one has it, the other is told who, at once. What a killed one leaves is taken over at once. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openJournal } from '../../src/storage/journal.ts';
import { median } from '../../src/stats/median.ts';

let folder: string;
let script: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tfjs-tune-test-'));
  script = join(folder, 'opener.mjs');
  // Opens the journal that a line names, and closes the one before.
  writeFileSync(
    script,
    `import { createInterface } from 'node:readline';
    import { openJournal } from ${JSON.stringify(new URL('../../dist/storage/journal.js', import.meta.url).href)};
    let journal;
    for await (const path of createInterface({ input: process.stdin })) {
      await journal?.close();
      const begin = performance.now();
      journal = undefined;
      const message = await openJournal(path).then(open => ((journal = open), ''), error => error.message);
      console.log(JSON.stringify({ message, ms: performance.now() - begin }));
    }`,
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Opener {
  readonly child: ChildProcess;
  open(path: string): Promise<{ readonly message: string; readonly ms: number }>;
}

function startOpener(): Opener {
  const child = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines: Interface = createInterface({ input: child.stdout });
  return {
    child,
    async open(path) {
      const answer = once(lines, 'line');
      child.stdin.write(`${path}\n`);
      return JSON.parse(((await answer) as [string])[0]) as { message: string; ms: number };
    },
  };
}

test('of two processes that open a study at the same moment one is refused, with the pid of the other', async () => {
  const openers = [startOpener(), startOpener()];
  const waits: number[] = [];
  for (let race = 0; race < 50; race++) {
    const path = join(folder, `${race}.log`);
    const answers = await Promise.all(openers.map(opener => opener.open(path)));
    const winner = answers.findIndex(({ message }) => message === '');
    expect(winner).not.toBe(-1);
    expect(answers[1 - winner]!.message).toBe(`${path}.pid: process ${openers[winner]!.child.pid} is using this study`);
    waits.push(answers[1 - winner]!.ms);
  }
  for (const { child } of openers) child.kill();
  expect(median(waits)).toBeLessThanOrEqual(100);
});

test('a study whose process was killed is taken over at once', async () => {
  const waits: number[] = [];
  for (let kill = 0; kill < 5; kill++) {
    const path = join(folder, `killed-${kill}.log`);
    const { child, open } = startOpener();
    expect((await open(path)).message).toBe('');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const begin = performance.now();
    await (await openJournal(path)).close();
    waits.push(performance.now() - begin);
  }
  expect(median(waits)).toBeLessThanOrEqual(100);
});
