/** Ends a trainer host at once, whatever runs in it, with the processes that trainers have started. */
export function endGroup(host: number): void {
  try {
    // A host leads a process group of its own, where there are any.
    process.kill(process.platform === 'win32' ? host : -host, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
