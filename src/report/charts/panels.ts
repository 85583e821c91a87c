/** Several small drawings in one chart, two in a row. */
import type { PlotOptions } from '@observablehq/plot';
import { drawPlot, width } from './plot.ts';
import { svgElement, type SvgElement } from './svg-element.ts';

const gap = 16;

/** Pixels of one drawing. */
export const panelSize = { width: (width - gap) / 2, height: 220 };

/** Characters that fit below one drawing. */
export const panelRoom = 34;

/** One of the drawings. */
export function panel(options: PlotOptions): SvgElement {
  const margins = { marginTop: 22, marginRight: 10, marginBottom: 40, marginLeft: 52 };
  const drawn = drawPlot({ ...panelSize, ...margins, ...options });
  // What the whole chart has.
  for (const name of ['class', 'font-family', 'font-size', 'xmlns', 'viewBox']) drawn.removeAttribute(name);
  return drawn;
}

/** @param header what stands above all drawings, in the first `headerHeight` pixels */
export function panels(
  drawings: readonly SvgElement[],
  header: readonly SvgElement[] = [],
  headerHeight = 0,
): SvgElement {
  for (const [index, drawing] of drawings.entries()) {
    drawing.setAttribute('x', String((index % 2) * (panelSize.width + gap)));
    drawing.setAttribute('y', String(headerHeight + Math.floor(index / 2) * (panelSize.height + gap)));
  }
  const height = headerHeight + Math.ceil(drawings.length / 2) * (panelSize.height + gap) - gap;
  const frame = { viewBox: `0 0 ${width} ${height}`, width, height, fill: 'currentColor' };
  return svgElement('svg', frame, [...header, ...drawings]);
}
