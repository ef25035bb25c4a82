/** `warder rules lint`. */
import { lintRules } from '../../rules/index.ts';
import type { Arguments, Command, CommandContext } from '../command.ts';
import { CliError } from '../errors.ts';
import { loadDetectors, renderProblems } from '../load-detectors.ts';
import { type LoadedRules, loadRules } from '../load-rules.ts';
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
    'Detectors are loaded in a thread of their own, and their definitions are checked.',
  ],
  operands: [{ name: 'FILE|DIR', isPath: true, isRequired: false, isRepeatable: true }],
  options: [DETECTORS_OPTION, EXCEPTIONS_OPTION, JSON_OPTION],
  examples: [
    { explains: 'Check the rules that are shipped', line: 'warder rules lint policies/rules' },
    { explains: 'Check your own detectors', line: 'warder rules lint --detectors my-detectors' },
    {
      explains: 'Which codes came up in a set of rules?',
      line: `warder rules lint --json rules/ | jq -r '.diagnostics[].code' | sort | uniq -c`,
    },
  ],
  failure: 'a rule has errors, or a file cannot be read; warnings and remarks are no failure',
  run,
};

async function run({ args, io, colour }: CommandContext): Promise<number> {
  const { rules, files } = loadOperands(args);
  const {
    detectors,
    problems,
    files: detectorFiles,
  } = await loadDetectors(args.values('detectors'));
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
      `${plural(files.length + detectorFiles.length, 'file')}: ` +
        `${plural(rules.length + detectors.length, 'rule')} good, ` +
        `${plural(errors, 'error')}, ${plural(warnings, 'warning')}, ` +
        `${plural(remarks.length, 'remark')}\n`,
    );
  }
  return errors > 0 ? 1 : 0;
}

/** Files of rules may be left out where there are detectors to look at; others are not guessed. */
function loadOperands(args: Arguments): LoadedRules {
  const exceptions = args.values('exceptions');
  if (args.operands.length > 0) return loadRules(args.operands, exceptions);
  if (args.values('detectors').length > 0 && exceptions.length === 0) {
    return { rules: [], files: [] };
  }
  throw new CliError('CONFIG_OPERAND_INVALID', '`FILE|DIR` is missing', {
    hint: 'name rules to check, or detectors with --detectors',
  });
}
