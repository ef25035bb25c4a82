/** Every action in every section, on a real kernel, with a twin that is left alone. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { CapabilityName } from '../../src/model/capability.ts';
import { type LivePolicies, thisKernel, useLivePolicies } from '../support/live-policies.ts';
import { requireCapability } from '../support/require-capability.ts';
import { repositoryRoot } from '../support/root.ts';

const BASE = mkdtempSync(join(tmpdir(), 'warder-actions-'));
const PROGRAM = join(BASE, 'matrix');
const TEXT = join(BASE, 'target');
copyFileSync(join(repositoryRoot(), 'build/triggers/matrix'), PROGRAM);
writeFileSync(TEXT, 'target');
after(() => rmSync(BASE, { recursive: true }));

/** Numbers that no option of prctl has, one for each action. */
const NUMBERS = { Post: 901, NoPost: 902, Sigkill: 903, Signal: 904, Override: 905, none: 906 };

type Action = Exclude<keyof typeof NUMBERS, 'none'>;

const PARAMETERS: Readonly<Record<Action, string>> = {
  ...{ Post: '', NoPost: '', Sigkill: '' },
  ...{ Signal: `, argSig: ${constants.signals.SIGUSR1}`, Override: ', argError: -13' },
};

/** What became of the program, and how many events came of it. */
interface Result {
  readonly signal: string | null;
  /** Of its prctl; empty when it did not live to say it. */
  readonly errno: string;
  readonly events: number;
}

const EINVAL = '22';
const EACCES = '13';

const EXPECTED: Readonly<Record<keyof typeof NUMBERS, Result>> = {
  Post: { signal: null, errno: EINVAL, events: 1 },
  NoPost: { signal: null, errno: EINVAL, events: 0 },
  Sigkill: { signal: 'SIGKILL', errno: '', events: 1 },
  Signal: { signal: 'SIGUSR1', errno: '', events: 1 },
  Override: { signal: null, errno: EACCES, events: 1 },
  none: { signal: null, errno: EINVAL, events: 0 },
};

interface Place {
  readonly section: string;
  readonly hook: string;
  readonly index: number;
  readonly type: string;
  readonly actions: readonly Action[];
  readonly needs?: CapabilityName;
}

const OBSERVING: readonly Action[] = ['Post', 'NoPost', 'Sigkill', 'Signal'];
const ALL: readonly Action[] = [...OBSERVING, 'Override'];

/** `Override` is for functions that decide, and fentries enforce nothing. */
const PLACES: readonly Place[] = [
  {
    ...{ section: 'kprobes', hook: 'call: sys_lseek', index: 1, type: 'size_t' },
    actions: OBSERVING,
  },
  {
    ...{ section: 'kprobes', hook: 'call: security_task_prctl\n    syscall: false' },
    ...{ index: 0, type: 'int', actions: ALL, needs: 'lsm' },
  },
  {
    ...{ section: 'lsmhooks', hook: 'hook: task_prctl', index: 0, type: 'int' },
    ...{ actions: ALL, needs: 'lsm' },
  },
  {
    ...{ section: 'fentries', hook: 'call: sys_lseek', index: 1, type: 'size_t' },
    ...{ actions: ['Post', 'NoPost'], needs: 'fentry' },
  },
  {
    ...{ section: 'tracepoints', hook: 'subsystem: syscalls\n    event: sys_enter_lseek' },
    ...{ index: 6, type: 'size_t', actions: OBSERVING, needs: 'fentry' },
  },
  {
    ...{ section: 'uprobes', hook: 'path: PROGRAM\n    symbols: [matrix_number]', index: 0 },
    ...{ type: 'size_t', actions: OBSERVING },
  },
];

function policyOf({ section, hook, index, type }: Place, action: Action): string {
  return `
apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata: {name: ${action.toLowerCase()}}
spec:
  ${section}:
  - ${hook.replace('PROGRAM', PROGRAM)}
    args: [{index: ${index}, type: ${type}}]
    selectors:
    - matchBinaries: [{operator: In, values: [${PROGRAM}]}]
      matchArgs: [{index: ${index}, operator: Equal, values: [${NUMBERS[action]}]}]
      matchActions: [{action: ${action}${PARAMETERS[action]}}]`;
}

async function runUnder(live: LivePolicies, number: number): Promise<Result> {
  const countEvents = async (): Promise<number> => {
    await live.eventsOf('');
    return live.events.filter((event) => 'policyName' in event).length;
  };
  const before = await countEvents();
  const { signal, stdout } = spawnSync(PROGRAM, ['calls', TEXT, String(number)], {
    encoding: 'utf8',
  });
  return { signal, errno: stdout.trim(), events: (await countEvents()) - before };
}

describe('the matrix of sections and actions', () => {
  for (const place of PLACES) {
    const name = `${place.section}, ${place.hook.split('\n')[0]}`;
    it(`does what it says in ${name}`, async (t) => {
      const { needs, actions } = place;
      if (needs !== undefined) {
        const found = thisKernel().capabilities.find((one) => one.name === needs);
        const available = found?.available === true;
        if (!requireCapability(t, needs, { available, detail: found?.detail ?? '' })) return;
      }
      const live = useLivePolicies(t);
      const texts = actions.map((action) => policyOf(place, action));
      const failed = live.load(texts.join('\n---\n')).filter(({ state }) => state !== 'enabled');
      assert.deepStrictEqual(failed, []);

      for (const action of [...actions, 'none'] as const) {
        const result = await runUnder(live, NUMBERS[action]);
        assert.deepStrictEqual({ action, ...result }, { action, ...EXPECTED[action] });
      }
    });
  }
});
