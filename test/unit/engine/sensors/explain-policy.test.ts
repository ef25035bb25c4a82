/** Explanations of policies, on kernels that can and cannot. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { obstacleTo } from '../../../../src/engine/sensors/capabilities.ts';
import {
  type ExplainedKernel,
  explainPolicy,
} from '../../../../src/engine/sensors/explain-policy.ts';
import { hookKey } from '../../../../src/engine/sensors/hook-name.ts';
import type { CapabilityName } from '../../../../src/model/capability.ts';
import type { PolicyExplanation } from '../../../../src/model/explanation.ts';
import { compilePolicies } from '../../../../src/rules/index.ts';
import { aPolicy } from '../../rules/policy-text.ts';
import { smallKernel } from '../../rules/small-kernel.ts';

const NAMES: readonly CapabilityName[] = ['btf', 'tp_btf', 'kprobe', 'fentry', 'fmod_ret', 'lsm'];

/** With these abilities; `hooks` are all that it has, every one when not given. */
function aKernel(able: readonly CapabilityName[], hooks?: readonly string[]): ExplainedKernel {
  const capabilities = NAMES.map((name) => {
    const available = able.includes(name);
    return { name, available, detail: available ? 'runs' : `no ${name} here` };
  });
  const report = { release: '6.1', machine: 'x86_64', capabilities, missingPrivileges: [] };
  return {
    obstacle: (method) => obstacleTo(report, smallKernel, method),
    hasHook: (hook) => hooks?.includes(hookKey(hook)) ?? true,
    writeObstacle: () => (able.includes('write_user') ? undefined : 'no write_user here'),
  };
}

function explain(spec: string, kernel: ExplainedKernel): PolicyExplanation {
  const { plans, diagnostics } = compilePolicies(aPolicy(spec), 'policy.yaml');
  const [plan] = plans;
  assert.ok(plan, JSON.stringify(diagnostics));
  return explainPolicy(plan, kernel);
}

const OPEN = `  kprobes:
  - call: security_file_open
    syscall: false
    args: [{index: 0, type: file}]
    selectors:
    - matchBinaries: [{operator: NotIn, values: [/usr/bin/a, /usr/bin/b]}]
      matchArgs: [{index: 0, operator: Prefix, values: [/etc/]}]`;

describe('explainPolicy', () => {
  it('says what is read and looked up, the cheap things first', () => {
    const [hook] = explain(OPEN, aKernel(NAMES)).hooks;

    assert.deepStrictEqual(hook?.arguments, [
      { index: 0, type: 'file', resolve: '', bytes: 4096, isLate: true, isAtReturn: false },
    ]);
    assert.deepStrictEqual(hook?.dimensions, [
      {
        ...{ stage: 'fact', subject: 'binary', rows: 2, selectors: [0] },
        structure: 'array by the id of the executable',
      },
      {
        ...{ stage: 'text', subject: 'argument 0 (file)', rows: 1, selectors: [0] },
        structure: 'hash of beginnings, by length',
      },
    ]);
    assert.deepStrictEqual(hook?.selectors, [
      {
        ...{ source: 'kprobes[0].selectors[0]', label: '', places: 1 },
        ...{ isUnconditional: false, actions: ['Post'] },
      },
    ]);
  });

  it('says how `loader` is attached, or why it cannot be', () => {
    const explainLoader = (able: readonly CapabilityName[]): PolicyExplanation['hooks'] =>
      explain('  loader: true', aKernel(able)).hooks;
    const bare = { hook: 'loader', exists: true, arguments: [], dimensions: [], selectors: [] };

    assert.deepStrictEqual(explainLoader(['kprobe']), [
      {
        ...{ ...bare, notes: [], obstacle: '' },
        methods: [
          { method: 'fentry', verdict: 'impossible', reason: 'no fentry here' },
          { method: 'kprobe', verdict: 'taken', reason: '' },
        ],
      },
    ]);
    assert.equal(explainLoader([])[0]?.obstacle, 'no way of attaching works on this kernel');
  });

  it('climbs the ladder with a reason for every step', () => {
    const verdictsOf = (spec: string, able: readonly CapabilityName[]): readonly string[] =>
      (explain(spec, aKernel(able)).hooks[0]?.methods ?? []).map(
        ({ method, verdict, reason }) => `${method} ${verdict} ${reason}`,
      );
    const deny = `${OPEN}
      matchActions: [{action: Override, argError: -1}]`;

    assert.deepStrictEqual(verdictsOf(OPEN, ['kprobe', 'lsm', 'fmod_ret']), [
      'fentry impossible no fentry here',
      'lsm impossible only needed to override',
      'fmod_ret impossible only needed to override',
      'kprobe taken ',
    ]);
    assert.deepStrictEqual(verdictsOf(deny, ['fentry', 'lsm', 'fmod_ret', 'kprobe']), [
      'fentry impossible cannot change the return value',
      'lsm taken ',
      'fmod_ret next ',
      'kprobe impossible cannot change the return value',
    ]);
  });

  it('says whether variables of programs can be overwritten', () => {
    const change = `
  usdts:
  - path: /usr/bin/x
    provider: x
    name: y
    args: [{index: 0, type: int}]
    selectors:
    - matchActions: [{action: Set, argValue: 7}]`;
    const found = (able: readonly CapabilityName[]): unknown => {
      const [hook] = explain(change, aKernel(able)).hooks;
      return [hook?.methods, hook?.selectors[0]?.actions];
    };

    assert.deepStrictEqual(found(['write_user']), [
      [{ method: 'usdt', verdict: 'taken', reason: '' }],
      ['Set 0 7'],
    ]);
    assert.deepStrictEqual(found([]), [
      [{ method: 'usdt', verdict: 'impossible', reason: 'no write_user here' }],
      ['Set 0 7'],
    ]);
  });

  it('says that nothing works, and whether that stops the policy', () => {
    const [hook] = explain(OPEN, aKernel(['btf'])).hooks;

    assert.equal(hook?.obstacle, 'no way of attaching works on this kernel');
  });

  it('tells a hook that is missing from one that the policy does without', () => {
    const optional = `${OPEN}
    ignore: {callNotFound: true}`;
    const kernel = aKernel(NAMES, []);

    const missing = explain(OPEN, kernel);
    const ignored = explain(optional, kernel);

    assert.match(missing.obstacle, /security_file_open/);
    assert.deepStrictEqual(
      [missing, ignored].map(({ hooks: [hook] }) => [hook?.exists, hook?.obstacle]),
      [
        [false, 'this kernel has no such hook'],
        [false, ''],
      ],
    );
  });

  it('takes it for granted that an agent knows its pods', () => {
    const scoped = explain(`  podSelector: {matchLabels: {app: a}}\n${OPEN}`, aKernel(NAMES));

    assert.equal(scoped.obstacle, '');
  });

  it('counts the alternatives of an expression as one selector', () => {
    const spec = `  kprobes:
  - call: sys_lseek
    args: [{index: 1, type: size_t}, {index: 2, type: int}]
    selectors:
    - matchArgs: [{args: [0, 1], operator: CelExpr, values: ['arg0 == 1 && arg1 == 2 || arg0 > 5']}]
      matchActions: [{action: Sigkill}]
    - matchActions: [{action: NoPost}]`;

    const [hook] = explain(spec, aKernel(['tp_btf'])).hooks;

    assert.deepStrictEqual(
      hook?.selectors.map(({ places, isUnconditional, actions }) => [
        ...[places, isUnconditional, ...actions],
      ]),
      [
        [2, false, 'Sigkill'],
        [1, true, 'NoPost'],
      ],
    );
    assert.deepStrictEqual(
      hook.dimensions.map(({ subject, structure, selectors }) => [subject, structure, selectors]),
      [
        ['argument 1 (size_t)', 'hash', [0]],
        ['argument 2 (int)', 'hash', [0]],
        ['argument 1 (size_t)', 'hash of ranges, by length', [0]],
      ],
    );
    assert.deepStrictEqual(hook.notes, [
      'a selector without conditions acts on every call',
      'expressions make 3 of 2 selectors',
      'a signal may come too late for the call itself: add Override',
    ]);
  });
});
