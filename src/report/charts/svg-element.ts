/** Elements of drawings, on a document of linkedom: those of Plot, and others that charts add. */
import { parseHTML } from 'linkedom';

/** Nothing is ever attached to it. */
export const { document } = parseHTML('<!doctype html><html></html>');

/** As much of an element as charts need: the DOM's types would bring a browser's globals into all of the code. */
export interface SvgElement {
  readonly outerHTML: string;
  readonly childNodes: Iterable<{ readonly nodeType: number; textContent: string }>;
  textContent: string;
  getAttribute(name: string): string | null;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  remove(): void;
  querySelectorAll(selector: string): Iterable<SvgElement>;
  prepend(...elements: SvgElement[]): void;
  append(...elements: SvgElement[]): void;
}

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
