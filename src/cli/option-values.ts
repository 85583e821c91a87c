/** Readers of option values: each returns the value or says what it should have been. */
import { InvalidArgumentError } from 'commander';
import { tagPattern, tagTitle } from '../executors/tag.ts';
import { parseDuration, parseMemory } from '../text.ts';

/** A whole number from low to high. */
export function wholeNumber(low: number, high: number): (text: string) => number {
  return text => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= low && value <= high) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${low} to ${high}.`);
  };
}

/** "90s", "10m", "1.5h" in seconds. */
export function duration(text: string): number {
  const seconds = parseDuration(text);
  if (seconds !== undefined && seconds > 0) return seconds;
  throw new InvalidArgumentError('Expected a time such as 90s, 10m or 1.5h.');
}

/** "500MB", "4GB", "1.5GB" in megabytes. */
export function memorySize(text: string): number {
  const megabytes = parseMemory(text);
  if (megabytes !== undefined && megabytes > 0) return megabytes;
  throw new InvalidArgumentError('Expected a size such as 500MB or 4GB.');
}

/** "gpu,big-ram" as the tags of a worker, in the letters in which trials ask for them. */
export function tagList(text: string): readonly string[] {
  const tags = text.split(',').map(part => part.trim());
  if (tags.every(tag => tagPattern.test(tag))) return tags.map(tag => tag.toLowerCase());
  throw new InvalidArgumentError(`Expected a list as in gpu,big-ram: each ${tagTitle}.`);
}

/** "2.5" as a share: 0.025. */
export function percent(text: string): number {
  const value = Number(text);
  if (/^\d+(?:\.\d+)?$/.test(text) && value <= 100) return value / 100;
  throw new InvalidArgumentError('Expected a number of percent from 0 to 100.');
}

/** The values of an option that may be repeated. */
export function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}
