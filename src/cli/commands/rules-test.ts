/** `warder rules test`. */
import { readFixtures, runFixtures } from '../../rules/index.ts';
import type { Command, CommandContext } from '../command.ts';
import { loadRules } from '../load-rules.ts';
import { JSON_OPTION } from '../options.ts';
import { readRuleFiles } from '../rule-files.ts';
import { EXCEPTIONS_OPTION, RULES_OPTION } from '../rules-option.ts';
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
  options: [RULES_OPTION, EXCEPTIONS_OPTION, JSON_OPTION],
  examples: [
    { explains: 'Test the shipped rules', line: 'warder rules test test/rules/pack' },
    {
      explains: 'Test your own rules in CI',
      line: 'warder rules test --rules my-rules my-fixtures',
    },
  ],
  failure: 'a case did not come out as expected, or a file has errors',
  run,
};

async function run({ args, io, colour }: CommandContext): Promise<number> {
  const { rules, files } = loadRules(args.values('rules'), args.values('exceptions'));
  const fixtureFiles = readRuleFiles(args.operands);
  const { fixtures, diagnostics } = readFixtures(fixtureFiles, rules);
  const shown = fixtureFiles.map((each) => ({
    ...each,
    diagnostics: diagnostics.filter(({ location }) => location.file === each.file),
  }));
  const results = runFixtures(fixtures, rules);
  const failed = results.filter(({ problems }) => problems.length > 0);
  const { errors } = countDiagnostics(diagnostics);
  if (args.has('json')) {
    const cases = { cases: results.length, failed, diagnostics };
    io.stdout.write(`${JSON.stringify(cases, null, 2)}\n`);
  } else {
    io.stderr.write(renderDiagnostics([...files, ...shown], colour.stderr));
    for (const { file, case: name, problems } of failed) {
      for (const problem of problems) {
        io.stdout.write(`${printable(`${file}: ${name}: ${problem}`)}\n`);
      }
    }
    io.stdout.write(`${plural(results.length, 'case')}, ${failed.length} failed\n`);
  }
  return failed.length + errors > 0 ? 1 : 0;
}
