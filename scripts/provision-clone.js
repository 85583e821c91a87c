/**
 * npm runs this in a clone after the build: sets the native backend up if it is missing. It never fails the installation;
 * without the backend everything works that trains nothing.
 */
try {
  const { ensureBackend } = await import('../dist/backend/provision.js');
  await ensureBackend();
} catch (error) {
  const { fixCommand } = await import('../dist/backend/doctor.js').catch(() => ({}));
  console.error(error.message);
  console.error(`tfjs-tune is installed, but cannot train yet.${fixCommand ? ` Later: ${fixCommand()}` : ''}`);
}
