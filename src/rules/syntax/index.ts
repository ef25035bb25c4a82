/** YAML with places, for files that are neither policies nor rules. */
export { parseDocuments } from './parse-documents.ts';
export { type PlacePath, plainValue, spanAt } from './plain-value.ts';
export { type Collector, createCollector, type Span } from './report.ts';
export type { YamlNode } from './tree.ts';
export { type YamlErrorCode, yamlReport } from './yaml-errors.ts';
