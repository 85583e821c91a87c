/** SVG of charts, read again. */
import { DOMParser } from 'linkedom';
import { expect } from 'vitest';

/** As much of an element as tests ask for. */
export interface Drawn {
  readonly localName: string;
  readonly textContent: string;
  readonly attributes: Iterable<{ readonly name: string; readonly value: string }>;
  getAttribute(name: string): string | null;
  querySelector(selector: string): Drawn | null;
  querySelectorAll(selector: string): readonly Drawn[];
}

/** The element, once it is certain that the text is well-formed: linkedom reads anything. */
export function parseSvg(svg: string): Drawn {
  expectWellFormed(svg);
  return new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement;
}

/** Tags that close each other, attributes in quotes once each, no stray markup, only entities of XML. */
function expectWellFormed(svg: string): void {
  const open: string[] = [];
  let end = 0;
  for (const { 0: tag, 1: closing, 2: name, 3: attributes, 4: empty, index } of svg.matchAll(
    /<(\/?)([a-zA-Z]+)((?:\s+[a-zA-Z][\w:-]*="[^"<]*")*)\s*(\/?)>/g,
  )) {
    const between = svg.slice(end, index);
    expect(between, `text before ${tag}`).not.toMatch(/<|&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[\da-f]+);)/i);
    end = index + tag.length;
    if (closing) expect(open.pop()).toBe(name);
    else if (!empty) open.push(name!);
    const names = [...attributes!.matchAll(/([a-zA-Z][\w:-]*)=/g)].map(match => match[1]);
    expect(new Set(names).size).toBe(names.length);
  }
  expect(open).toEqual([]);
  expect(svg.slice(end)).toBe('');
}
