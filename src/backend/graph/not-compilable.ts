/** Why a step cannot become a graph, in the words of the person who wrote the step. */
export class NotCompilable extends Error {
  override readonly name = 'NotCompilable';
  readonly reason: string;
  /** "mine.js:12:8": the line of the caller's own code that led here, where there is one. */
  readonly place: string | undefined;

  constructor(reason: string, place = callersPlace()) {
    super(place === undefined ? reason : `${reason} (${place})`);
    this.reason = reason;
    this.place = place;
  }
}

function callersPlace(): string | undefined {
  const frames = new Error('trace').stack?.split('\n').slice(1) ?? [];
  const own = frames.find(frame => !foreign.some(part => frame.includes(part)));
  return own && /\(?(?:file:\/\/)?([^\s()]+:\d+:\d+)\)?$/.exec(own)?.[1];
}

/** Frames of the libraries and of this package. */
const foreign = ['node_modules', '/backend/graph/', '/backend/native-ops/', 'node:internal', '<anonymous>'];
