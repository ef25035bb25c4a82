/** Which addresses of receivers are public. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createTargetPolicy } from '../../../../../src/exporters/sinks/webhook/targets.ts';

describe('a target policy', () => {
  for (const [networks, address, expected] of [
    [[], '8.8.8.8', true],
    [[], '::ffff:8.8.8.8', true],
    [[], '2606:4700::1111', true],
    [[], '::ffff:10.0.0.1', false],
    [[], '::ffff:0:10.0.0.1', false],
    [[], '5f00::1', false],
    [[], '3fff::1', false],
    [[], 'fe80::1%eth0', false],
    [['10.0.0.0/8'], '::ffff:10.0.0.1', true],
    [['10.0.0.0/8'], '11.0.0.1', true],
    [['10.0.0.0/8'], '172.16.0.1', false],
    [['fd00::/8'], 'fd00::1', true],
    [['fd00::/8'], 'fc00::1', false],
  ] as const) {
    const verb = expected ? 'takes' : 'refuses';
    it(`${verb} ${address} with ${networks.join() || 'no networks'}`, () =>
      assert.equal(createTargetPolicy(networks).isAllowed(address), expected));
  }
});
