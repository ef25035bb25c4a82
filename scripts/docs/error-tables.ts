/** Finds every error table of the program: a room's `errors.ts` exports it as `…_ERRORS`. */
import { readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { assert } from '../../src/model/errors.ts';
import { SETUP_ERRORS } from './setup-errors.ts';

export interface ErrorRow {
  readonly code: string;
  readonly summary: string;
  readonly remedy: string;
  readonly retryable: boolean;
  /** HTTP status it is answered with; undefined where there is none. */
  readonly status: number | undefined;
}

export interface ErrorTable {
  /** Folder of the sources: `src/rules/policy`. */
  readonly folder: string;
  readonly rows: readonly ErrorRow[];
}

/** Not rows of a table: src/model declares what a row is. */
const SKIPPED_FOLDER = 'src/model';

/**
 * Tables of all rooms in the order of their folders, and that of the set-up last. `compiled` is the
 * directory whose `src` holds the compiled rooms. Throws on a table that is not one.
 */
export async function readErrorTables(compiled: string): Promise<readonly ErrorTable[]> {
  const files = readdirSync(join(compiled, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /(^|\/)errors\.js$/.test(name))
    .map((name) => join(compiled, 'src', name))
    .sort();
  const tables: ErrorTable[] = [];
  for (const file of files) {
    const folder = relative(compiled, dirname(file));
    if (folder === SKIPPED_FOLDER) continue;
    const room: unknown = await import(pathToFileURL(file).href);
    tables.push({ folder, rows: findRows(room, folder) });
  }
  return [...tables, { folder: 'scripts/setup', rows: toRows(SETUP_ERRORS) }];
}

function findRows(room: unknown, folder: string): readonly ErrorRow[] {
  const tables = membersOf(room).filter(([name]) => name.endsWith('_ERRORS'));
  assert(tables.length > 0, `${folder}/errors.ts exports no table`);
  return tables.flatMap(([, table]) => toRows(table));
}

function toRows(table: unknown): readonly ErrorRow[] {
  return membersOf(table).map(([code, spec]) => {
    const fields = new Map(membersOf(spec));
    const summary = fields.get('summary');
    const remedy = fields.get('remedy');
    const retryable = fields.get('retryable');
    const status = fields.get('status');
    assert(
      typeof summary === 'string' && typeof remedy === 'string' && typeof retryable === 'boolean',
      `${code} is not described as errors are`,
    );
    return {
      code,
      summary,
      remedy,
      retryable,
      status: typeof status === 'number' && status > 0 ? status : undefined,
    };
  });
}

function membersOf(value: unknown): readonly (readonly [string, unknown])[] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}
