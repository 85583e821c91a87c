/** Why a step cannot become a graph, in the words of the person who wrote the step. */
import { fileURLToPath } from 'node:url';

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
  const frames = deepStack().split('\n').slice(1);
  const own = frames.find(frame => !foreign.some(part => frame.includes(part)));
  return own && /\(?(?:file:\/\/)?([^\s()]+:\d+:\d+)\)?$/.exec(own)?.[1];
}

/** tfjs alone fills the ten frames that are usual. */
function deepStack(): string {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 100;
  try {
    return new Error('trace').stack ?? '';
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** Frames of the libraries and of this package, as paths and as URLs. */
const ownFolders = ['.', '../native-ops/'].map(folder => new URL(folder, import.meta.url).href);
const foreign = [
  'node_modules',
  ...ownFolders,
  ...ownFolders.map(folder => fileURLToPath(folder)),
  'node:internal',
  '<anonymous>',
];
