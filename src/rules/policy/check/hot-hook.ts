/** Warns of policies that would report every call of a function that runs all the time. */

import { assertNever } from '../../../model/errors.ts';
import type { Hook } from '../../../model/plan.ts';
import { quote } from '../../syntax/quote.ts';
import type { Report } from '../report.ts';
import type { HookSpec, SelectorSpec } from '../spec.ts';

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

const HOT_SYSCALLS = words(`
  read write readv writev pread64 pwrite64 preadv pwritev close lseek mmap munmap mprotect brk
  madvise futex poll ppoll select pselect6 epoll_wait epoll_pwait epoll_ctl clock_gettime
  clock_nanosleep nanosleep gettimeofday sched_yield rt_sigprocmask rt_sigaction sendto recvfrom
  sendmsg recvmsg ioctl fcntl fstat newfstatat stat statx getpid io_uring_enter
`);

const HOT_LSM_HOOKS = words(`
  file_permission inode_permission inode_getattr file_ioctl file_fcntl mmap_file mmap_addr
  socket_sendmsg socket_recvmsg capable
`);

const HOT_FUNCTIONS = words(`
  vfs_read vfs_write ksys_read ksys_write rw_verify_area inode_permission generic_permission
  tcp_sendmsg tcp_recvmsg udp_sendmsg udp_recvmsg fd_install schedule try_to_wake_up handle_mm_fault
`);

const HOT_TRACEPOINTS = words(`
  sys_enter sys_exit sched_switch sched_wakeup sched_waking sched_stat_runtime softirq_entry
  softirq_exit irq_handler_entry irq_handler_exit kmalloc kfree mm_page_alloc mm_page_free
  sys_enter_read sys_exit_read sys_enter_write sys_exit_write sys_enter_futex sys_exit_futex
`);

/** A hot hook must filter, unless its events are not posted anyway. */
export function checkHotHook(spec: HookSpec, report: Report): void {
  if (!isHot(spec.hook.value)) return;
  const isOpen = spec.selectors.length === 0 || spec.selectors.some(postsEverything);
  if (!isOpen) return;
  report.warning('POLICY_HOOK_HOT', spec.hook.span, {
    message: `${quote(spec.hook.value.name)} runs very often, and every call would be an event`,
    hint: 'add matchArgs or matchBinaries, so that the kernel filters',
  });
}

function postsEverything(selector: SelectorSpec): boolean {
  const isSilent = selector.actions.some((action) => action.value.kind === 'NoPost');
  return selector.conditionCount === 0 && !isSilent;
}

function isHot(hook: Hook): boolean {
  switch (hook.kind) {
    case 'syscall':
      return HOT_SYSCALLS.has(hook.name);
    case 'uprobe':
    case 'usdt':
      return false;
    case 'lsm':
      return HOT_LSM_HOOKS.has(hook.name);
    case 'tracepoint':
    case 'raw_tracepoint':
      return HOT_TRACEPOINTS.has(hook.name);
    case 'function':
      return HOT_FUNCTIONS.has(hook.name) || isHotSecurityFunction(hook.name);
    default:
      return assertNever(hook);
  }
}

function isHotSecurityFunction(name: string): boolean {
  return name.startsWith('security_') && HOT_LSM_HOOKS.has(name.slice('security_'.length));
}
