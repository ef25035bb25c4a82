/** Joined plans: arguments read once, selectors numbered, dimensions in the order of their cost. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type HookMember, joinPlans } from '../../../../src/engine/sensors/join-plans.ts';
import type { SelectorPlan } from '../../../../src/model/plan.ts';
import { aMember, aSelector } from '../../../support/policy-model.ts';

describe('joinPlans', () => {
  it('reads an argument once for all policies that want it in the same form', () => {
    const members = [aMember('a', [ANY]), aMember('b', [ANY])];

    const joined = joinPlans(members);

    // Numbers first, whatever the order of the policy.
    assert.deepStrictEqual(
      joined.arguments.map(({ index, type }) => `${index} ${type}`),
      ['0 size_t', '2 int64', '3 sock', '4 kernel_cap_t', '5 kernel_cap_t', '1 string'],
    );
    assert.deepStrictEqual(
      members.map((member) => joined.argumentPositions(member)),
      [
        [5, 0, 1, 2, 3, 4],
        [5, 0, 1, 2, 3, 4],
      ],
    );
  });

  it('reads an argument twice when two policies want it in different forms', () => {
    const other = aMember('b', [ANY]);
    const asInt: HookMember = {
      ...other,
      plan: { ...other.plan, arguments: [{ index: 0, type: 'int', label: '' }] },
    };

    const joined = joinPlans([aMember('a', [ANY]), asInt]);

    assert.deepStrictEqual(joined.argumentPositions(asInt), [5]);
  });

  it('puts the cheap dimensions first', () => {
    const selector = aSelector({
      matchArgs: [
        { kind: 'text', argument: 0, operator: 'Postfix', values: ['x'] },
        { kind: 'number', argument: 1, operator: 'Mask', values: [3n] },
      ],
      matchBinaries: [{ operator: 'In', followChildren: false, values: ['/usr/bin/cat'] }],
    });

    const joined = joinPlans([aMember('a', [selector])]);

    assert.deepStrictEqual(
      joined.dimensions.map(({ kind }) => kind),
      ['indexed', 'mask', 'postfix'],
    );
  });

  it('keeps the selectors of a policy within one word of the set', () => {
    const joined = joinPlans([
      aMember(
        'a',
        Array.from({ length: 62 }, () => ANY),
      ),
      aMember('b', [ANY, ANY, ANY]),
      aMember('c', [ANY]),
    ]);

    assert.deepStrictEqual(
      joined.selectors.slice(61).map(({ number }) => number),
      [61, 64, 65, 66, 67],
    );
  });

  it('takes 512 selectors on a hook', () => {
    const joined = joinPlans(
      Array.from({ length: 512 }, (_, number) => aMember(`p${number}`, [ANY])),
    );

    assert.equal(joined.selectors.length, 512);
  });

  it('refuses the 513th selector with a code', () => {
    const members = Array.from({ length: 513 }, (_, number) => aMember(`p${number}`, [ANY]));

    assert.throws(() => joinPlans(members), { code: 'ENGINE_HOOK_FULL' });
  });

  it('sends SIGKILL when a selector asks for another signal as well', () => {
    const actions = [{ kind: 'Signal', signal: 15 }, { kind: 'Sigkill' }] as const;

    const joined = joinPlans([aMember('a', [aSelector({ actions })])]);

    assert.deepStrictEqual(
      joined.selectors.map(({ signal }) => signal),
      [9],
    );
  });

  it("takes the host's namespace for the word", () => {
    const match = { namespace: 'net', operator: 'In', values: ['host', 5] } as const;
    const selector = aSelector({ matchNamespaces: [match] });

    const joined = joinPlans([aMember('a', [selector])], (name) => name.length * 100);

    assert.deepStrictEqual([...(joined.dimensions[0]?.rows.keys() ?? [])], [300n, 5n]);
  });
});

const ANY: SelectorPlan = aSelector({});
