/** Makes the generated pages of docs, and the other files that are printed from tables. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as limitValues from '../../src/engine/records/generated/limits.ts';
import { customResourceFiles } from '../crds/custom-resources.ts';
import { writeConfigurationPage } from './configuration-page.ts';
import { readErrorTables } from './error-tables.ts';
import { writeErrorsPage } from './errors-page.ts';
import { readExamples } from './example-policies.ts';
import { writeFormatsPage } from './formats-page.ts';
import { writeLimitsPage } from './limits-page.ts';
import { writeMetricsPage } from './metrics-page.ts';
import { writeMigrationPage } from './migration-page.ts';
import { writePoliciesPage } from './policies-page.ts';
import { readRulePack } from './rule-pack.ts';
import { writeRulesPage } from './rules-page.ts';
import { writeSourcesPage } from './sources-page.ts';

/** Pages by their path in the checkout. Throws when sources and descriptions disagree. */
export async function generatePages(checkout: string): Promise<ReadonlyMap<string, string>> {
  const readSource = (file: string): string => readFileSync(join(checkout, file), 'utf8');
  const tables = await readErrorTables(join(checkout, 'build'));
  const limits = writeLimitsPage({
    header: readSource('bpf/include/limits.h'),
    values: limitValues,
    readSource,
  });
  return new Map([
    ['docs/reference/configuration.md', writeConfigurationPage()],
    ['docs/reference/errors.md', writeErrorsPage(tables)],
    ['docs/reference/formats.md', writeFormatsPage()],
    ['docs/reference/limits.md', limits],
    ['docs/reference/metrics.md', writeMetricsPage()],
    ['docs/reference/migration.md', writeMigrationPage()],
    ['docs/reference/sources.md', writeSourcesPage()],
    ['docs/policies.md', writePoliciesPage(readExamples(checkout))],
    ['docs/rules.md', writeRulesPage(readRulePack(checkout))],
    ...customResourceFiles(),
  ]);
}
