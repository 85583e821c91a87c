/**
 * What a worker must have to run a trial: the section "needs" of space.json, `{ "tags": ["gpu"], "memory": "8GB" }`. It
 * says where a trial may run, never what comes out: studies do not record it, and one machine ignores it.
 */
import { z } from 'zod';
import { resolve } from '../space/resolve.ts';
import type { SpaceFile } from '../space/space-file.ts';
import type { Config } from '../space/space.ts';
import { parseMemory } from '../text.ts';
import { tagPattern, tagTitle } from './tag.ts';

export interface Needs {
  /** In lower case, sorted, each once. */
  readonly tags: readonly string[];
  /** In whole megabytes. */
  readonly memory?: number;
}

const tag = z.string().regex(tagPattern).toLowerCase().meta({ title: tagTitle });

const memoryTitle = 'a size such as "500MB" or "8GB"';

/** A whole number of 32 bits, as databases keep it. */
const mostMegabytes = 2 ** 31 - 1;

const memory = z
  .string()
  .transform((text, context) => {
    const megabytes = Math.ceil(parseMemory(text) ?? 0);
    if (megabytes > 0 && megabytes <= mostMegabytes) return megabytes;
    context.addIssue({ code: 'custom', message: `this is no size: "${text}"`, params: { expected: memoryTitle } });
    return z.NEVER;
  })
  .meta({ title: memoryTitle });

export const needsSection = z.strictObject({
  tags: z.array(tag).max(10).default([]).describe('tags that a worker must have, all of them'),
  memory: memory.optional().describe('memory that a worker must offer; default: any'),
});

/** What a trial of this configuration needs. */
export function needsOf({ needs = {}, space }: Pick<SpaceFile, 'needs' | 'space'>, config: Config): Needs {
  // All of it may be a parameter, and that inactive.
  const { tags, memory } = needsSection.parse(resolve(needs, space, config) ?? {});
  return { tags: [...new Set(tags)].toSorted(), ...(memory !== undefined && { memory }) };
}

/** The same for the same needs, and for no others: "", "gpu", "gpu+8192MB". No tag has capitals, as the unit has. */
export function needsName({ tags, memory }: Needs): string {
  return [...tags, ...(memory === undefined ? [] : [`${memory}MB`])].join('+');
}
