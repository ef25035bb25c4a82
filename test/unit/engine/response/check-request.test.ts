/** Which requests are refused, each beside one that is not. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkRequest } from '../../../../src/engine/response/check-request.ts';
import type { ResponseRequest } from '../../../../src/model/response.ts';

const AGENT = 500;
const SHELL = 400;
const SURROUNDINGS = { lineage: [AGENT, SHELL, 1], cgroups: new Set([1n, 20n, 21n]) };
const PROCESS = { tgid: 600, startNs: 7n };

function codeOf(changes: Partial<ResponseRequest>): string {
  const request: ResponseRequest = {
    ...{ kind: 'kill', scope: 'process', process: PROCESS, causeTimeNs: 9n, isDryRun: false },
    ...{ reason: '', rule: '', ...changes },
  };
  try {
    checkRequest(request, SURROUNDINGS);
    return 'taken';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}

const INVALID = 'ENGINE_RESPONSE_INVALID';
const PROTECTED = 'ENGINE_RESPONSE_PROTECTED';
const ON_CGROUP = { scope: 'cgroup', process: undefined } as const;

describe('a request', () => {
  const cases: readonly (readonly [
    what: string,
    changes: Partial<ResponseRequest>,
    code: string,
  ])[] = [
    ['a process', {}, 'taken'],
    ['a tree', { scope: 'tree' }, 'taken'],
    ['a cgroup', { ...ON_CGROUP, cgroupId: 22n }, 'taken'],
    ['a quarantine', { kind: 'quarantine' }, 'taken'],
    ['a signal', { kind: 'signal', signal: 15 }, 'taken'],
    [
      'a dry run on the agent',
      { process: { tgid: AGENT, startNs: 7n }, isDryRun: true },
      PROTECTED,
    ],
    ['the agent', { process: { tgid: AGENT, startNs: 7n } }, PROTECTED],
    ['the first process', { process: { tgid: 1, startNs: 7n } }, PROTECTED],
    [
      'the tree of a parent of the agent',
      { scope: 'tree', process: { tgid: SHELL, startNs: 7n } },
      PROTECTED,
    ],
    ['a parent of the agent alone', { process: { tgid: SHELL, startNs: 7n } }, 'taken'],
    ['the cgroup of the agent', { ...ON_CGROUP, cgroupId: 21n }, PROTECTED],
    ['a cgroup above it', { ...ON_CGROUP, cgroupId: 20n }, PROTECTED],
    ['no process', { process: undefined }, INVALID],
    ['a process and a cgroup', { cgroupId: 22n }, INVALID],
    ['a cgroup and a process', { scope: 'cgroup', cgroupId: 22n }, INVALID],
    ['no cgroup', ON_CGROUP, INVALID],
    ['no time', { causeTimeNs: 0n }, INVALID],
    ['a pid of 0', { process: { tgid: 0, startNs: 7n } }, INVALID],
    ['a pid that is none', { process: { tgid: 1.5, startNs: 7n } }, INVALID],
    ['a key below zero', { process: { tgid: 600, startNs: -1n } }, INVALID],
    ['no signal', { kind: 'signal' }, INVALID],
    ['signal 0', { kind: 'signal', signal: 0 }, INVALID],
    ['signal 65', { kind: 'signal', signal: 65 }, INVALID],
    ['a signal to a tree', { kind: 'signal', signal: 15, scope: 'tree' }, INVALID],
  ];
  for (const [what, changes, code] of cases) {
    it(`for ${what}: ${code}`, () => assert.equal(codeOf(changes), code));
  }
});
