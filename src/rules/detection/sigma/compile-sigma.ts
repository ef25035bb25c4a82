/** Documents of all files to rules: each by itself first, then those that refer to others. */
import type { Diagnostic } from '../../../model/diagnostic.ts';
import { parseDocuments } from '../../syntax/parse-documents.ts';
import { type Collector, createCollector } from '../../syntax/report.ts';
import type { MappingEntry, YamlNode } from '../../syntax/tree.ts';
import { type YamlErrorCode, yamlReport } from '../../syntax/yaml-errors.ts';
import type { CompiledRules, RuleFile } from '../compiled-rules.ts';
import type { DetectionRule } from '../ir/rule.ts';
import { compileDocuments } from './compile-documents.ts';
import { optionalText, RuleReport } from './context.ts';
import type { SigmaErrorCode } from './errors.ts';
import type { SigmaDocument } from './rule-head.ts';
import type { Placeholders } from './values.ts';

/** What the configuration adds to rules. */
export interface SigmaOptions {
  /** For the modifier `expand`. */
  readonly placeholders?: Placeholders;
}

/** Collections of thousands of rules in one file are long, and all are read at once. */
const TEXT_LENGTH_MAX = 4 * 1024 * 1024;

const YAML_CODES: Readonly<Record<YamlErrorCode, SigmaErrorCode>> = {
  YAML_INVALID: 'SIGMA_YAML_INVALID',
  YAML_TOO_LARGE: 'SIGMA_YAML_TOO_LARGE',
  YAML_KEY_DUPLICATE: 'SIGMA_YAML_KEY_DUPLICATE',
  YAML_KEY_INVALID: 'SIGMA_YAML_KEY_INVALID',
  YAML_ALIAS_INVALID: 'SIGMA_YAML_ALIAS_INVALID',
  YAML_TAG_UNSUPPORTED: 'SIGMA_YAML_TAG_UNSUPPORTED',
};

/** Compiles files together. Never throws because of what a text says. */
export function compileSigma(
  files: readonly RuleFile[],
  options: SigmaOptions = {},
): CompiledRules {
  const collectors: Collector<SigmaErrorCode>[] = [];
  const documents = files.flatMap(({ file, text }) => {
    const collector = createCollector<SigmaErrorCode>(text, file);
    collectors.push(collector);
    return readDocuments(text, collector);
  });
  const rules: readonly DetectionRule[] = compileDocuments(documents, options.placeholders ?? {});
  const diagnostics: readonly Diagnostic[] = collectors.flatMap((each) => each.diagnostics());
  return { rules, diagnostics };
}

function readDocuments(
  text: string,
  collector: Collector<SigmaErrorCode>,
): readonly SigmaDocument[] {
  const report = yamlReport(YAML_CODES, collector);
  const nodes = parseDocuments({ text, lengthMax: TEXT_LENGTH_MAX, report });
  // A file that cannot be read as a whole cannot be trusted in parts.
  if (collector.hasErrors()) return [];
  let shared: readonly MappingEntry[] = [];
  const documents: SigmaDocument[] = [];
  for (const node of nodes) {
    if (node.kind !== 'mapping') {
      collector.error('SIGMA_DOCUMENT_INVALID', node.span, { message: 'a rule is a mapping' });
      continue;
    }
    const action = optionalText(node.entries.find(({ key }) => key === 'action'));
    if (action === 'global') shared = node.entries;
    else if (action === 'reset') shared = [];
    else documents.push(makeDocument(node, shared, { text, collector }));
  }
  return documents;
}

/** Entries of `action: global` count for all documents behind it that do not have their own. */
function makeDocument(
  node: Extract<YamlNode, { kind: 'mapping' }>,
  shared: readonly MappingEntry[],
  { text, collector }: { readonly text: string; readonly collector: Collector<SigmaErrorCode> },
): SigmaDocument {
  const entries = new Map<string, MappingEntry>();
  for (const entry of [...shared, ...node.entries]) {
    if (entry.key !== 'action') entries.set(entry.key, entry);
  }
  return { node, entries, text, report: new RuleReport(collector) };
}
