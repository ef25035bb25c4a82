/** `warder rules test`. */
import type { Command, CommandContext } from '../command.ts';
import { JSON_OPTION } from '../options.ts';
import { readRuleFiles } from '../rule-files.ts';
import { DETECTORS_OPTION, EXCEPTIONS_OPTION, RULES_OPTION } from '../rules-option.ts';
import { printable } from '../style.ts';
import { countDiagnostics, plural, renderDiagnostics } from '../view/diagnostics.ts';

export const rulesTestCommand: Command = {
  name: 'rules test',
  summary: 'run the fixtures of detection rules',
  details: [
    'Reads fixtures: for a rule, events that it has to match, and events that it must not. Every ' +
      'case is run against all of the rules, so that one which matches as well is seen, too.',
  ],
  operands: [{ name: 'FIXTURES', isPath: true, isRequired: true, isRepeatable: true }],
  options: [RULES_OPTION, DETECTORS_OPTION, EXCEPTIONS_OPTION, JSON_OPTION],
  examples: [
    { explains: 'Test the shipped rules', line: 'warder rules test test/rules/pack' },
    {
      explains: 'Test the shipped detectors',
      line: 'warder rules test --detectors policies/detectors test/rules/detectors',
    },
    {
      explains: 'Test your own rules in CI',
      line: 'warder rules test --rules my-rules my-fixtures',
    },
  ],
  failure: 'a case did not come out as expected, or a file has errors',
  run,
};

async function run({ args, io, colour }: CommandContext): Promise<number> {
  const { loadDetectors, renderProblems } = await import('../load-detectors.ts');
  const { loadNamedRules, namedRules } = await import('../load-rules.ts');
  const { detectCases, readFixtures, runFixtures } = await import('../../rules/index.ts');
  const named = namedRules(args);
  const { rules, files } = loadNamedRules(named);
  const { files: detectorFiles, detectors, problems } = await loadDetectors(named.detectors);
  const fixtureFiles = readRuleFiles(args.operands);
  const { fixtures, diagnostics } = readFixtures(fixtureFiles, [...rules, ...detectors]);
  const shown = fixtureFiles.map((each) => ({
    ...each,
    diagnostics: diagnostics.filter(({ location }) => location.file === each.file),
  }));
  const seen = detectors.length === 0 ? new Map() : await detectCases(fixtures, detectorFiles);
  const results = runFixtures(fixtures, rules, { detectors, seen });
  const failed = results.filter((each) => each.problems.length > 0);
  const errors = countDiagnostics(diagnostics).errors + problems.length;
  if (args.has('json')) {
    const cases = { cases: results.length, failed, diagnostics, unloaded: problems };
    io.stdout.write(`${JSON.stringify(cases, null, 2)}\n`);
  } else {
    io.stderr.write(
      renderDiagnostics([...files, ...shown], colour.stderr) + renderProblems(problems),
    );
    for (const { file, case: name, problems: found } of failed) {
      for (const problem of found) {
        io.stdout.write(`${printable(`${file}: ${name}: ${problem}`)}\n`);
      }
    }
    io.stdout.write(`${plural(results.length, 'case')}, ${failed.length} failed\n`);
  }
  return failed.length + errors > 0 ? 1 : 0;
}
