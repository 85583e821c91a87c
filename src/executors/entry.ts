/** Where the compiled twin of a module lies: processes and threads start from JavaScript, also when tests run the source. */
export function compiledEntry(relative: string, base: string): URL {
  const url = new URL(relative, base);
  if (!base.endsWith('.ts')) return url;
  return new URL(url.href.replace(/\/src\/(?!.*\/src\/)/, '/dist/').replace(/\.ts$/, '.js'));
}
