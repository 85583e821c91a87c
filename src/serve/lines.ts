/** Text that comes in pieces, as lines; what has no end at the end of the text is a line too. */

/** @param longest characters of a line that are kept, beyond which the rest of it is dropped */
export async function* linesOf(pieces: AsyncIterable<string>, longest: number): AsyncGenerator<string> {
  let line = '';
  const add = (text: string): void => {
    if (line.length < longest) line += text.slice(0, longest - line.length);
  };
  for await (const piece of pieces) {
    let start = 0;
    for (let end = piece.indexOf('\n'); end >= 0; end = piece.indexOf('\n', start)) {
      add(piece.slice(start, end));
      yield line;
      line = '';
      start = end + 1;
    }
    add(piece.slice(start));
  }
  if (line !== '') yield line;
}
