/** What a mistake beside the rules means for their responses. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { loadRules } from '../../../src/cli/load-rules.ts';
import { FILE_SIZE_MAX } from '../../../src/cli/policy-files.ts';
import type { ResponseMode } from '../../../src/rules/index.ts';

const RULE = `title: Shell
id: 0b6d2f0e-6f0e-4c0e-9b64-3f6f0f4f9a11
status: test
level: high
logsource: { category: process_creation, product: linux }
detection:
  selection: { Image|endswith: /sh }
  condition: selection
respond: kill_tree
`;

const FILTER = `title: Backups
id: 7a0d9f5e-1f54-4d3a-9e3f-0f3b7f1f9a12
logsource: { category: process_creation, product: linux }
filter:
  rules: [Shell]
  selection: { CommandLine|endswith: backup }
  condition: not selection
`;

describe('responses of rules that are loaded with others', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'warder-load-'));
    writeFileSync(join(folder, 'rule.yaml'), RULE);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function load(
    beside: {
      readonly responses?: string;
      readonly exceptions?: string;
      readonly rules?: string;
    },
    mode: ResponseMode = 'enforce',
  ): { readonly answers: readonly unknown[]; readonly codes: readonly string[] } {
    const write = (name: string, text: string | undefined): readonly string[] => {
      if (text === undefined) return [];
      writeFileSync(join(folder, name), text);
      return [join(folder, name)];
    };
    const exceptions = write('exceptions.yml', beside.exceptions);
    const paths = write('responses.yml', beside.responses);
    const named = [join(folder, 'rule.yaml'), ...write('beside.yaml', beside.rules)];
    const { rules, files } = loadRules(named, exceptions, { mode, paths });
    return {
      answers: rules.map(({ respond }) => respond),
      codes: files.flatMap(({ diagnostics }) => diagnostics.map(({ code }) => code)),
    };
  }

  it('are carried out when nothing is wrong', () => {
    const loaded = load({ responses: 'responses: [{level: critical, respond: none}]' });

    assert.deepStrictEqual(loaded.answers, [{ kind: 'kill_tree', isDryRun: false }]);
    assert.deepStrictEqual(loaded.codes, ['RULE_RESPONSE_UNUSED']);
  });

  for (const beside of [
    { responses: 'responses: [{rules: [Shel], respond: none}]' },
    { exceptions: 'exceptions: [{rules: [Shel]}]' },
    { rules: FILTER.replace('endswith', 'endwith') },
    { rules: `${FILTER}  - no: yaml` },
    { rules: '- list: known\n  items: none' },
    { rules: '- macro: none\n  condition: or proc.name=x\n  override: {condition: append}' },
    { rules: '- macro: none\n condition: or proc.name=x' },
  ]) {
    it(`are a dry run while there is a mistake in ${JSON.stringify(beside)}`, () => {
      const loaded = load(beside);

      assert.deepStrictEqual(loaded.answers, [{ kind: 'kill_tree', isDryRun: true }]);
      assert.ok(loaded.codes.includes('RULE_RESPONSE_ALL_DRY'), loaded.codes.join());
    });
  }

  it('are a dry run while a file is too large to be read', () => {
    const loaded = load({ rules: `#${' '.repeat(FILE_SIZE_MAX)}` });

    assert.deepStrictEqual(loaded.answers, [{ kind: 'kill_tree', isDryRun: true }]);
    assert.deepStrictEqual(loaded.codes, ['RULE_FILE_TOO_LARGE', 'RULE_RESPONSE_ALL_DRY']);
  });

  for (const rules of [
    RULE.replace('id: 0', 'id: 1').replace('endswith', 'endwith'),
    '- rule: x\n  desc: x\n  condition: proc.nam=x\n  output: x\n  priority: ERROR',
  ]) {
    it(`are carried out beside a rule that is left out: ${JSON.stringify(rules)}`, () => {
      const loaded = load({ rules });

      assert.deepStrictEqual(loaded.answers, [{ kind: 'kill_tree', isDryRun: false }]);
      assert.equal(loaded.codes.length, 1, loaded.codes.join());
    });
  }

  it('are for nobody whom a filter takes out', () => {
    const loaded = load({ rules: FILTER });

    assert.deepStrictEqual(loaded.answers, [{ kind: 'kill_tree', isDryRun: false }]);
    assert.deepStrictEqual(loaded.codes, []);
  });

  it('stay off when nobody asked for them', () => {
    const loaded = load({ responses: 'responses: [{rules: [Shel], respond: none}]' }, 'off');

    assert.deepStrictEqual(loaded.answers, [undefined]);
    assert.deepStrictEqual(loaded.codes, ['RULE_RESPONSE_RULE_UNKNOWN']);
  });
});
