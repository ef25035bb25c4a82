/** Every diagnostic code: one text that earns it and a twin that does not. */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { POLICY_ERRORS } from '../../../src/rules/index.ts';
import { repositoryRoot } from '../../support/root.ts';
import { ACTION_CASES } from './action-cases.ts';
import { DEFINITION_CASES } from './definition-cases.ts';
import { ENFORCER_CASES } from './enforcer-cases.ts';
import { EXPRESSION_CASES } from './expression-cases.ts';
import { HOOK_CASES } from './hook-cases.ts';
import { listCodes } from './policy-text.ts';
import { PROCESS_CASES } from './process-cases.ts';
import { PROGRAM_MEMBER_CASES } from './program-member-cases.ts';
import { RESOLVE_CASES } from './resolve-cases.ts';
import { RETURN_CASES } from './return-cases.ts';
import { SELECTOR_CASES } from './selector-cases.ts';
import { SOCKET_CASES } from './socket-cases.ts';
import { TEXT_CASES } from './text-cases.ts';
import { TRACEPOINT_CASES } from './tracepoint-cases.ts';
import { UPROBE_CASES } from './uprobe-cases.ts';

const CASES = [
  ...TEXT_CASES,
  ...HOOK_CASES,
  ...SELECTOR_CASES,
  ...ACTION_CASES,
  ...PROCESS_CASES,
  ...RESOLVE_CASES,
  ...PROGRAM_MEMBER_CASES,
  ...SOCKET_CASES,
  ...DEFINITION_CASES,
  ...TRACEPOINT_CASES,
  ...UPROBE_CASES,
  ...ENFORCER_CASES,
  ...EXPRESSION_CASES,
  ...RETURN_CASES,
];
const ROOT = repositoryRoot();

describe('diagnostic codes', () => {
  for (const { name, severity = 'error', code, bad, good } of CASES) {
    it(`reports ${code}: ${name}`, () => {
      assert.deepStrictEqual(listCodes(bad), [`${severity} ${code}`]);
    });

    it(`accepts the twin of ${code}: ${name}`, () => {
      assert.deepStrictEqual(listCodes(good), []);
    });
  }

  it('has a case for every code of the table', () => {
    const covered = new Set(CASES.map(({ code }) => code));

    assert.deepStrictEqual([...covered].sort(), Object.keys(POLICY_ERRORS).sort());
  });
});

describe('policy error table', () => {
  it('is exactly what the sources use', () => {
    const folder = join(ROOT, 'src/rules/policy');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
      (name) => name.endsWith('.ts') && name !== 'errors.ts',
    );

    const used = files.flatMap(
      (name) => readFileSync(join(folder, name), 'utf8').match(/(?<=')POLICY_[A-Z_]+(?=')/g) ?? [],
    );

    assert.deepStrictEqual([...new Set(used)].sort(), Object.keys(POLICY_ERRORS).sort());
  });

  it('is documented in the error reference', () => {
    const reference = readFileSync(join(ROOT, 'docs/reference/errors.md'), 'utf8');

    const missing = Object.keys(POLICY_ERRORS).filter((code) => !reference.includes(code));

    assert.deepStrictEqual(missing, []);
  });
});
