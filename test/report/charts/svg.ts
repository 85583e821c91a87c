/** SVG of charts, read again. */
import { DOMParser } from 'linkedom';

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
  checkWellFormed(svg);
  return new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement;
}

/** Tags that close each other, attributes in quotes once each, no stray markup, only entities of XML. */
function checkWellFormed(svg: string): void {
  const open: string[] = [];
  const tags = /<(\/?)([a-zA-Z]+)((?:\s+[a-zA-Z][\w:-]*="[^"<]*")*)\s*(\/?)>/g;
  let end = 0;
  for (const { 0: tag, 1: closing, 2: name, 3: attributes, 4: empty, index } of svg.matchAll(tags)) {
    const text = svg.slice(end, index) + attributes!;
    if (/<|&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[\da-f]+);)/i.test(text)) throw new Error(`before or in ${tag}: ${text}`);
    end = index + tag.length;
    if (closing && open.pop() !== name) throw new Error(`${tag} closes another one`);
    if (!closing && !empty) open.push(name!);
    const names = [...attributes!.matchAll(/([a-zA-Z][\w:-]*)="[^"]*"/g)].map(match => match[1]);
    if (new Set(names).size < names.length) throw new Error(`an attribute twice: ${tag}`);
  }
  if (open.length > 0 || end < svg.length) throw new Error(`not closed: ${open.join(', ')} ${svg.slice(end)}`);
}

/** Corners of a path of straight lines. */
export function pathPoints(path: Drawn): readonly (readonly [number, number])[] {
  let place: readonly [number, number] = [0, 0];
  return [...path.getAttribute('d')!.matchAll(/([MLHV])(-?[\d.]+)(?:,(-?[\d.]+))?/g)].map(([, command, a, b]) => {
    if (command === 'H') place = [Number(a), place[1]];
    else if (command === 'V') place = [place[0], Number(a)];
    else place = [Number(a), Number(b)];
    return place;
  });
}
