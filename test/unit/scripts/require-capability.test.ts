/** When a test is skipped for a missing capability, and when that is a failure. */
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { requireCapability } from '../../support/require-capability.ts';

const MISSING = { available: false, detail: 'bpf is not in lsm=' };

/** What the helper did: whether the test goes on, and the reason it was skipped for. */
function ask(required: string, answer: typeof MISSING): readonly [boolean, readonly string[]] {
  const reasons: string[] = [];
  process.env['WARDER_REQUIRE'] = required;
  const goesOn = requireCapability({ skip: (text) => reasons.push(text ?? '') }, 'lsm', answer);
  return [goesOn, reasons];
}

describe('requireCapability', () => {
  const before = process.env['WARDER_REQUIRE'];
  afterEach(() => {
    if (before === undefined) delete process.env['WARDER_REQUIRE'];
    else process.env['WARDER_REQUIRE'] = before;
  });

  it('lets a test go on where the capability is there', () => {
    assert.deepStrictEqual(ask('all', { available: true, detail: 'proven' }), [true, []]);
  });

  it('skips with the reason where it is not', () => {
    assert.deepStrictEqual(ask('', MISSING), [false, ['needs lsm: bpf is not in lsm=']]);
  });

  it('skips where only others are required', () => {
    assert.deepStrictEqual(ask('fentry', MISSING), [false, ['needs lsm: bpf is not in lsm=']]);
  });

  for (const required of ['all', 'fentry,lsm']) {
    it(`fails where WARDER_REQUIRE is "${required}"`, () => {
      assert.throws(() => ask(required, MISSING), /required to have lsm: bpf is not in lsm=/);
    });
  }
});
