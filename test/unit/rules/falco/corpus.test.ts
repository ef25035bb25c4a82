/** Files of rules as they are published and changed by those who use them, with their fixtures. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { RuleFile } from '../../../../src/rules/detection/compiled-rules.ts';
import { compileFalco } from '../../../../src/rules/detection/falco/index.ts';
import { readFixtures, runFixtures } from '../../../../src/rules/detection/fixtures/index.ts';
import { repositoryRoot } from '../../../support/root.ts';

const FOLDER = join(repositoryRoot(), 'test/rules/falco');

/** The changes of the installation come last, as they would. */
const RULES = ['shared', 'processes', 'objects', 'local'].map((name) => read(`rules/${name}.yaml`));
const FIXTURES = readdirSync(join(FOLDER, 'fixtures')).map((name) => read(`fixtures/${name}`));

function read(file: string): RuleFile {
  return { file, text: readFileSync(join(FOLDER, file), 'utf8') };
}

describe('files of Falco', () => {
  const { rules, diagnostics } = compileFalco(RULES);

  it('compile, but for what events do not have', () => {
    const told = diagnostics.map(({ severity, code, location, message }) => {
      return `${severity} ${code} ${location.file}: ${message}`;
    });

    assert.deepStrictEqual(told, [
      'warning FALCO_FIELD_UNSUPPORTED rules/processes.yaml: events here do not have `proc.sid`: ' +
        'it is not kept of processes, so that the rule `Needs what is not kept` is left out',
    ]);
  });

  it('have fixtures for every rule', () => {
    const { fixtures, diagnostics: problems } = readFixtures(FIXTURES, rules);
    const covered = new Set(fixtures.map(({ rule }) => rule?.value));

    assert.deepStrictEqual(problems, []);
    assert.deepStrictEqual(
      rules.map(({ id }) => id).filter((id) => !covered.has(id)),
      [],
    );
  });

  for (const result of runFixtures(readFixtures(FIXTURES, rules).fixtures, rules)) {
    it(`${result.rule}: ${result.case}`, () => assert.deepStrictEqual(result.problems, []));
  }

  it('change by what an installation says', () => {
    const before = compileFalco(RULES.slice(0, -1)).rules;
    const changed = rules.filter(({ id, version }) => {
      return before.find((rule) => rule.id === id)?.version !== version;
    });

    assert.deepStrictEqual(
      changed.map(({ id }) => id),
      [
        ...['Shell of a web server', 'New program in a container', 'Search for keys'],
        ...['Shell at a terminal in a container', 'Shell without a terminal in a container'],
        ...['Secrets are read', 'Metadata of the cloud'],
      ],
    );
  });
});
