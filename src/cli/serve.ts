/** `tune serve`: studies for objectives in any language, by lines of JSON. */
import { Command } from 'commander';

export function serveCommand(): Command {
  return (
    new Command('serve')
      .description('answer requests for configurations, one JSON object a line: for objectives in any language')
      // What the requests are stands in the schemas that check them, which other commands need not load.
      .helpOption(false)
      .option('-h, --help', 'display the requests and their answers')
      .action(async ({ help }: { readonly help?: boolean }, command: Command) => {
        if (help) {
          const { protocolText } = await import('../serve/explain.ts');
          command.addHelpText('after', protocolText()).outputHelp();
          return;
        }
        const { serveProcess } = await import('../serve/serve.ts');
        await serveProcess();
      })
  );
}
