/** `warder migrate`. */
import type { Command, CommandContext } from '../command.ts';
import { CliError } from '../errors.ts';
import type { Migration, Note } from '../migrate/migrate.ts';
import { JSON_OPTION } from '../options.ts';
import { printable } from '../style.ts';
import { plural, renderDiagnostics } from '../view/diagnostics.ts';

export const migrateCommand: Command = {
  name: 'migrate',
  summary: 'turn a configuration of Tetragon into one of Warder',
  details: [
    'Prints a configuration that does the same. Each key that is not taken over stands at its ' +
      'end, with the reason; docs/reference/migration.md has all of them. Policies are taken as ' +
      'they are.',
    'Takes a directory with one file for each key, as --config-dir of Tetragon does; a file with ' +
      'keys; a ConfigMap; or values of its Helm chart, with what the chart sets by itself. Flags ' +
      'of its daemon go before those, and of several paths the later one.',
  ],
  operands: [{ name: 'FILE|DIR', isPath: true, isRequired: false, isRepeatable: true }],
  options: [
    {
      name: 'flags',
      value: 'FLAGS',
      isRepeatable: true,
      summary: 'flags of its daemon in one word, written --flags=…, quoted as for a shell',
    },
    JSON_OPTION,
  ],
  examples: [
    {
      explains: 'Take over the values of a Helm release',
      line: 'helm get values tetragon > values.yaml; warder migrate values.yaml > warder.yaml',
    },
    {
      explains: 'Take over a machine without Kubernetes',
      line: 'warder migrate /etc/tetragon/tetragon.conf.d > /etc/warder/warder.yaml',
    },
    {
      explains: 'What would become of these flags?',
      line: "warder migrate --flags='--export-filename=/var/log/t.json --enable-k8s-api'",
    },
  ],
  failure: 'a file cannot be read, a key is not known, or a value is none that Tetragon takes',
  run,
};

async function run({ args, io, colour }: CommandContext): Promise<number> {
  const lines = args.values('flags');
  if (args.operands.length === 0 && lines.length === 0) {
    throw new CliError('CONFIG_OPERAND_INVALID', '`FILE|DIR` is missing', {
      hint: "name a configuration of Tetragon, or its flags, as in --flags='--debug'",
    });
  }
  // Reading YAML takes rooms that other commands answer faster without.
  const { findInFlags } = await import('../migrate/find-flags.ts');
  const { findInPath } = await import('../migrate/find-settings.ts');
  const { migrate } = await import('../migrate/migrate.ts');
  const { writeYaml } = await import('../migrate/write-yaml.ts');
  const found = args.operands.map(findInPath);
  const broken = found.flatMap(({ diagnostics }) => diagnostics);
  if (broken.length > 0) {
    io.stderr.write(renderDiagnostics(broken, colour.stderr));
    return 1;
  }
  const migration = migrate([...found, ...lines.map(findInFlags)]);
  const text = args.has('json')
    ? JSON.stringify(migration, undefined, 2)
    : [...writeYaml(migration.config), ...writeNotes(migration)].join('\n');
  io.stdout.write(`${text}\n`);
  const isWrong = ({ kind }: Note): boolean => kind === 'unknown' || kind === 'invalid';
  const wrong = migration.notes.filter(isWrong);
  for (const note of wrong) io.stderr.write(`${writeNote(note)}\n`);
  io.stderr.write(`${summarise(migration)}\n`);
  return wrong.length > 0 ? 1 : 0;
}

const PARTS: readonly (readonly [kind: Note['kind'], title: string])[] = [
  ['taken', 'Not quite the same:'],
  ['none', 'Without an equivalent:'],
  ['same', 'Needs no key:'],
  ['unknown', 'Not known:'],
  ['invalid', 'Not understood:'],
];

/** Comments: what stands in them came from a file, and must stay on its line. */
function writeNotes({ notes }: Migration): readonly string[] {
  return PARTS.flatMap(([kind, title]) => {
    const own = notes.filter((note) => note.kind === kind && note.reason !== '');
    if (own.length === 0) return [];
    return ['', `# ${title}`, ...own.map((note) => `# - ${writeNote(note)}`)];
  });
}

function writeNote({ from, reason }: Note): string {
  return printable(`${from}: ${reason}`);
}

function summarise({ notes }: Migration): string {
  const count = (kind: Note['kind']): number => notes.filter((note) => note.kind === kind).length;
  return (
    `${plural(notes.length, 'key')}: ${count('taken')} taken over, ${count('same')} not needed, ` +
    `${count('none')} without an equivalent, ${count('unknown') + count('invalid')} not understood`
  );
}
