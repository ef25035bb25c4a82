/** A kernel of a few functions, for checks that ask about functions and types. */

import type { KernelParameter, KernelTypes } from '../../../src/model/kernel-types.ts';

const FUNCTIONS: Readonly<Record<string, string>> = {
  security_file_open: 'struct file * file',
  security_file_permission: 'struct file * file, int mask',
  security_path_truncate: 'const struct path * path',
  security_task_prctl: 'int option, long unsigned int arg2',
  security_kernel_read_file: 'struct file * file, enum kernel_read_file_id id, bool contents',
  security_path_mkdir: 'const struct path * dir, struct dentry * dentry, umode_t mode',
  kernel_write: 'struct file * file, const void * buf, size_t count, loff_t * pos',
  vfs_write: 'struct file * file, const char * buf, size_t count, loff_t * pos',
  tcp_connect: 'struct sock * sk',
  do_exit: 'long int code',
  lookup_one: 'const char * name, int len, some_typedef_t odd',
  bpf_lsm_file_open: 'struct file * file',
  bpf_lsm_file_permission: 'struct file * file, int mask',
  bpf_lsm_bprm_check_security: 'struct linux_binprm * bprm',
};

function parseParameter(text: string): KernelParameter {
  const [, type = '', name = ''] = /^(.*[ *])(\w+)$/.exec(text.trim()) ?? [];
  return { type: type.trim(), name };
}

/** Answers from a table of C prototypes. */
export const smallKernel: KernelTypes = {
  functionParameters: (name) => FUNCTIONS[name]?.split(',').map(parseParameter),
  functionsWithPrefix: (prefix, limit) =>
    Object.keys(FUNCTIONS)
      .filter((name) => name.startsWith(prefix))
      .slice(0, limit),
};
