/** `warder replay`. */
import { BootClock } from '../../model/clock.ts';
import type { Command, CommandContext } from '../command.ts';
import { DETECTORS_OPTION, EXCEPTIONS_OPTION, RULES_OPTION } from '../rules-option.ts';
import { plural, renderDiagnostics } from '../view/diagnostics.ts';

const NS_PER_MS = 1_000_000n;

export const replayCommand: Command = {
  name: 'replay',
  summary: 'run detection rules over recorded events',
  details: [
    'Reads a recording, as `warder record` writes it, as fast as it can, and prints the findings ' +
      'as lines of JSON. The same recording and rules give the same findings with the same ids.',
  ],
  operands: [{ name: 'RECORDING', isPath: true, isRequired: true }],
  options: [RULES_OPTION, DETECTORS_OPTION, EXCEPTIONS_OPTION],
  examples: [
    {
      explains: 'Run the shipped rules over a recording',
      line: 'warder replay last-week.zst',
    },
    {
      explains: 'What do new rules find in last week?',
      line: `warder replay last-week.zst --rules my-rules | jq -r '.finding.rule.title'`,
    },
  ],
  failure: 'a file cannot be read, or is damaged',
  run,
};

async function run({ args, io, colour }: CommandContext): Promise<number> {
  const { loadDetectors, renderProblems, renderStopped } = await import('../load-detectors.ts');
  const { loadNamedRules, namedRules } = await import('../load-rules.ts');
  const { replayRecording } = await import('../replay-recording.ts');
  const { toJsonFinding } = await import('../../exporters/index.ts');
  const named = namedRules(args);
  const { rules, files } = loadNamedRules(named);
  const { files: detectorFiles, problems } = await loadDetectors(named.detectors);
  io.stderr.write(renderDiagnostics(files, colour.stderr) + renderProblems(problems));
  const started = performance.now();
  let findings = 0;
  const { events, stopped } = await replayRecording({
    path: args.operands[0] ?? '',
    ...{ rules, detectorFiles },
    onFinding(finding, bootTimeMs) {
      findings += 1;
      const [nodeName = ''] = finding.id.split('/');
      const clock = new BootClock(BigInt(Math.round(bootTimeMs)) * NS_PER_MS);
      const shown = toJsonFinding(finding, { clock, nodeName, clusterName: '' });
      io.stdout.write(`${JSON.stringify(shown)}\n`);
    },
  });
  io.stderr.write(renderStopped(stopped));
  const seconds = (performance.now() - started) / 1000;
  const rate = Math.round(events / seconds).toLocaleString('en');
  io.stderr.write(
    `${plural(events, 'event')}, ${plural(findings, 'finding')}, ${rate} events a second\n`,
  );
  return 0;
}
