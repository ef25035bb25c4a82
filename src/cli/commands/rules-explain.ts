/** `warder rules explain`. */
import type { DetectionRule, ExplainedPart } from '../../rules/index.ts';
import type { Command, CommandContext } from '../command.ts';
import { CliError } from '../errors.ts';
import { JSON_OPTION } from '../options.ts';
import { readPolicyFile } from '../policy-files.ts';
import { RULES_OPTION } from '../rules-option.ts';
import { createPaint, type Paint, printable } from '../style.ts';

export const rulesExplainCommand: Command = {
  name: 'rules explain',
  summary: 'say why rules match an event, or do not',
  details: [
    'Reads an event as JSON: `{"class": "process.exec", "fields": {"process.exe.path": …}}`, and ' +
      'prints for each rule every part of its condition: true, false, or missing, when the event ' +
      'does not have the field.',
    'Without --rule only rules that match are printed in full; of the others, their names.',
  ],
  operands: [{ name: 'EVENT.json', isPath: true, isRequired: true }],
  options: [
    RULES_OPTION,
    { name: 'rule', value: 'ID', summary: 'only the rule with this id or title' },
    JSON_OPTION,
  ],
  examples: [
    {
      explains: 'Which shipped rules match an event?',
      line: 'warder rules explain event.json',
    },
    {
      explains: 'Why does a rule not fire?',
      line: 'warder rules explain event.json --rules my-rules --rule my-rule-id',
    },
  ],
  failure: 'there is no such rule, or a file cannot be read',
  run,
};

interface Explained {
  readonly rule: DetectionRule;
  readonly condition: ExplainedPart;
}

async function run({ args, io, colour }: CommandContext): Promise<number> {
  const { explainCondition, readWrittenEvent } = await import('../../rules/index.ts');
  const { loadRules } = await import('../load-rules.ts');
  const event = readWrittenEvent(readJsonFile(args.operands[0] ?? ''));
  const { rules } = loadRules(args.values('rules'));
  const wanted = args.value('rule');
  const chosen = rules.filter(
    ({ id, title }) => wanted === undefined || id === wanted || title === wanted,
  );
  if (chosen.length === 0) {
    throw new CliError('CONFIG_OPTION_INVALID', `there is no rule ${JSON.stringify(wanted)}`);
  }
  const explained = chosen.flatMap((rule): Explained[] =>
    rule.kind === 'event' ? [{ rule, condition: explainCondition(rule.condition, event) }] : [],
  );
  if (args.has('json')) {
    const shown = explained.map(({ rule: { id, title }, condition }) => ({ id, title, condition }));
    io.stdout.write(`${JSON.stringify(shown, null, 2)}\n`);
    return 0;
  }
  const paint = createPaint(colour.stdout);
  for (const { rule, condition } of explained) {
    const hasMatched = condition.result === 'true';
    const mark = hasMatched ? paint('red', 'match   ') : paint('dim', 'no match');
    io.stdout.write(`${mark} ${printable(rule.title)} (${printable(rule.id)})\n`);
    if (hasMatched || wanted !== undefined) io.stdout.write(renderPart(condition, paint, '  '));
  }
  return 0;
}

function readJsonFile(path: string): unknown {
  const { text } = readPolicyFile(path);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CliError('CONFIG_FILE_UNREADABLE', `${path} is not JSON`, { cause });
  }
}

const COLOURS = { true: 'green', false: 'red', missing: 'yellow' } as const;

function renderPart(part: ExplainedPart, paint: Paint, indent: string): string {
  const result = paint(COLOURS[part.result], part.result.padEnd(7));
  const value =
    part.value === undefined
      ? ''
      : paint('dim', `  ${printable(part.field ?? '')} = ${printable(JSON.stringify(part.value))}`);
  const own = `${indent}${result} ${printable(part.written)}${value}\n`;
  return own + part.parts.map((each) => renderPart(each, paint, `${indent}  `)).join('');
}
