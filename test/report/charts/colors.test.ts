import { describe, expect, it } from 'vitest';
import { chartStyle, scaleColors, series } from '../../../src/report/charts/colors.ts';

type Rgb = readonly [number, number, number];

const [light, dark] = chartStyle.split('@media').map(part => {
  return new Map([...part.matchAll(/--([\w-]+): (#[\da-f]{6});/g)].map(([, name, color]) => [name!, linear(color!)]));
}) as [Map<string, Rgb>, Map<string, Rgb>];

/** Linear light of sRGB (IEC 61966-2-1). */
function linear(color: string): Rgb {
  return [1, 3, 5].map(at => {
    const share = parseInt(color.slice(at, at + 2), 16) / 255;
    return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as unknown as Rgb;
}

/** WCAG 2.2: contrast ratio. */
function contrast(a: Rgb, b: Rgb): number {
  const [low, high] = [a, b]
    .map(([r, g, b]) => 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05)
    .toSorted((x, y) => x - y) as [number, number];
  return high / low;
}

/** Machado, Oliveira & Fernandes 2009, table 1: severity 1. */
const eyes = {
  normal: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protanopia: [0.152_286, 1.052_583, -0.204_868, 0.114_503, 0.786_281, 0.099_216, -0.003_882, -0.048_116, 1.051_998],
  deuteranopia: [0.367_322, 0.860_646, -0.227_968, 0.280_085, 0.672_501, 0.047_413, -0.011_82, 0.042_94, 0.968_881],
  tritanopia: [1.255_528, -0.076_749, -0.178_779, -0.078_411, 0.930_809, 0.147_602, 0.004_733, 0.691_367, 0.303_9],
} as const;

function seen(color: Rgb, eye: readonly number[]): Rgb {
  return [0, 3, 6].map(row => {
    const light = color.reduce((sum, share, column) => sum + share * eye[row + column]!, 0);
    return Math.min(1, Math.max(0, light));
  }) as unknown as Rgb;
}

/** CIE L*a*b* for the white of D65. */
function lab([r, g, b]: Rgb): Rgb {
  const xyz = [
    (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505,
    0.2126 * r + 0.7152 * g + 0.0722 * b,
    (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089,
  ];
  const [x, y, z] = xyz.map(t => (t > 0.008_856 ? Math.cbrt(t) : 7.787 * t + 16 / 116)) as [number, number, number];
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

function distance(a: Rgb, b: Rgb): number {
  const [first, second] = [lab(a), lab(b)];
  return Math.hypot(...first.map((value, index) => value - second[index]!));
}

describe.each([
  ['light', light],
  ['dark', dark],
] as const)('the %s colours', (_, colors) => {
  it('are defined for all names that charts use', () => {
    const names = [...series, ...scaleColors].map(color => /^var\(--(.*)\)$/.exec(color)![1]!);
    expect(names.filter(name => !colors.has(name))).toEqual([]);
  });

  it('stand out from the background', () => {
    const background = colors.get('background')!;
    const drawn = [...colors].filter(([name]) => name.startsWith('series'));
    expect(drawn).toHaveLength(6);
    for (const [, color] of drawn) expect(contrast(color, background)).toBeGreaterThan(3);
    expect(contrast(colors.get('ink')!, background)).toBeGreaterThan(7);
  });

  it.each(Object.entries(eyes))('are told apart by eyes with %s sight', (_, eye) => {
    const drawn = [...colors].filter(([name]) => name.startsWith('series')).map(([, color]) => seen(color, eye));
    for (const [index, color] of drawn.entries())
      for (const other of drawn.slice(0, index)) expect(distance(color, other)).toBeGreaterThan(20);
  });

  it('of scales grow lighter step by step', () => {
    const lightness = [...colors].filter(([name]) => name.startsWith('scale')).map(([, color]) => lab(color)[0]);
    expect(lightness).toHaveLength(9);
    expect(lightness).toEqual(lightness.toSorted((a, b) => a - b));
  });
});
