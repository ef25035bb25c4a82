/** `warder config check`. */
import type { Command, CommandContext } from '../command.ts';
import { readConfigFile } from '../config/load-config.ts';
import { readConfig } from '../config/read-config.ts';
import { readNames } from '../config/run-settings.ts';
import { createLogger } from '../logger.ts';
import { countDiagnostics, plural, renderDiagnostics } from '../view/diagnostics.ts';

export const configCheckCommand: Command = {
  name: 'config check',
  summary: 'check a configuration file without running it',
  details: [
    'Says everything that is wrong at once, each with its line and what was probably meant. ' +
      'Secrets that are in files or variables are looked for; nothing is connected to.',
  ],
  operands: [{ name: 'FILE', isRequired: true, isPath: true }],
  options: [{ name: 'json', summary: 'print JSON for programs' }],
  examples: [
    { explains: 'Before a reload', line: 'sudo warder config check /etc/warder/warder.yaml' },
    {
      explains: 'Which codes came up?',
      line: "warder config check --json warder.yaml | jq -r '.diagnostics[].code'",
    },
  ],
  failure: 'the file has errors or cannot be read',
  run,
};

async function run({ args, io, colour }: CommandContext): Promise<number> {
  const file = readConfigFile(args.operands[0] ?? '');
  const config = readConfig({ file, env: {}, args: undefined });
  const { readDelivery } = await import('../delivery/delivery-setup.ts');
  const write = (line: string): void => io.stderr.write(line);
  const logger = createLogger({ level: 'error', form: 'json', isColoured: false, write });
  const writeChunk = async (): Promise<void> => undefined;
  readDelivery(config, { ...readNames(config, io.env), env: io.env, logger, writeChunk });
  const files = config.diagnostics;
  const diagnostics = files.flatMap((each) => each.diagnostics);
  const { errors, warnings } = countDiagnostics(diagnostics);
  if (args.has('json')) {
    io.stdout.write(`${JSON.stringify({ errors, warnings, diagnostics }, null, 2)}\n`);
  } else {
    io.stdout.write(renderDiagnostics(files, colour.stdout));
    io.stdout.write(`${plural(errors, 'error')}, ${plural(warnings, 'warning')}\n`);
  }
  return errors > 0 ? 1 : 0;
}
