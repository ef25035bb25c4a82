/** Documents of all files to rules: each by itself first, then those that refer to others. */
import { createCollector } from '../../syntax/report.ts';
import type { CompiledRules, RuleFile } from '../compiled-rules.ts';
import { compileDocuments } from './compile-documents.ts';
import { nameDocuments, readDocuments } from './documents.ts';
import type { SigmaErrorCode } from './errors.ts';
import type { Placeholders } from './values.ts';

/** What the configuration adds to rules. */
export interface SigmaOptions {
  /** For the modifier `expand`. */
  readonly placeholders?: Placeholders;
}

/** Compiles files together. Never throws because of what a text says. */
export function compileSigma(
  files: readonly RuleFile[],
  options: SigmaOptions = {},
): CompiledRules {
  const read = files.map(({ file, text }) => {
    const collector = createCollector<SigmaErrorCode>(text, file);
    return { collector, documents: readDocuments(text, collector) };
  });
  const documents = nameDocuments(read.flatMap((each) => each.documents));
  const rules = compileDocuments(documents, options.placeholders ?? {});
  return { rules, diagnostics: read.flatMap(({ collector }) => collector.diagnostics()) };
}
