import { expect, test } from 'vitest';

// By its URL: the benches are JavaScript without types.
const { cliques, criticalDifference } = await import(
  new URL('../../bench/harness/critical-difference.js', import.meta.url).href
);

// Demšar 2006, section 3.2.4: at 10 %, C4.5 is worse than C4.5+m and C4.5+m+cf; C4.5+cf may belong to either group.
const ranks = { 'C4.5+m+cf': 1.964, 'C4.5+m': 2, 'C4.5+cf': 2.893, 'C4.5': 3.143 };

test('bars join the neighbours within the critical distance, each as wide as can be', () => {
  expect(cliques(Object.entries(ranks), 1.12)).toEqual([
    [1.964, 2.893],
    [2.893, 3.143],
  ]);
  expect(cliques(Object.entries(ranks), 1.25)).toEqual([[1.964, 3.143]]);
  expect(cliques(Object.entries(ranks), 0.01)).toEqual([]);
});

test('the plot names everyone with their ranks', () => {
  const svg = criticalDifference({ checkpoints: [{ trials: 50, friedman: { ranks, distance: 1.25, tasks: 14 } }] });
  for (const [name, rank] of Object.entries(ranks)) expect(svg).toContain(`>${name} ${rank.toFixed(2)}<`);
  expect(svg).toContain('critical distance 1.25');
});
