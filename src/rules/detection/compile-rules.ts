/** Files of rules, whatever their language, to one set of rules. */
import type { Diagnostic } from '../../model/diagnostic.ts';
import { createCollector, type Report } from '../syntax/report.ts';
import type { CompiledRules, RuleFile } from './compiled-rules.ts';
import type { RuleErrorCode } from './errors.ts';
import { compileFalco } from './falco/index.ts';
import { withResolvedPaths } from './ir/resolved-paths.ts';
import type { DetectionRule } from './ir/rule.ts';
import { compileSigma } from './sigma/index.ts';

/** The language of a file; undefined when it has nothing in it. */
export function languageOf(text: string): 'sigma' | 'falco' | undefined {
  // The rules of Falco are the items of a list, and those of Sigma are mappings.
  for (const line of text.split('\n', LINES_MAX)) {
    if (/^\s*(#.*|---.*|%.*)?$/.test(line)) continue;
    return /^\s*[-[]/.test(line) ? 'falco' : 'sigma';
  }
  return undefined;
}

/** Lines in which a file must have begun; the rest of a long one is not looked at. */
const LINES_MAX = 10_000;

/**
 * Compiles files together: rules refer to rules of other files. A rule with an error is left out;
 * of two rules with the same id, the one that came first stays. Never throws because of a text.
 */
export function compileRules(files: readonly RuleFile[]): CompiledRules {
  const falco = files.filter(({ text }) => languageOf(text) === 'falco');
  const sigma = files.filter(({ text }) => languageOf(text) === 'sigma');
  const compiled = [compileSigma(sigma), compileFalco(falco)];
  const rules = compiled.flatMap((each) => each.rules).map(resolvePaths);
  const unique = dropRepeated(rules, files);
  const order = new Map(files.map(({ file }, position) => [file, position]));
  const place = ({ location }: Diagnostic): number => order.get(location.file) ?? 0;
  const diagnostics = [...compiled.flatMap((each) => each.diagnostics), ...unique.diagnostics];
  return { rules: unique.rules, diagnostics: diagnostics.sort((a, b) => place(a) - place(b)) };
}

function resolvePaths(rule: DetectionRule): DetectionRule {
  if (rule.kind !== 'event') return rule;
  return { ...rule, condition: withResolvedPaths(rule.condition) };
}

function dropRepeated(rules: readonly DetectionRule[], files: readonly RuleFile[]): CompiledRules {
  const known = new Map<string, DetectionRule>();
  const diagnostics: Diagnostic[] = [];
  for (const rule of rules) {
    const first = known.get(rule.id);
    if (first === undefined) known.set(rule.id, rule);
    else diagnostics.push(...reportRepeated(rule, first, files));
  }
  return { rules: [...known.values()], diagnostics };
}

function reportRepeated(
  { id, place }: DetectionRule,
  first: DetectionRule,
  files: readonly RuleFile[],
): readonly Diagnostic[] {
  const text = files.find(({ file }) => file === place.file)?.text ?? '';
  const collector = createCollector<RuleErrorCode>(text, place.file);
  const report: Report<RuleErrorCode> = collector;
  report.error('RULE_ID_REPEATED', place, {
    message: `the rule ${JSON.stringify(id)} is already at ${first.place.file}:${first.place.line}`,
    hint: 'give one of them another id, or leave it out',
  });
  return collector.diagnostics();
}
