import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { markdown } from '../../src/report/markdown.ts';
import { summarize } from '../../src/report/summarize.ts';
import type { Config, Param } from '../../src/space/space.ts';
import type { Trial } from '../../src/study/trial.ts';
import { input, trials } from './study.ts';

function trialsWith(config: Config): readonly Trial[] {
  return trials.map(trial => Object.assign({}, trial, { config }));
}

function flag(name: string): Param {
  return { name, type: 'boolean', default: true };
}

describe('markdown', () => {
  test('the report of a study with complete, pruned and failed trials', async () => {
    await expect(markdown(summarize(input))).toMatchFileSnapshot('golden/report.md');
  });

  test('what more trials promised, and how that is known', () => {
    const convergence = {
      isReached: true,
      trials: 45,
      gain: 0.002,
      lastGain: 0,
      coming: 10,
      gainFrom: 'process',
      noise: 0.015,
      noiseFrom: 'repeats',
    } as const;
    const text = markdown(summarize({ ...input, stopped: 'converged', convergence }));
    expect(text).toContain('After 45 complete trials');
    expect(text).toMatch(/next 10 trials .* by 0\.002, by a Gaussian process/);
    expect(text).toMatch(/noise .* about 0\.015 .*: trials with the same configuration differ by that/);
    expect(text).toContain('no better trial could be told from a lucky one');
    expect(text).toContain('The run ended because more trials promised less than the noise of the metric.');
    expect(markdown(summarize(input))).not.toContain('Convergence');
  });

  test('the same input gives the same text', () => {
    expect(markdown(summarize(input))).toBe(markdown(summarize(structuredClone(input))));
  });

  test('rows of a table have as many cells as its head, whatever the names are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), fc.string({ unit: 'binary' }), (name, value) => {
        const param = { name, type: 'categorical', choices: [value], default: value } as const;
        const report = summarize({
          ...input,
          study: name,
          metric: value,
          space: { params: [param], constraints: [] },
          trials: trialsWith({ [name]: value }),
        });
        const blocks = markdown(report)
          .split('\n\n')
          .filter(block => block.startsWith('|'));
        for (const block of blocks) {
          const pipes = block
            .trimEnd()
            .split('\n')
            .map(line => line.split('|').length);
          expect(new Set(pipes).size).toBe(1);
        }
      }),
    );
  });

  test('sections that do not fit are left out whole, from the bottom', () => {
    // Each name takes up to 201 characters of Markdown 6 times as long.
    const params = Array.from({ length: 30 }, (_, index) => flag(`${index}${'|'.repeat(300)}`));
    const config = Object.fromEntries(params.map(({ name }) => [name, true]));
    const text = markdown(summarize({ ...input, space: { params, constraints: [] }, trials: trialsWith(config) }));
    expect(text.length).toBeLessThanOrEqual(60_000);
    expect(text).toContain('#### Best configuration');
    const long = markdown(
      summarize({
        ...input,
        space: { params: [...params, ...params.map(({ name }) => flag(`x${name}`))], constraints: [] },
      }),
    );
    expect(long.length).toBeLessThanOrEqual(60_000);
    expect(long).not.toContain('#### Best configuration');
    expect(long).toMatch(/_8 sections did not fit here; all data is in report\.json\._\n$/);
  });

  test('a command to reproduce quotes a path for the shell', () => {
    const text = markdown(summarize({ ...input, spaceFile: "my space's $(touch x).json" }));
    expect(text).toContain(String.raw`npx tune 'my space'\''s $(touch x).json' --trials 9 --seed 7 --slots 2`);
  });

  test('no text ends the code block it stands in', () => {
    const text = markdown(summarize({ ...input, spaceFile: 'a\n```\n# b ````.json' }));
    expect(text).toContain("`````sh\nnpx tune 'a\\x0a```\\x0a# b ````.json'");
  });
});
