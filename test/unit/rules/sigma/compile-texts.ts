/** Compiles texts for tests. */
import type { DetectionRule } from '../../../../src/rules/detection/ir/rule.ts';
import { compileSigma } from '../../../../src/rules/detection/sigma/index.ts';

/** Rules, and problems as their codes with line and column. */
export interface Compiled {
  readonly rules: readonly DetectionRule[];
  readonly problems: readonly string[];
}

/** Compiles each text as a file. */
export function compileTexts(...texts: readonly string[]): Compiled {
  const files = texts.map((text, at) => ({ file: `${at}.yaml`, text }));
  const { rules, diagnostics } = compileSigma(files);
  const problems = diagnostics.map(
    ({ code, location: { line, column } }) => `${code} ${line}:${column}`,
  );
  return { rules, problems };
}
