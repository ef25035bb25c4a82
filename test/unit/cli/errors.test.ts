/** The error tables of command and API: used, complete, documented. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { CLI_ERRORS } from '../../../src/cli/errors.ts';
import { CONFIG_ERRORS } from '../../../src/model/config/errors.ts';
import { SERVER_ERRORS } from '../../../src/server/index.ts';
import { repositoryRoot } from '../../support/root.ts';

const ROOT = repositoryRoot();

function codesIn(room: string, pattern: RegExp): readonly string[] {
  const folder = join(ROOT, 'src', room);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && name !== 'errors.ts',
  );
  const found = files.flatMap((name) => readFileSync(join(folder, name), 'utf8').match(pattern));
  return [...new Set(found.filter((code) => code !== null))].sort();
}

describe('error table', () => {
  it('of the API is exactly what its sources use', () => {
    const used = codesIn('server', /(?<=')SERVER_[A-Z_]+(?=')/g);

    assert.deepStrictEqual(used, Object.keys(SERVER_ERRORS).sort());
  });

  it('of the command is exactly what its sources use', () => {
    const ofModel = Object.keys(CONFIG_ERRORS);
    const used = codesIn('cli', /(?<=')(?:CLI|CONFIG)_[A-Z_]+(?=')/g).filter(
      (code) => !ofModel.includes(code),
    );

    // Those of places in a configuration are in the table of all rooms that read one.
    const own = used.filter((code) => !Object.hasOwn(CONFIG_ERRORS, code));
    assert.deepStrictEqual(own, Object.keys(CLI_ERRORS).sort());
  });

  it('of the API is in its reference, with every status', () => {
    const reference = readFileSync(join(ROOT, 'docs/reference/api.md'), 'utf8');

    const missing = Object.entries(SERVER_ERRORS)
      .filter(([, { status }]) => status !== 0)
      .map(([code, { status }]) => `| ${status} | \`${code}\` |`)
      .filter((row) => !reference.includes(row));

    assert.deepStrictEqual(missing, []);
  });
});
