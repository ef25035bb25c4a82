/** Fields of processes, users and groups. */
import type { Condition } from '../ir/condition.ts';
import { allAbsent, field, type MappedField, type Name } from './mapped-field.ts';

const NOT_KEPT = 'it is not kept of processes';

const isFlag = (name: Name): MappedField => {
  const isTrue: Condition = {
    ...{ kind: 'test', field: name, transforms: [], written: '' },
    operator: { kind: 'flag_equals', flag: true },
  };
  const rows = { true: isTrue, false: { kind: 'not', part: isTrue } } as const;
  return { kind: 'table', rows, shown: { field: name } };
};

/** What the language says of users whose names it does not know. */
const NO_NAME = '<NA>';

/** Fields that begin with `proc`, `thread`, `user` and `group`. */
export const PROCESS: Readonly<Record<string, MappedField>> = {
  'proc.name': field('process.name'),
  'proc.exe': field('process.arg0'),
  'proc.exepath': field('process.exe.path'),
  'proc.exeline': field('process.cmdline'),
  'proc.cmdline': field('process.command'),
  'proc.args': { kind: 'text_or_list', field: 'process.args_text', list: 'process.args' },
  'proc.arg': field('process.args'),
  'proc.cwd': field('process.cwd'),
  'proc.pid': field('process.pid'),
  'proc.vpid': field('process.vpid'),
  'proc.ppid': field('parent.pid'),
  'proc.pname': field('parent.name'),
  'proc.pexe': field('parent.arg0'),
  'proc.pexepath': field('parent.exe.path'),
  'proc.pcmdline': field('parent.command'),
  'proc.aname': field('ancestors.name'),
  'proc.aexe': field('ancestors.arg0'),
  'proc.aexepath': field('ancestors.exe.path'),
  'proc.acmdline': field('ancestors.command'),
  'proc.apid': field('ancestors.pid'),
  'proc.tty': { kind: 'fallback', field: 'process.tty', value: '0' },
  'proc.exe_ino': field('process.exe.inode'),
  'proc.is_exe_upper_layer': isFlag('process.exe.upper_layer'),
  'proc.is_exe_from_memfd': isFlag('process.exe.memfd'),
  'proc.duration': { kind: 'scaled', field: 'process.age_ms', factor: 1_000_000 },
  // Probes run in the container like anything else: nobody tells which processes are theirs.
  'proc.is_container_healthcheck': { kind: 'constant', values: ['false', 0] },
  'proc.is_container_liveness_probe': { kind: 'constant', values: ['false', 0] },
  'proc.is_container_readiness_probe': { kind: 'constant', values: ['false', 0] },
  ...allAbsent(NOT_KEPT, [
    ...['proc.env', 'proc.penv', 'proc.aenv', 'proc.sid', 'proc.sname'],
    ...['proc.sid.exe', 'proc.sid.exepath', 'proc.vpgid', 'proc.vpgid.name', 'proc.vpgid.exe'],
    ...['proc.vpgid.exepath', 'proc.pgid', 'proc.pgid.name', 'proc.is_vpgid_leader'],
    ...['proc.is_pgid_leader', 'proc.is_sid_leader', 'proc.is_exe_writable'],
    ...['proc.is_exe_lower_layer', 'proc.cmdnargs', 'proc.cmdlenargs', 'proc.nthreads'],
    ...['proc.nchilds', 'proc.pvpid', 'proc.loginshellid', 'proc.stdin.type', 'proc.stdin.name'],
    ...['proc.stdout.type', 'proc.stdout.name', 'proc.stderr.type', 'proc.stderr.name'],
    ...['proc.exe_ino.ctime', 'proc.exe_ino.mtime', 'proc.exe_ino.ctime_duration_proc_start'],
    ...['proc.exe_ino.ctime_duration_pidns_start', 'proc.pidns_init_start_ts', 'proc.pid.ts'],
    ...['proc.ppid.ts', 'proc.ppid.duration', 'proc.fdopencount', 'proc.fdlimit', 'proc.fdusage'],
    ...['proc.vmsize', 'proc.vmrss', 'proc.vmswap', 'proc.lineage', 'proc.exe_flags'],
    ...['thread.vtid', 'thread.ismain', 'thread.cgroups', 'thread.cgroup', 'thread.pfmajor'],
    ...['thread.pfminor', 'thread.exectime', 'thread.totexectime', 'thread.cpu'],
    ...['thread.cpu.user', 'thread.cpu.system', 'thread.vmsize', 'thread.vmrss'],
    ...['user.loginname', 'user.homedir', 'user.shell'],
  ]),
  'thread.tid': field('process.tid'),
  'thread.cap_effective': field('process.caps.effective'),
  'thread.cap_permitted': field('process.caps.permitted'),
  'thread.cap_inheritable': field('process.caps.inheritable'),
  'user.name': { kind: 'fallback', field: 'process.user', value: NO_NAME },
  'user.uid': field('process.uid'),
  'user.loginuid': { kind: 'fallback', field: 'process.loginuid', value: '-1' },
  'group.gid': field('process.gid'),
  ...allAbsent('names of groups are not looked up', ['group.name']),
};

/** Fields of ancestors by those of the process itself, which is the ancestor 0. */
export const OWN_FIELDS: Readonly<Record<string, Name>> = {
  'proc.aname': 'process.name',
  'proc.aexe': 'process.arg0',
  'proc.aexepath': 'process.exe.path',
  'proc.acmdline': 'process.command',
  'proc.apid': 'process.pid',
};
