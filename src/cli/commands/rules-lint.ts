/** `warder rules lint`. */
import type { Command, CommandContext } from '../command.ts';
import { JSON_OPTION } from '../options.ts';
import { DETECTORS_OPTION, EXCEPTIONS_OPTION } from '../rules-option.ts';
import { printable } from '../style.ts';
import { countDiagnostics, plural, renderDiagnostics } from '../view/diagnostics.ts';

export const rulesLintCommand: Command = {
  name: 'rules lint',
  summary: 'check detection rules without loading them',
  details: [
    'Compiles rules of Sigma and of Falco together and reports everything that is wrong, with ' +
      'its place. A rule with an error is not loaded; the others are.',
    'Then says what rules lack that people on call will want, and which rules have to be checked ' +
      'for every event because they ask for no text or number.',
  ],
  operands: [{ name: 'FILE|DIR', isPath: true, isRequired: true, isRepeatable: true }],
  options: [DETECTORS_OPTION, EXCEPTIONS_OPTION, JSON_OPTION],
  examples: [
    { explains: 'Check the rules that are shipped', line: 'warder rules lint policies/rules' },
    {
      explains: 'Which codes came up in a set of rules?',
      line: `warder rules lint --json rules/ | jq -r '.diagnostics[].code' | sort | uniq -c`,
    },
  ],
  failure: 'a rule has errors, or a file cannot be read; warnings and remarks are no failure',
  run,
};

async function run({ args, io, colour }: CommandContext): Promise<number> {
  const { loadDetectors, renderProblems } = await import('../load-detectors.ts');
  const { loadRules } = await import('../load-rules.ts');
  const { lintRules } = await import('../../rules/index.ts');
  const { rules, files } = loadRules(args.operands, args.values('exceptions'));
  const { detectors, problems } = await loadDetectors(args.values('detectors'));
  const diagnostics = files.flatMap((each) => each.diagnostics);
  const counted = countDiagnostics(diagnostics);
  const errors = counted.errors + problems.length;
  const { warnings } = counted;
  const remarks = lintRules(rules).map(({ rule, message }) => {
    return {
      rule: rule.id,
      title: rule.title,
      file: rule.place.file,
      line: rule.place.line,
      message,
    };
  });
  if (args.has('json')) {
    const counts = { rules: rules.length, detectors: detectors.length, errors, warnings };
    const result = { ...counts, diagnostics, problems, remarks };
    io.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  } else {
    io.stdout.write(renderDiagnostics(files, colour.stdout) + renderProblems(problems));
    for (const { file, line, title, message } of remarks) {
      io.stdout.write(`${printable(`${file}:${line}: ${title}: ${message}`)}\n`);
    }
    io.stdout.write(
      `${plural(files.length, 'file')}: ${plural(rules.length + detectors.length, 'rule')} good, ` +
        `${plural(errors, 'error')}, ${plural(warnings, 'warning')}, ` +
        `${plural(remarks.length, 'remark')}\n`,
    );
  }
  return errors > 0 ? 1 : 0;
}
