/** The table of keys: each stands in it once, under one name of each kind. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CONFIG_KEYS, flagOf, pathOf, variableOf } from '../../../../src/cli/config/keys.ts';

describe('the keys of the configuration', () => {
  for (const [kind, nameOf] of Object.entries({ pathOf, variableOf, flagOf })) {
    it(`have names of their own by ${kind}`, () => {
      const names = CONFIG_KEYS.map(nameOf);
      assert.deepStrictEqual(names, [...new Set(names)]);
    });
  }
});
