/** Types that policies leave to the kernel. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compilePolicies } from '../../../src/rules/index.ts';
import { aPolicy } from './policy-text.ts';
import { smallKernel } from './small-kernel.ts';

const function_ = (call: string, argument: string): string =>
  `  kprobes: [{call: ${call}, syscall: false, args: [{${argument}, type: auto}]}]`;
const lsm = (hook: string, argument: string): string =>
  `  lsmhooks: [{hook: ${hook}, args: [{${argument}, type: auto}]}]`;

const CASES: readonly (readonly [entry: string, type: string])[] = [
  [function_('security_file_open', 'index: 0'), 'file'],
  [function_('security_file_permission', 'index: 1'), 'int'],
  [function_('security_path_truncate', 'index: 0'), 'path'],
  [function_('security_path_mkdir', 'index: 1'), 'dentry'],
  [function_('security_task_prctl', 'index: 1'), 'size_t'],
  [function_('do_exit', 'index: 0'), 'int64'],
  [function_('tcp_connect', 'index: 0'), 'sock'],
  [function_('tcp_connect', 'index: 0, resolve: sk_mark'), 'uint32'],
  [function_('tcp_connect', 'index: 0, btfType: file, resolve: f_path'), 'path'],
  [lsm('file_open', 'index: 0'), 'file'],
  [lsm('bprm_check_security', 'index: 0'), 'linux_binprm'],
];

describe('argument types that are left to the kernel', () => {
  for (const [entry, type] of CASES) {
    it(`are ${type} in ${entry.trim()}`, () => {
      const { plans } = compilePolicies(aPolicy(entry), 'auto.yaml', { kernel: smallKernel });

      assert.equal(plans[0]?.hooks[0]?.arguments[0]?.type, type);
    });
  }
});
