/**
 * The colours of charts, as custom properties of the page, so that one drawing fits light and dark. The series are as far
 * apart as six colours get for eyes of every kind (by search; Machado, Oliveira & Fernandes 2009), and each stands out
 * from the background by 3:1 at least (WCAG 2.2, 1.4.11). States have a shape of their own as well.
 */
import type { TrialState } from '../../study/trial.ts';

/** What tells series apart, in this order. The sixth is grey: for what others are compared with. */
export const series = [1, 2, 3, 4, 5, 6].map(number => `var(--series-${number})`);

/** Viridis (Smith & van der Walt 2015) from low to high, without the end that the background would swallow. For steps. */
export const scaleColors = [1, 2, 3, 4, 5, 6, 7, 8, 9].map(number => `var(--scale-${number})`);

/** The same from the best to the worst: the best stand out the most, from whichever background. */
export const rankColors = scaleColors.map((_, index) => `var(--rank-${index + 1})`);

export const background = 'var(--background)';

/** Of the best so far, and of whatever is best. */
export const best = 'var(--best)';

/** Last night, last night's configuration trained again, and tonight. */
export const [before, again, after] = ['var(--before)', 'var(--again)', 'var(--after)'] as const;

export const stateColors: Readonly<Record<TrialState, string>> = {
  complete: 'var(--complete)',
  pruned: 'var(--pruned)',
  failed: 'var(--failed)',
  running: 'var(--unfinished)',
  paused: 'var(--unfinished)',
  interrupted: 'var(--unfinished)',
  waiting: 'var(--unfinished)',
};

const light = {
  series: ['#518df3', '#952c00', '#0c6750', '#7a2280', '#ac8b08', '#8291a2'],
  scale: ['#440154', '#482475', '#414487', '#355f8d', '#2a788e', '#21918c', '#22a884', '#44bf70', '#7ad151'],
  background: '#ffffff',
  ink: '#1b2027',
};

const dark = {
  series: ['#2a81e5', '#bb6712', '#6df4c2', '#fca5f0', '#e2e76e', '#7a8188'],
  scale: ['#375a8c', '#2d718e', '#24868e', '#1e9c89', '#2cb17e', '#52c569', '#86d549', '#c2df23', '#fde725'],
  background: '#14171c',
  ink: '#e4e7eb',
};

/** For the style of a page with charts. Paper is white in every scheme. */
export const chartStyle = `:root {
  color-scheme: light dark;
${properties(light, light.scale)}
  --best: var(--series-3);
  --before: var(--series-6);
  --again: var(--series-5);
  --after: var(--series-1);
  --complete: var(--series-1);
  --pruned: var(--series-5);
  --failed: var(--series-2);
  --unfinished: var(--series-6);
}
@media screen and (prefers-color-scheme: dark) {
  :root {
${properties(dark, dark.scale.toReversed())}
  }
}
.chart {
  display: block;
  max-width: 100%;
  height: auto;
  color: var(--ink);
}
`;

function properties({ series, scale, background, ink }: typeof light, rank: readonly string[]): string {
  const lines = [
    `--background: ${background};`,
    `--ink: ${ink};`,
    ...series.map((color, index) => `--series-${index + 1}: ${color};`),
    ...scale.map((color, index) => `--scale-${index + 1}: ${color};`),
    ...rank.map((color, index) => `--rank-${index + 1}: ${color};`),
  ];
  return lines.map(line => `  ${line}`).join('\n');
}
