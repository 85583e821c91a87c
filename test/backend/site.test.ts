import { describe, expect, test } from 'vitest';
import { addonIn, buildFolder, cacheFolder, thisSite } from '../../src/backend/site.ts';
import { threadEnvironment } from '../../src/backend/threads.ts';
import { wheelFor } from '../../src/backend/wheels.ts';

describe('the cache', () => {
  test.each([
    ['linux', {}, '/u/.cache/tfjs-tune'],
    ['darwin', {}, '/u/Library/Caches/tfjs-tune'],
    ['linux', { XDG_CACHE_HOME: '/big/disk' }, '/big/disk/tfjs-tune'],
    ['linux', { XDG_CACHE_HOME: '' }, '/u/.cache/tfjs-tune'],
    ['win32', { LOCALAPPDATA: '/u/AppData/Local' }, '/u/AppData/Local/tfjs-tune'],
  ])('on %s with %o is %s', (platform, env, folder) => {
    expect(cacheFolder(platform, env, '/u')).toBe(folder);
  });

  test('keeps builds of other platforms and versions apart', () => {
    const wheel = wheelFor('linux', 'arm64');
    const folder = buildFolder({ platform: 'linux', arch: 'arm64', cache: '/c', wheel });
    expect(folder).toBe('/c/linux-arm64-tfjs-node-4.22.0-tensorflow-2.18.1');
    expect(addonIn(folder!)).toBe(`${folder}/lib/napi-v8/tfjs_binding.node`);
  });
});

test('a platform without a wheel has no build folder', () => {
  expect(wheelFor('win32', 'x64')).toBeUndefined();
  expect(wheelFor('__proto__', '')).toBeUndefined();
  expect(buildFolder({ ...thisSite(), wheel: undefined })).toBeUndefined();
});

test('a host trains with one intra-op thread per trial and one inter-op thread per slot', () => {
  expect(threadEnvironment(3)).toEqual({
    TF_NUM_INTRAOP_THREADS: '1',
    TF_NUM_INTEROP_THREADS: '3',
    TF_CPP_MIN_LOG_LEVEL: '2',
  });
});
