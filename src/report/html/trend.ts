/** The values of some nights as a line small enough for a cell of a table. */
import { formatNumber } from '../../text.ts';
import { markup, type Markup } from './markup.ts';

const [width, height, margin] = [120, 28, 4];

/** One value is a dot, none is nothing. The last one is tonight's. */
export function trend(values: readonly number[], name: string): Markup | undefined {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return undefined;
  const low = Math.min(...finite);
  const span = Math.max(...finite) - low;
  const points = finite.map((value, index) => {
    const x = margin + ((width - 2 * margin) * (index + 1)) / finite.length;
    const y = span === 0 ? height / 2 : height - margin - ((height - 2 * margin) * (value - low)) / span;
    return { x: x.toFixed(1), y: y.toFixed(1) };
  });
  const last = points.at(-1)!;
  const label = `${name}, night by night: ${finite.map(formatNumber).join(', ')}`;
  return markup`<svg role="img" aria-label="${label}" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"><polyline points="${points.map(({ x, y }) => `${x},${y}`).join(' ')}" fill="none" stroke="currentColor" stroke-width="1.5"/><circle cx="${last.x}" cy="${last.y}" r="2.5" fill="currentColor"/></svg>`;
}
