/** What the first bytes of an image file say: its format, and the channels of its pixels without transparency. */

export interface ImageHeader {
  readonly format: 'PNG' | 'JPEG' | 'BMP' | 'GIF';
  /** Grey, or red, green and blue. */
  readonly channels: 1 | 3;
}

/** @returns undefined for anything but these formats */
export function readImageHeader(bytes: Buffer): ImageHeader | undefined {
  const start = bytes.toString('latin1', 0, 8);
  if (start === '\x89PNG\r\n\x1a\n') return { format: 'PNG', channels: pngChannels(bytes) };
  if (start.startsWith('\xff\xd8\xff')) return { format: 'JPEG', channels: jpegChannels(bytes) };
  // Four reserved bytes: a text may begin with BM too.
  if (start.startsWith('BM') && bytes.toString('latin1', 6, 10) === '\0\0\0\0')
    return { format: 'BMP', channels: bytes[28] === 8 ? 1 : 3 };
  return start.startsWith('GIF87a') || start.startsWith('GIF89a') ? { format: 'GIF', channels: 3 } : undefined;
}

/** Colour types 0 and 4 are grey, without and with transparency: https://www.w3.org/TR/png-3/#11IHDR */
function pngChannels(bytes: Buffer): 1 | 3 {
  return bytes[25] === 0 || bytes[25] === 4 ? 1 : 3;
}

/** Segments of a marker and a length each, up to the frame header: ITU-T T.81, B.1 and B.2.2. */
function jpegChannels(bytes: Buffer): 1 | 3 {
  for (let at = 2; at + 10 <= bytes.length; at += 2 + bytes.readUInt16BE(at + 2)) {
    const marker = bytes[at + 1]!;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return bytes[at + 9] === 1 ? 1 : 3;
  }
  return 3;
}
