/** Folders of rules with things in them that are no files. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { listPolicyFiles } from '../../../src/cli/policy-files.ts';
import { listRuleFiles, readRuleFiles } from '../../../src/cli/rule-files.ts';

describe('a folder of rules', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'warder-rules-'));
    writeFileSync(join(folder, 'a.yaml'), 'title: a\n');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('has its files, and waits for no pipe', () => {
    execFileSync('mkfifo', [join(folder, 'pipe.yaml')]);
    mkdirSync(join(folder, 'folder.yaml'));
    symlinkSync('a.yaml', join(folder, 'link.yaml'));
    const files = ['a.yaml', 'link.yaml'].map((name) => join(folder, name));

    assert.deepStrictEqual(listRuleFiles([folder]), files);
    assert.deepStrictEqual(listPolicyFiles(folder), files);
  });

  for (const target of ['loop.yaml', 'nowhere']) {
    it(`tells of a link that leads to no file: ${target}`, () => {
      symlinkSync(target, join(folder, 'loop.yaml'));

      assert.throws(() => readRuleFiles([folder]), { code: 'CONFIG_FILE_UNREADABLE' });
      assert.throws(() => readRuleFiles([join(folder, 'loop.yaml')]), {
        code: 'CONFIG_FILE_UNREADABLE',
      });
    });
  }
});
