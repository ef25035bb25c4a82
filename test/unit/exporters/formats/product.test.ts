/** Formats say which version wrote them. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { PRODUCT } from '../../../../src/exporters/formats/product.ts';
import { repositoryRoot } from '../../../support/root.ts';

it('is the version of the package', () => {
  const manifest = JSON.parse(readFileSync(join(repositoryRoot(), 'package.json'), 'utf8'));

  assert.equal(PRODUCT.version, manifest.version);
});
