/** A kernel of a few functions, for checks that ask about functions and types. */

import type {
  KernelParameter,
  KernelTypes,
  MemberAccess,
  TracepointField,
} from '../../../src/model/kernel-types.ts';

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
  tcp_rcv_established: 'struct sock * sk, struct sk_buff * skb',
  security_socket_connect: 'struct socket * sock, struct sockaddr * address, int addrlen',
  security_capset: [
    'struct cred * new, const struct cred * old, const kernel_cap_t * effective',
    'const kernel_cap_t * inheritable, const kernel_cap_t * permitted',
  ].join(','),
  do_exit: 'long int code',
  do_filp_open: 'int dfd, struct filename * pathname, const struct open_flags * op',
  pipe_write: 'struct kiocb * iocb, struct iov_iter * from',
  lookup_one: 'const char * name, int len, some_typedef_t odd',
  bpf_lsm_file_open: 'struct file * file',
  bpf_lsm_file_permission: 'struct file * file, int mask',
  bpf_lsm_mmap_file: 'struct file * file, long unsigned int reqprot',
  bpf_lsm_task_prctl: 'int option, long unsigned int arg2',
  bpf_lsm_bprm_check_security: 'struct linux_binprm * bprm',
};

const RAW_TRACEPOINTS: Readonly<Record<string, string>> = {
  sys_enter: 'struct pt_regs * regs, long int id',
  sched_process_exit: 'struct task_struct * p',
};

const EVENTS: Readonly<Record<string, readonly TracepointField[]>> = {
  'raw_syscalls/sys_enter': anEvent(['long', 'id', 8], ['unsigned long[6]', 'args', 48]),
  'syscalls/sys_enter_openat': anEvent(
    ['int', '__syscall_nr', 4],
    ['int', 'dfd', 8],
    ['const char *', 'filename', 8],
  ),
  'sched/sched_process_exec': anEvent(
    ['__data_loc char[]', 'filename', 4],
    ['pid_t', 'pid', 4],
    ['char[16]', 'comm', 16],
  ),
};

/** Members by the pointer they are reached from and the path. */
const MEMBERS: Readonly<Record<string, MemberAccess>> = {
  'struct task_struct *pid': { steps: [16], width: 4, type: 'int' },
  'struct sock *sk_mark': { steps: [32], width: 4, type: '__u32' },
  'struct file *f_path': { steps: [8], width: 0, type: 'struct path *' },
};

/** Files with the types of a program: a good one, a damaged one, and no other. */
const PROGRAM_FILE = '/opt/shop/types.btf';
const DAMAGED_FILE = '/opt/shop/damaged.btf';
const PROGRAM_MEMBERS: Readonly<Record<string, MemberAccess>> = {
  number: { steps: [0], width: 4, type: 'int' },
  'customer.name': { steps: [16, 8], width: 8, type: 'char *' },
  socket: { steps: [32], width: 8, type: 'struct sock *' },
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
  resolveMember: (root, path) =>
    MEMBERS[`${root}${path}`] ?? {
      part: path,
      message: `\`${root}\` has no member \`${path}\``,
      candidates: Object.keys(MEMBERS).map((key) => key.slice(key.indexOf('*') + 1)),
    },
  resolveProgramMember: ({ file, name }, path) => {
    if (file === DAMAGED_FILE) return { file: 'invalid', message: `${file} is cut off` };
    if (file !== PROGRAM_FILE) return { file: 'unreadable', message: `${file} is not there` };
    if (name !== 'order') {
      const message = `${file} has no struct \`${name}\``;
      return { part: name, message, candidates: ['order'], isOfStruct: true };
    }
    const message = `\`struct order\` has no member \`${path}\``;
    const candidates = Object.keys(PROGRAM_MEMBERS);
    return PROGRAM_MEMBERS[path] ?? { part: path, message, candidates };
  },
  rawTracepointParameters: (name) => RAW_TRACEPOINTS[name]?.split(',').map(parseParameter),
  tracepointFields: (subsystem, name) => EVENTS[`${subsystem}/${name}`],
  tracepointNames: (subsystem) =>
    Object.keys(EVENTS).flatMap((key) =>
      key.startsWith(`${subsystem}/`) ? [key.slice(subsystem.length + 1)] : [],
    ),
};

/** Fields after the four that every event has. */
function anEvent(...fields: readonly (readonly [string, string, number])[]): TracepointField[] {
  const common = ['common_type', 'common_flags', 'common_preempt_count', 'common_pid'];
  const head = common.map((name) => ['int', name, 2] as const);
  return [...head, ...fields].map(([type, name, size], place) => ({
    ...{ name, type, size },
    offset: place * 8,
    isSigned: type === 'int' || type === 'long',
  }));
}
