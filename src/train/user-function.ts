/** Modules of the user's that a file names: a trainer, or a maker of data. */
import { pathToFileURL } from 'node:url';
import { messageOf, TuneError, type ErrorCode } from '../errors.ts';

/**
 * The default export of a module.
 * @param code of the error
 * @throws TuneError when the module does not load or has no default function
 */
export async function loadUserFunction<F>(path: string, code: ErrorCode): Promise<F> {
  // What is no module by its name is data, which workers take from others: it is never run.
  if (!/\.[cm]?[jt]s$/.test(path))
    throw new TuneError(code, {
      message: 'this is no module',
      where: { file: path },
      expected: 'a name that ends in .js, .mjs or .ts',
    });
  let module: { readonly default?: unknown };
  try {
    module = (await import(pathToFileURL(path).href)) as typeof module;
  } catch (error) {
    const message = `the module did not load: ${messageOf(error)}`;
    throw new TuneError(code, { message, where: { file: path } }, { cause: error });
  }
  if (typeof module.default === 'function') return module.default as F;
  throw new TuneError(code, { message: 'no default export that is a function', where: { file: path } });
}
