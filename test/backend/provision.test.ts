import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { ensureBackend, repairBackend } from '../../src/backend/provision.ts';
import { TuneError } from '../../src/errors.ts';
import { checkWorks, fakeMachine, newCache, pipBrings, wheelBytes, writeAddon, writeTfjsNode } from './fake-kit.ts';

async function failureOf(work: Promise<unknown>): Promise<TuneError> {
  const thrown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(TuneError);
  return thrown as TuneError;
}

describe('the wheel route', () => {
  test('downloads, unpacks, builds, tries the addon, and keeps no wheel', async () => {
    const { kit, ran, shown, build } = fakeMachine();
    const backend = await ensureBackend(kit);
    expect(ran).toEqual(['pip', 'compile', 'check']);
    expect(backend).toMatchObject({ source: 'built', tensorflow: '2.18.1', tfjsNode: kit.site.installed });
    expect(readdirSync(build).toSorted()).toEqual(['deps', 'lib']);
    expect(readdirSync(join(build, 'deps/lib')).toSorted()).toEqual([
      'libtensorflow_cc.so.2',
      'libtensorflow_framework.so.2',
    ]);
    expect(readFileSync(join(build, 'deps/include/tensorflow/c/c_api.h'), 'utf8')).toBe('// header');
    expect(shown.join('')).toMatch(/Downloading TensorFlow 2\.18\.1.*done.*Unpacking.*done.*Building the addon.*done/s);
  });

  test('is not taken again: the second look finds the backend without running anything', async () => {
    const first = fakeMachine();
    const backend = await ensureBackend(first.kit);
    const second = fakeMachine({}, first.kit.site.cache);
    expect(await ensureBackend(second.kit)).toEqual(backend);
    expect(second.ran).toEqual([]);
    expect(second.shown).toEqual([]);
  });

  test('shows how much of the download is there', async () => {
    const { kit, shown } = fakeMachine({
      async pip(args, options) {
        writeFileSync(join(options.env!['TMPDIR']!, 'part'), wheelBytes.subarray(0, wheelBytes.length / 2));
        await sleep(700);
        return pipBrings(wheelBytes)(args, options);
      },
    });
    await ensureBackend(kit);
    expect(shown.join('')).toContain('Downloading TensorFlow 2.18.1 (0 MB): 40 %');
  });

  test.each([
    ['download', { pip: () => 'killed' }, ['pip', 'compile', 'check']],
    ['build', { compile: () => 'killed' }, ['compile', 'check']],
  ])('goes on at the %s where it was interrupted', async (_stage, interruption, resumed) => {
    const first = fakeMachine(interruption);
    await failureOf(ensureBackend(first.kit));
    const second = fakeMachine({}, first.kit.site.cache);
    await ensureBackend(second.kit);
    expect(second.ran).toEqual(resumed);
  });

  test('throws half of an unpacked wheel away, and keeps the wheel', async () => {
    const { kit, ran, build } = fakeMachine();
    mkdirSync(join(build, 'deps.partial/lib'), { recursive: true });
    writeFileSync(join(build, 'deps.partial/lib/leftover'), 'half');
    writeFileSync(join(build, 'tiny.whl'), wheelBytes);
    await ensureBackend(kit);
    expect(ran).toEqual(['compile', 'check']);
    expect(readdirSync(join(build, 'deps/lib'))).not.toContain('leftover');
    expect(existsSync(join(build, 'tiny.whl'))).toBe(false);
  });

  test('goes on with a build that was never tried', async () => {
    const { kit, ran, build } = fakeMachine();
    writeAddon(build);
    expect(await ensureBackend(kit)).toMatchObject({ source: 'built' });
    expect(ran).toEqual(['check']);
  });

  test('is tried again when its libraries have changed', async () => {
    const { kit, ran, build } = fakeMachine();
    await ensureBackend(kit);
    ran.length = 0;
    writeFileSync(join(build, 'deps/lib/libtensorflow_cc.so.2'), 'cut off');
    await ensureBackend(kit);
    expect(ran).toEqual(['check']);
  });

  test('builds anew when a cached build does not work any more', async () => {
    const { kit, ran, build } = fakeMachine();
    await ensureBackend(kit);
    writeAddon(build, 'damaged');
    ran.length = 0;
    expect(await repairBackend(kit)).toMatchObject({ source: 'built' });
    expect(ran).toEqual(['check', 'pip', 'compile', 'check']);
  });
});

describe('a checksum that does not fit', () => {
  const corrupt = Buffer.concat([wheelBytes.subarray(0, -1), Buffer.from([1])]);

  test('refuses the download, deletes it, and says both checksums', async () => {
    const { kit, ran, build } = fakeMachine({
      pip: pipBrings(corrupt),
    });
    const error = await failureOf(ensureBackend(kit));
    expect(error.message).toMatch(/tiny\.whl does not fit its checksum and was deleted: its SHA-256 is [0-9a-f]{64}/);
    expect(error.message).toContain('expected baf4af3aeafefe791c4c874d903ca0277c3cea525611700737d6e4ea07d56999');
    expect(ran).toEqual(['pip']);
    expect(readdirSync(build)).toEqual([]);
  });

  test('of a file that was there already leads to a download', async () => {
    const { kit, ran, shown, build } = fakeMachine();
    mkdirSync(build, { recursive: true });
    writeFileSync(join(build, 'tiny.whl'), corrupt);
    await ensureBackend(kit);
    expect(ran).toEqual(['pip', 'compile', 'check']);
    expect(shown.join('')).toContain('does not fit its checksum; downloading it again');
  });
});

describe('something is missing', () => {
  test('no compiler and no pip: both at once, before any download', async () => {
    const { kit, ran } = fakeMachine({ programs: [] });
    const error = await failureOf(ensureBackend(kit));
    expect(error.exitCode).toBe(3);
    expect(error.message).toContain('no C++ compiler was found (g++, c++, clang++)');
    expect(error.message).toContain('pip, which downloads the TensorFlow libraries, was not found');
    expect(error.message).toMatch(/install it: .*(g\+\+|gcc)/);
    expect(error.message).toContain('npm rebuild @tensorflow/tfjs-node');
    expect(ran).toEqual([]);
  });

  test('no network: pip says so, and the ways out are a proxy or a file from another machine', async () => {
    const { kit, build } = fakeMachine({ pip: () => 'WARNING: Retrying\nERROR: No matching distribution found' });
    const error = await failureOf(ensureBackend(kit));
    expect(error.exitCode).toBe(3);
    expect(error.message).toContain('ERROR: No matching distribution found');
    expect(error.message).toContain('HTTPS_PROXY');
    expect(error.message).toContain(`put the file into ${build}`);
  });

  test('neither tfjs-node nor network', async () => {
    const { kit } = fakeMachine({ installed: false, npm: () => 'npm error code ENOTFOUND' });
    const error = await failureOf(ensureBackend(kit));
    expect(error.message).toContain('npm could not install @tensorflow/tfjs-node 4.22.0: npm error code ENOTFOUND');
  });

  test('an old compiler: its own words', async () => {
    const { kit } = fakeMachine({ compile: () => "error: unrecognized command line option '-std=c++17'" });
    const error = await failureOf(ensureBackend(kit));
    expect(error.message).toContain("unrecognized command line option '-std=c++17'");
  });

  test('a platform without a TensorFlow build', async () => {
    const { kit } = fakeMachine();
    const site = { ...kit.site, platform: 'win32', arch: 'x64', wheel: undefined };
    const error = await failureOf(ensureBackend({ ...kit, site }));
    expect(error.message).toContain('there is no TensorFlow build for win32 x64');
  });

  test('a cache that cannot be written', async () => {
    const { kit } = fakeMachine();
    const blocked = join(newCache(), 'file');
    writeFileSync(blocked, '');
    const error = await failureOf(ensureBackend({ ...kit, site: { ...kit.site, cache: join(blocked, 'cache') } }));
    expect(error.exitCode).toBe(3);
    expect(error.message).toContain('set XDG_CACHE_HOME to a folder that can be written');
  });
});

describe('the order of sources', () => {
  test("an addon of tfjs-node's own installer comes first", async () => {
    const { kit, ran, build } = fakeMachine();
    writeAddon(build);
    const addon = writeAddon(kit.site.installed!);
    expect(await ensureBackend(kit)).toMatchObject({ source: 'installed', addon });
    expect(ran).toEqual(['check']);
  });

  test('one that does not load is passed over, and not tried again', async () => {
    const { kit, ran } = fakeMachine();
    writeAddon(kit.site.installed!, 'for another processor');
    expect(await ensureBackend(kit)).toMatchObject({ source: 'built' });
    expect(ran).toEqual(['check', 'pip', 'compile', 'check']);
    ran.length = 0;
    expect(await ensureBackend(kit)).toMatchObject({ source: 'built' });
    expect(ran).toEqual([]);
  });

  test("tfjs-node's installer runs in the cache where its host is in reach, and leaves the project alone", async () => {
    const { kit, ran } = fakeMachine({
      prebuilt: true,
      installer: (_args, { cwd }) => void writeAddon(cwd!),
    });
    expect(await ensureBackend(kit)).toMatchObject({ source: 'downloaded' });
    expect(ran).toEqual(['npm', 'installer', 'check']);
    expect(readdirSync(kit.site.installed!)).toEqual(['package.json']);
  });

  test('when that addon is for another processor, the wheel route follows', async () => {
    const { kit, ran } = fakeMachine({
      prebuilt: true,
      installer: (_args, { cwd }) => void writeAddon(cwd!, 'for another processor'),
    });
    expect(await ensureBackend(kit)).toMatchObject({ source: 'built' });
    expect(ran).toEqual(['npm', 'installer', 'check', 'pip', 'compile', 'check']);
  });

  test('without tfjs-node in the project, npm brings a copy into the cache; a half copy is thrown away', async () => {
    const { kit, ran } = fakeMachine({ installed: false });
    writeTfjsNode(join(kit.site.cache, 'tfjs-node-4.22.0.partial/node_modules/half'));
    const copy = join(kit.site.cache, 'tfjs-node-4.22.0/node_modules/@tensorflow/tfjs-node');
    expect(await ensureBackend(kit)).toMatchObject({ tfjsNode: copy, source: 'built' });
    expect(ran).toEqual(['npm', 'pip', 'compile', 'check']);
    expect(readdirSync(join(kit.site.cache, 'tfjs-node-4.22.0/node_modules'))).toEqual(['@tensorflow']);
  });
});

test('of two at once the second waits, says so, and uses the result', async () => {
  const cache = newCache();
  const slow = fakeMachine(
    {
      async check(args, options) {
        await sleep(400);
        return checkWorks(args, options);
      },
    },
    cache,
  );
  const other = fakeMachine({}, cache);
  const first = ensureBackend(slow.kit);
  await sleep(50);
  expect(await ensureBackend(other.kit)).toEqual(await first);
  expect(slow.ran).toEqual(['pip', 'compile', 'check']);
  expect(other.ran).toEqual([]);
  expect(other.shown).toEqual([
    `Waiting for process ${process.pid}, which is setting up the native TensorFlow backend ...\n`,
  ]);
  expect(readdirSync(cache)).not.toContain('lock');
});
