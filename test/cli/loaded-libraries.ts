/** Whether a program loaded TensorFlow: Node's own report of the shared libraries in its process, as its last line on stderr. */

const tell = `process.on('exit', () => {
  const libraries = process.report.getReport().sharedObjects.filter(path => /tensorflow|tfjs/.test(path));
  process.stderr.write('native: ' + (libraries.length > 0) + '\\n');
});`;

/** For NODE_OPTIONS. */
export const tellingLibraries = `--import=data:text/javascript,${encodeURIComponent(tell)}`;
