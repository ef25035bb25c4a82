/** Builders of model values: valid by default, with overrides for what a test is about. */
import type {
  Credentials,
  HookEvent,
  Namespaces,
  Process,
  ProcessExecEvent,
  ProcessExitEvent,
  ProcessFlags,
} from '../../src/model/event.ts';

/** Flags that are all off. */
export const NO_FLAGS: ProcessFlags = {
  clone: false,
  exec: false,
  seeded: false,
  unknown: false,
  argsTruncated: false,
  argsUnreadable: false,
  binaryUnresolved: false,
  cwdUnresolved: false,
  cwdRoot: false,
  memfd: false,
  unlinked: false,
  upperLayer: false,
  setuid: false,
  setgid: false,
  fileCaps: false,
  kernelThread: false,
  nonLeader: false,
  inInitTree: false,
};

/** Root without a login, with capabilities chown and sys_admin. */
export const ROOT_CREDENTIALS: Credentials = {
  uid: 0,
  gid: 0,
  euid: 0,
  egid: 0,
  suid: 0,
  sgid: 0,
  fsuid: 0,
  fsgid: 0,
  securebits: 0,
  loginUid: 4_294_967_295,
  capPermitted: 0x20_0001n,
  capEffective: 0x20_0001n,
  capInheritable: 0n,
};

/** Namespaces of the host, numbered as the kernel numbers its first ones. */
export const HOST_NAMESPACES: Namespaces = {
  uts: 4_026_531_838,
  ipc: 4_026_531_839,
  mnt: 4_026_531_841,
  pid: 4_026_531_836,
  pidForChildren: 4_026_531_836,
  net: 4_026_531_840,
  time: 4_026_531_834,
  timeForChildren: 4_026_531_834,
  cgroup: 4_026_531_835,
  user: 4_026_531_837,
};

/** `/usr/bin/whoami --version` on node `node-1`, started 5 s after boot. */
export function aProcess(overrides: Partial<Process> = {}): Process {
  return {
    execId: 'bm9kZS0xOjUwMDAwMDAwMDE6NTE1ODM=',
    parentExecId: 'bm9kZS0xOjQwMDAwMDAwMDE6NDM4NzI=',
    tgid: 51583,
    startNs: 5_000_000_001n,
    imageTimeNs: 5_000_000_000n,
    namespacePid: 51583,
    tty: 0,
    binary: '/usr/bin/whoami',
    argv: ['whoami', '--version'],
    cwd: '/',
    interpreter: '',
    executable: {
      path: '/usr/bin/whoami',
      inode: 131_842n,
      device: 0x80_0001,
      links: 1,
      uid: 0,
      gid: 0,
      mode: 0o100755,
    },
    credentials: ROOT_CREDENTIALS,
    namespaces: HOST_NAMESPACES,
    cgroupId: 77n,
    cgroupName: 'session-1.scope',
    flags: { ...NO_FLAGS, exec: true, clone: true, cwdRoot: true },
    ...overrides,
  };
}

/** The shell that started aProcess(). */
export function aParent(overrides: Partial<Process> = {}): Process {
  return aProcess({
    execId: 'bm9kZS0xOjQwMDAwMDAwMDE6NDM4NzI=',
    parentExecId: 'bm9kZS0xOjMwMDAwMDAwMDE6NDM4NjE=',
    tgid: 43872,
    startNs: 4_000_000_001n,
    imageTimeNs: 4_000_000_000n,
    namespacePid: 43872,
    binary: '/bin/bash',
    argv: ['bash'],
    ...overrides,
  });
}

export function anExecEvent(overrides: Partial<ProcessExecEvent> = {}): ProcessExecEvent {
  return {
    kind: 'process_exec',
    sequence: 1,
    timeNs: 5_000_000_000n,
    process: aProcess(),
    parent: aParent(),
    tid: 51583,
    ...overrides,
  };
}

/** aProcess() ends with status 0. */
export function anExitEvent(overrides: Partial<ProcessExitEvent> = {}): ProcessExitEvent {
  return {
    kind: 'process_exit',
    sequence: 2,
    timeNs: 5_001_000_000n,
    process: aProcess(),
    parent: aParent(),
    tid: 51583,
    signal: 0,
    status: 0,
    ...overrides,
  };
}

/** aProcess() writes to /etc/passwd and policy `file-monitoring` posts it. */
export function aHookEvent(overrides: Partial<HookEvent> = {}): HookEvent {
  return {
    kind: 'process_kprobe',
    sequence: 3,
    timeNs: 5_000_500_000n,
    process: aProcess(),
    parent: aParent(),
    tid: 51584,
    functionName: 'security_file_permission',
    policyName: 'file-monitoring',
    message: '',
    tags: [],
    args: [
      {
        value: { kind: 'file', path: '/etc/passwd', mode: 0o100644, unresolved: false },
        label: '',
      },
      { value: { kind: 'int', value: 2 }, label: '' },
    ],
    action: 'Post',
    outcome: {
      signalled: false,
      signalFailed: false,
      overridden: false,
      overrideError: 0,
      withheld: false,
      set: false,
      setFailed: false,
    },
    ...overrides,
  };
}
