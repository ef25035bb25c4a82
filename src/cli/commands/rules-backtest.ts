/** `warder rules backtest`. */
import type { Command, CommandContext } from '../command.ts';
import { JSON_OPTION } from '../options.ts';
import { DETECTORS_OPTION, EXCEPTIONS_OPTION, RULES_OPTION } from '../rules-option.ts';
import { alignRows, printable } from '../style.ts';
import { plural, renderDiagnostics } from '../view/diagnostics.ts';

export const rulesBacktestCommand: Command = {
  name: 'rules backtest',
  summary: 'say what rules would have found in recorded events',
  details: [
    'Runs rules over a recording, as `warder record` writes it, and prints how often each ' +
      'matched. Nothing is exported, and nobody is told.',
  ],
  operands: [{ name: 'RECORDING', isPath: true, isRequired: true, isRepeatable: true }],
  options: [
    RULES_OPTION,
    DETECTORS_OPTION,
    EXCEPTIONS_OPTION,
    { name: 'all', summary: 'print rules that matched nothing, too' },
    JSON_OPTION,
  ],
  examples: [
    {
      explains: 'Which rules match most?',
      line: `warder rules backtest --json yesterday.zst | jq '.rules | max_by(.matched)'`,
    },
    {
      explains: 'Would this rule have been noisy yesterday?',
      line: 'warder rules backtest yesterday.zst --rules my-rule.yaml',
    },
  ],
  failure: 'a file cannot be read, or is damaged',
  run,
};

async function run({ args, io, colour }: CommandContext): Promise<number> {
  const { loadDetectors, renderProblems, renderStopped } = await import('../load-detectors.ts');
  const { loadNamedRules, namedRules } = await import('../load-rules.ts');
  const { replayRecording } = await import('../replay-recording.ts');
  const named = namedRules(args);
  const { rules, files } = loadNamedRules(named);
  const { files: detectorFiles, detectors, problems } = await loadDetectors(named.detectors);
  if (!args.has('json')) io.stderr.write(renderDiagnostics(files, colour.stderr));
  io.stderr.write(renderProblems(problems));
  const matched = new Map<string, number>();
  const found = new Map<string, number>();
  let events = 0;
  for (const path of args.operands) {
    const result = await replayRecording({
      ...{ path, rules, detectorFiles },
      onFinding: ({ rule }) => found.set(rule.id, (found.get(rule.id) ?? 0) + 1),
    });
    events += result.events;
    io.stderr.write(renderStopped(result.stopped));
    for (const [id, counts] of result.counts) {
      matched.set(id, (matched.get(id) ?? 0) + counts.matched);
    }
  }
  const rows = [...rules, ...detectors]
    .map(({ id, title, level }) => {
      return { id, title, level, matched: matched.get(id) ?? 0, findings: found.get(id) ?? 0 };
    })
    .filter((row) => row.matched > 0 || args.has('all'));
  if (args.has('json')) {
    io.stdout.write(`${JSON.stringify({ events, rules: rows }, null, 2)}\n`);
    return 0;
  }
  const table = alignRows(
    [
      ['matched', 'findings', 'level', 'rule'],
      ...rows.map((row) => [
        ...[String(row.matched), String(row.findings), row.level],
        `${printable(row.title)} (${printable(row.id)})`,
      ]),
    ],
    '',
  );
  io.stdout.write(table.map((line) => `${line}\n`).join(''));
  io.stdout.write(
    `${plural(events, 'event')}, ${plural(rules.length + detectors.length, 'rule')}\n`,
  );
  return 0;
}
