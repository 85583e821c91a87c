/**
 * The frame of all charts: Observable Plot on a document of linkedom, as the text of an SVG that needs nothing but the
 * page's custom properties (colors.ts). The same data give the same text.
 */
import { plot, text, type Markish, type PlotOptions } from '@observablehq/plot';
import { printable } from '../../text.ts';
import { cut } from '../cut.ts';
import type { Chart } from './chart.ts';
import { background } from './colors.ts';
import { document, svgElement, type SvgElement } from './svg-element.ts';

export const width = 640;

/** What a chart says, without its drawing. Titles, findings and tables are plain text: whoever shows them escapes it. */
export type ChartText = Omit<Chart, 'svg'>;

/**
 * A chart drawn by Plot. User text may be in data and labels, but neither names a channel nor is a value of fill, stroke or
 * symbol: Plot would take "red" and "url(…)" at their word. Colours are custom properties, by functions of the data.
 * Marks with a `className` are what tests and the page's script look for.
 */
export function plotChart(text: ChartText, options: PlotOptions): Chart {
  return svgChart(text, drawPlot(options));
}

/** The drawing alone, for charts that have several. */
export function drawPlot({ x, y, ...others }: PlotOptions): SvgElement {
  return plot({
    document,
    width,
    height: 300,
    marginTop: 28,
    marginRight: 20,
    marginBottom: 40,
    marginLeft: 60,
    figure: false,
    ...others,
    ...(x !== null && { x: { labelArrow: 'none', labelAnchor: 'center', ...x } }),
    ...(y !== null && { y: { labelArrow: 'none', ...y } }),
  });
}

/** A chart of any <svg> element of `document`: with its heading, without styles, its numbers and texts made fit for a page. */
export function svgChart(text: ChartText, svg: SvgElement): Chart {
  const [title, description] = [`chart-${text.id}-title`, `chart-${text.id}-desc`];
  for (const style of svg.querySelectorAll('style')) style.remove();
  svg.prepend(svgElement('title', { id: title }, text.title), svgElement('desc', { id: description }, text.finding));
  for (const each of [svg, ...svg.querySelectorAll('*')]) tidy(each);
  const attributes = {
    class: 'chart',
    role: 'img',
    'aria-labelledby': `${title} ${description}`,
    'font-size': '12',
    xmlns: 'http://www.w3.org/2000/svg',
  };
  for (const [name, value] of Object.entries(attributes)) svg.setAttribute(name, value);
  return { ...text, svg: svg.outerHTML };
}

const lengths = 'd transform points x y x1 x2 y1 y2 cx cy r dx dy width height'.split(' ');

/** Tenths of a pixel are enough; labels of marks say nothing inside an image; control characters are no XML. */
function tidy(element: SvgElement): void {
  element.removeAttribute('aria-label');
  element.removeAttribute('aria-hidden');
  for (const name of lengths) {
    const value = element.getAttribute(name);
    if (value !== null) element.setAttribute(name, value.replaceAll(/-?\d*\.\d\d+(?:e-?\d+)?(?!\d|em)/g, tenths));
  }
  for (const child of element.childNodes) if (child.nodeType === 3) child.textContent = printable(child.textContent);
}

function tenths(number: string): string {
  return String(Math.round(Number(number) * 10) / 10 + 0);
}

/** Of labels over lines and dots; with a colour of its own where `fill` follows. */
export const halo = { fill: 'currentColor', stroke: background, strokeWidth: 4 } as const;

export interface LegendEntry {
  /** A character or two of the shape. */
  readonly sign: string;
  readonly label: string;
  readonly color: string;
}

const [signWidth, characterWidth, gap] = [24, 7, 24];

/** Signs in their colours, over the frame at its left. */
export function legend(entries: readonly LegendEntry[], dy: number): Markish[] {
  const place = { facet: 'super', frameAnchor: 'top-left', dy } as const;
  let end = 0;
  return entries.flatMap(({ sign, label, color }) => {
    const start = end;
    end += signWidth + characterWidth * label.length + gap;
    return [
      text([sign], { ...place, dx: start, text: [sign], fill: color }),
      text([label], { ...place, dx: start + signWidth, text: [label] }),
    ];
  });
}

/** A name of the user's beside or under an axis. */
export function axisLabel(name: string): string {
  return cut(printable(name), 40);
}
