/** Files of Falco's language to rules of the engine. */
import { parseDocuments } from '../../syntax/parse-documents.ts';
import { createCollector } from '../../syntax/report.ts';
import { type YamlErrorCode, yamlReport } from '../../syntax/yaml-errors.ts';
import type { CompiledRules, RuleFile } from '../compiled-rules.ts';
import { Hints } from './check-problem.ts';
import { compileRule } from './compile-rule.ts';
import type { FalcoErrorCode } from './errors.ts';
import { createItems } from './items.ts';
import { resolveLists } from './lists.ts';
import { Macros } from './macros.ts';
import { readItems } from './read-items.ts';
import type { FileReport } from './written-text.ts';

const TEXT_LENGTH_MAX = 4 * 1024 * 1024;

/** Parts of the conditions of all rules; published ones have a hundredth of it. */
const PARTS_MAX = 2_000_000;

const YAML_CODES: Readonly<Record<YamlErrorCode, FalcoErrorCode>> = {
  YAML_INVALID: 'FALCO_YAML_INVALID',
  YAML_TOO_LARGE: 'FALCO_YAML_TOO_LARGE',
  YAML_KEY_DUPLICATE: 'FALCO_YAML_KEY_DUPLICATE',
  YAML_KEY_INVALID: 'FALCO_YAML_KEY_INVALID',
  YAML_ALIAS_INVALID: 'FALCO_YAML_ALIAS_INVALID',
  YAML_TAG_UNSUPPORTED: 'FALCO_YAML_TAG_UNSUPPORTED',
};

/**
 * Compiles files together, later ones over earlier ones; macros and lists are looked up when all
 * files are read. Never throws because of a text.
 */
export function compileFalco(files: readonly RuleFile[]): CompiledRules {
  const hints = new Hints();
  const items = createItems();
  const reports: FileReport[] = [];
  for (const { file, text } of files) {
    const report = createCollector<FalcoErrorCode>(text, file);
    reports.push(report);
    const yaml = yamlReport(YAML_CODES, report);
    const documents = parseDocuments({ text, lengthMax: TEXT_LENGTH_MAX, report: yaml });
    for (const document of documents) readItems(document, { items, hints, report });
  }
  const macros = new Macros(items.macro, resolveLists(items.list));
  const context = { macros, hints, shown: new Set<string>(), room: { parts: PARTS_MAX } };
  const rules = [...items.rule.values()].flatMap((item) => compileRule(item, context));
  return { rules, diagnostics: reports.flatMap((report) => report.diagnostics()) };
}
