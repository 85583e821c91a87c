import { expect, test } from 'vitest';
import { createProgress, type Update } from '../../src/backend/progress.ts';

function recorder(isTTY: boolean): { output: { isTTY: boolean; write(text: string): void }; written: string[] } {
  const written: string[] = [];
  return { output: { isTTY, write: text => void written.push(text) }, written };
}

async function halves(update: Update): Promise<string> {
  for (const part of [0, 0.05, 0.31, 0.32, 0.9, 1]) update(part);
  await new Promise(resolve => setTimeout(resolve, 300));
  return 'result';
}

test('a log gets a line at the start, at each new tenth and at the end', async () => {
  const { output, written } = recorder(false);
  expect(await createProgress(output).during('Downloading', halves)).toBe('result');
  expect(written).toEqual([
    'Downloading ...\n',
    'Downloading: 30 %\n',
    'Downloading: 90 %\n',
    expect.stringMatching(/^Downloading: done in 0\.\d s\n$/),
  ]);
});

test('a terminal gets one line with a bar, drawn again and again', async () => {
  const { output, written } = recorder(true);
  await createProgress(output).during('Downloading', halves);
  expect(written.every(text => text.startsWith('\r\u001b[2KDownloading'))).toBe(true);
  expect(written.join('')).toContain('[====================] 100 %');
  expect(written.filter(text => text.endsWith('\n'))).toHaveLength(1);
});

test('a step that fails leaves no timer and no half line', async () => {
  const { output, written } = recorder(true);
  await expect(createProgress(output).during('Building', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(written.at(-1)).toBe('\r\u001b[2KBuilding: failed\n');
});
