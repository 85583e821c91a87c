/** Does to its trial, its thread or its host what the configuration says. */
export default async function train({ config, trial, report }) {
  await report(1);
  switch (config.trouble) {
    case 'native crash':
      process.kill(process.pid, 'SIGSEGV');
      // The signal is on its way.
      await new Promise(() => undefined);
      break;
    case 'endless loop':
      for (;;);
    case 'throws':
      throw new Error(`trial ${trial} has had enough`);
    case 'NaN':
      return NaN;
    case 'text':
      return 'good';
    case 'exit':
      process.exit(7);
    // fallthrough
    case 'stopped':
      while ((await report(1)) !== 'stop');
      return 0.5;
    case 'prints':
      console.log('\u001b[2Jhello from a trainer');
      return 0.25;
    default:
      return 0;
  }
}
