/** `warder config show`. */
import type { Command, CommandContext } from '../command.ts';
import type { ConfigOrigin, ConfigSetting } from '../config/config.ts';
import { configOptions, pathOf } from '../config/keys.ts';
import { CONFIG_OPTION, loadConfig, refuseConfig } from '../config/load-config.ts';
import { withoutSecrets } from '../config/secrets.ts';
import { alignRows, createPaint, printable } from '../style.ts';
import { renderDiagnostics } from '../view/diagnostics.ts';

export const configShowCommand: Command = {
  name: 'config show',
  summary: 'show the configuration that would be in force, and where each value is from',
  details: [
    'Takes the options of `warder run`, and reads the same file and the same variables. Secrets ' +
      'are not shown.',
  ],
  operands: [],
  options: [
    CONFIG_OPTION,
    { name: 'json', summary: 'print JSON for programs' },
    ...configOptions(),
  ],
  examples: [
    { explains: 'What is in force, and why?', line: 'sudo warder config show' },
    {
      explains: 'Only what somebody set',
      line: `warder config show --json | jq '.[] | select(.from != "default")'`,
    },
  ],
  failure: 'the configuration has errors or cannot be read',
  run,
};

async function run({ args, io, colour }: CommandContext): Promise<number> {
  const config = loadConfig({ args, env: io.env });
  io.stderr.write(renderDiagnostics(config.diagnostics, colour.stderr));
  if (config.hasErrors) throw refuseConfig(config);
  if (args.has('json')) {
    const shown = config.settings.map((setting) => ({
      ...{ key: pathOf(setting.key), value: shownValue(setting) ?? null },
      from: nameOf(setting.origin),
    }));
    io.stdout.write(`${JSON.stringify(shown, null, 2)}\n`);
    return 0;
  }
  const paint = createPaint(colour.stdout);
  const rows = config.settings.map((setting) => [
    printable(pathOf(setting.key)),
    printable(nameOf(setting.origin)),
    paint('bold', printable(JSON.stringify(shownValue(setting) ?? null))),
  ]);
  io.stdout.write(
    alignRows(rows, '')
      .map((line) => `${line}\n`)
      .join(''),
  );
  return 0;
}

/** As it was written, but for secrets; numbers of times are for machines. */
function shownValue({ key, value, written }: ConfigSetting): unknown {
  if (written === undefined)
    return key.type.kind === 'flag' ? key.fallback === 'true' : key.fallback;
  const isTree = key.type.kind === 'tree';
  return isTree || key.hasSecrets === true ? withoutSecrets(written) : (written ?? value);
}

function nameOf(origin: ConfigOrigin): string {
  switch (origin.kind) {
    case 'default':
      return 'default';
    case 'file':
      return `${origin.file}:${origin.line}`;
    case 'variable':
      return origin.name;
    case 'flag':
      return `--${origin.name}`;
  }
}
