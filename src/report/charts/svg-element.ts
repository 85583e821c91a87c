/** Elements for charts that Plot does not draw. */
import { document, type SvgElement } from './plot.ts';

/** @param content other elements, or text of any kind */
export function svgElement(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  content: readonly SvgElement[] | string = [],
): SvgElement {
  const made: SvgElement = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, String(value));
  if (typeof content === 'string') made.textContent = content;
  else made.append(...content);
  return made;
}
