/** What hooks saw is what rules read. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DetectionEvent } from '../../../../../src/model/detection-event.ts';
import type { Event, HookEvent } from '../../../../../src/model/event.ts';
import type { Facts } from '../../../../../src/model/fact.ts';
import { CLASS_FACTS } from '../../../../../src/rules/detection/sources/class-facts.ts';
import { EventTranslator } from '../../../../../src/rules/detection/sources/event-translator.ts';
import { fromMount } from '../../../../../src/rules/detection/sources/translate-file.ts';
import { dnsMessage } from '../../../../support/dns-messages.ts';
import {
  aHookEvent,
  anExecEvent,
  anExitEvent,
  aParent,
  aProcess,
  ROOT_CREDENTIALS,
} from '../../../../support/events.ts';
import {
  addressArgument as address,
  aSourceEvent,
  numberArgument as number,
  pathArgument as path,
  socketArgument as socket,
  textArgument as text,
} from '../../../../support/source-events.ts';

const OWN_PID = 4242;
const TARGET = aProcess({ tgid: 77, binary: '/usr/sbin/sshd', argv: ['sshd', '-D'] });

function aTranslator(): EventTranslator {
  return new EventTranslator({
    ownPid: OWN_PID,
    ancestorsOf: () => [aParent()],
    processOf: (pid) => (pid === 77 ? TARGET : undefined),
  });
}

function translated(...events: readonly Event[]): readonly DetectionEvent[] {
  return aTranslator().translate(events);
}

const USER = { ...ROOT_CREDENTIALS, euid: 1000, capEffective: 1n };
const USER_NAMESPACE = { level: 0, uid: 0, gid: 0, inum: 0 };
const cred = (credentials: typeof ROOT_CREDENTIALS): HookEvent['args'][number]['value'] => ({
  ...{ kind: 'cred', credentials, userNamespace: USER_NAMESPACE },
});

const MODULE = { kind: 'module', name: 'dummy', isSigned: true, taints: 0n } as const;
const CONNECTED = { sourceAddress: '10.0.0.2', sourcePort: 40_000 };

interface Case {
  readonly of: string;
  readonly source: string;
  readonly call: string;
  readonly args: Parameters<typeof aSourceEvent>[2];
  /** Undefined: no event. */
  readonly facts: Facts | undefined;
}

const entry = { dir: path('/srv/www'), name: text('x.php') };
const target = {
  'target.pid': 77,
  'target.exe.path': '/usr/sbin/sshd',
  'target.cmdline': 'sshd -D',
};

const CASES: readonly Case[] = [
  {
    of: 'an open for writing',
    source: 'file_open',
    call: 'file_open',
    args: { path: path('/etc/passwd', 0o100644), flags: number(0o101102), inode: number(7) },
    facts: {
      ...{ 'file.path': '/etc/passwd', 'file.flags': ['read', 'write', 'create', 'truncate'] },
      ...{ 'file.mode': 0o100644, 'file.inode': 7 },
    },
  },
  {
    of: 'an open by the kernel of what it executes',
    source: 'file_open',
    call: 'file_open',
    args: { path: path('/bin/sh', 0o100755), flags: number(0o100040) },
    facts: { 'file.path': '/bin/sh', 'file.flags': ['read', 'exec'], 'file.mode': 0o100755 },
  },
  {
    of: 'a system call that says no flags',
    source: 'file_open',
    call: 'sys_openat2',
    args: { path: text('shadow') },
    facts: { 'file.path': 'shadow' },
  },
  {
    of: 'a system call that has its flags in its name',
    source: 'file_open',
    call: 'sys_creat',
    args: { path: text('/x') },
    facts: { 'file.path': '/x', 'file.flags': ['write', 'create', 'truncate'] },
  },
  {
    of: 'a file that is made',
    source: 'file_create',
    call: 'path_mknod',
    args: { ...entry, mode: number(0o100600) },
    facts: { 'file.path': '/srv/www/x.php', 'file.mode': 0o100600 },
  },
  {
    of: 'a file that is removed from the root',
    source: 'file_unlink',
    call: 'path_unlink',
    args: { dir: path('/'), name: text('x') },
    facts: { 'file.path': '/x' },
  },
  {
    of: 'a directory without a name',
    source: 'file_mkdir',
    call: 'path_mkdir',
    args: { dir: { kind: 'unreadable' }, name: text('x') },
    facts: {},
  },
  {
    of: 'a rename',
    source: 'file_rename',
    call: 'path_rename',
    args: { old_dir: path('/tmp'), old_name: text('a'), dir: path('/etc'), name: text('b') },
    facts: { 'file.path': '/etc/b', 'file.old_path': '/tmp/a' },
  },
  {
    of: 'a second name on another mount than the root',
    source: 'file_link',
    call: 'path_link',
    args: {
      ...{ old_within: path('/sub/key'), dir: path('/mnt/x'), dir_within: path('/x') },
      name: text('copy'),
    },
    facts: { 'file.path': '/mnt/x/copy', 'file.old_path': '/mnt/sub/key' },
  },
  {
    of: 'a symbolic link',
    source: 'file_symlink',
    call: 'path_symlink',
    args: { ...entry, target: text('/etc/shadow') },
    facts: { 'file.path': '/srv/www/x.php', 'file.target': '/etc/shadow' },
  },
  {
    of: 'another mode, with the type of the file',
    source: 'file_mode',
    call: 'path_chmod',
    args: { path: path('/bin/x', 0o100755), mode: number(0o4755) },
    facts: { 'file.path': '/bin/x', 'file.mode': 0o104755 },
  },
  {
    of: 'another owner and the same group',
    source: 'file_owner',
    call: 'path_chown',
    args: {
      ...{ path: path('/bin/x', 0o100755), uid: { kind: 'uint', value: 0 } },
      gid: { kind: 'uint', value: 0xffff_ffff },
    },
    facts: { 'file.path': '/bin/x', 'file.mode': 0o100755, 'file.uid': 0 },
  },
  {
    of: 'a mount',
    source: 'file_mount',
    call: 'sb_mount',
    args: {
      ...{ source: text('/dev/sda'), path: path('/mnt'), filesystem: text('ext4') },
      flags: { kind: 'size', value: 4097n },
    },
    facts: {
      ...{ 'file.path': '/mnt', 'file.filesystem': 'ext4', 'mount.source': '/dev/sda' },
      'mount.flags': ['readonly', 'bind'],
    },
  },
  {
    of: 'a mount that is put into its place',
    source: 'file_mount',
    call: 'move_mount',
    args: { path: path('/mnt'), filesystem: text('tmpfs') },
    facts: { 'file.path': '/mnt', 'file.filesystem': 'tmpfs', 'mount.flags': ['move'] },
  },
  {
    of: 'a connection',
    source: 'network_connect',
    call: 'socket_connect',
    args: { socket: socket({}), address: address('192.0.2.1', 443) },
    facts: {
      ...{ 'network.family': 'ipv4', 'network.type': 'stream', 'network.protocol': 'tcp' },
      ...{ 'network.direction': 'outbound', 'network.remote.ip': '192.0.2.1' },
      'network.remote.port': 443,
    },
  },
  {
    of: 'a connection on this machine',
    source: 'network_connect',
    call: 'socket_connect',
    args: {
      ...{ socket: socket({ family: 1 }), address: address('', 0, 1) },
      path: { kind: 'sockaddr_un', family: 1, path: '/run/docker.sock' },
    },
    facts: {
      ...{ 'network.family': 'unix', 'network.type': 'stream', 'network.direction': 'outbound' },
      'file.path': '/run/docker.sock',
    },
  },
  {
    of: 'a connection that is undone',
    source: 'network_connect',
    call: 'socket_connect',
    args: { socket: socket({}), address: address('', 0, 0) },
    facts: undefined,
  },
  {
    of: 'a connection that was accepted',
    source: 'network_accept',
    call: 'inet_csk_accept',
    args: {
      socket: socket({ ...CONNECTED, destinationAddress: '192.0.2.1', destinationPort: 5 }),
    },
    facts: {
      ...{ 'network.family': 'ipv4', 'network.type': 'stream', 'network.protocol': 'tcp' },
      ...{ 'network.direction': 'inbound', 'network.local.ip': '10.0.0.2' },
      ...{ 'network.local.port': 40_000, 'network.remote.ip': '192.0.2.1' },
      'network.remote.port': 5,
    },
  },
  {
    of: 'a call that accepted nothing',
    source: 'network_accept',
    call: 'inet_csk_accept',
    args: { socket: { kind: 'unreadable' } },
    facts: undefined,
  },
  {
    of: 'an address that is bound',
    source: 'network_bind',
    call: 'socket_bind',
    args: { socket: socket({}), address: address('0.0.0.0', 8080) },
    facts: {
      ...{ 'network.family': 'ipv4', 'network.type': 'stream', 'network.protocol': 'tcp' },
      ...{ 'network.local.ip': '0.0.0.0', 'network.local.port': 8080 },
    },
  },
  {
    of: 'a socket that listens',
    source: 'network_listen',
    call: 'socket_listen',
    args: { socket: socket({ sourcePort: 8080 }) },
    facts: {
      ...{ 'network.family': 'ipv4', 'network.type': 'stream', 'network.protocol': 'tcp' },
      ...{ 'network.local.ip': '0.0.0.0', 'network.local.port': 8080 },
    },
  },
  {
    of: 'a datagram of a connected socket',
    source: 'network_send',
    call: 'udp_sendmsg',
    args: {
      socket: socket({
        ...{ ...CONNECTED, type: 2, protocol: 17 },
        ...{ destinationAddress: '192.0.2.1', destinationPort: 514 },
      }),
    },
    facts: {
      ...{ 'network.family': 'ipv4', 'network.type': 'datagram', 'network.protocol': 'udp' },
      ...{ 'network.direction': 'outbound', 'network.local.ip': '10.0.0.2' },
      ...{ 'network.local.port': 40_000, 'network.remote.ip': '192.0.2.1' },
      'network.remote.port': 514,
    },
  },
  {
    of: 'a socket for packets',
    source: 'network_socket',
    call: 'socket_create',
    args: { family: number(17), type: number(3), protocol: number(768) },
    facts: { 'network.family': 'packet', 'network.type': 'raw' },
  },
  {
    of: 'a process that attaches',
    source: 'process_ptrace',
    call: 'ptrace_access_check',
    args: { target: number(77), mode: number(0x12) },
    facts: { ...target, 'ptrace.request': 'attach' },
  },
  {
    of: 'a process whose memory is opened',
    source: 'process_ptrace',
    call: 'ptrace_access_check',
    args: { target: number(78), mode: number(0x0a) },
    facts: { 'target.pid': 78, 'ptrace.request': 'read' },
  },
  {
    of: 'a process that lets its parent attach',
    source: 'process_ptrace',
    call: 'ptrace_traceme',
    args: { target: number(77) },
    facts: { ...target, 'ptrace.request': 'traceme' },
  },
  {
    of: 'memory that is opened for writing',
    source: 'process_memory_file',
    call: 'file_open',
    args: { path: path('/proc/77/task/78/mem'), flags: number(1) },
    facts: { ...target, 'file.path': '/proc/77/task/78/mem' },
  },
  {
    of: 'a signal',
    source: 'process_signal',
    call: 'task_kill',
    args: { target: number(77), signal: number(9) },
    facts: { ...target, 'signal.number': 9 },
  },
  {
    of: 'another user',
    source: 'process_credentials',
    call: 'key_fsuid_changed',
    args: { new: cred(ROOT_CREDENTIALS), old: cred(USER) },
    facts: {
      ...{ 'credentials.old_uid': 1000, 'credentials.new_uid': 0 },
      'credentials.gained': ['CAP_SYS_ADMIN'],
    },
  },
  {
    of: 'namespaces that are made',
    source: 'process_namespace',
    call: 'unshare_nsproxy_namespaces',
    args: { flags: { kind: 'size', value: 0x1002_0000n } },
    facts: { 'namespace.flags': ['mnt', 'user'] },
  },
  {
    of: 'a namespace that is entered',
    source: 'process_namespace',
    call: 'netns_install',
    args: {},
    facts: { 'namespace.flags': ['net'] },
  },
  {
    of: 'a file in memory',
    source: 'process_memfd',
    call: 'shmem_file_setup',
    args: { memfd: text('memfd:payload') },
    facts: { 'file.path': '/memfd:payload' },
  },
  {
    of: 'a ring for requests',
    source: 'process_io_uring',
    call: 'io_sq_offload_create',
    args: {},
    facts: {},
  },
  {
    of: 'a file that is mapped executable',
    source: 'process_mapping',
    call: 'mmap_file',
    args: { path: path('/lib/x.so', 0o100644), protection: number(5) },
    facts: { 'file.path': '/lib/x.so', 'file.mode': 0o100644 },
  },
  {
    of: 'memory without a file that is mapped executable',
    source: 'process_mapping',
    call: 'mmap_file',
    args: { path: { kind: 'unreadable' }, protection: number(5) },
    facts: undefined,
  },
  {
    of: 'a module',
    source: 'kernel_module',
    call: 'module/module_load',
    args: { module: MODULE },
    facts: { 'module.name': 'dummy' },
  },
  {
    of: 'a program for the kernel',
    source: 'kernel_bpf',
    call: 'bpf',
    args: {
      ...{ command: { kind: 'bpf_cmd', value: 5 }, type: { kind: 'uint', value: 2 } },
      ...{ prog_name: text('hide'), map_name: text('nonsense') },
    },
    facts: { 'bpf.command': 'prog_load', 'bpf.type': 'kprobe', 'bpf.name': 'hide' },
  },
  {
    of: 'a map',
    source: 'kernel_bpf',
    call: 'bpf',
    args: {
      ...{ command: { kind: 'bpf_cmd', value: 0 }, type: { kind: 'uint', value: 27 } },
      ...{ prog_name: text('nonsense'), map_name: text('ring') },
    },
    facts: { 'bpf.command': 'map_create', 'bpf.type': 'ringbuf', 'bpf.name': 'ring' },
  },
  {
    of: 'a command that makes nothing',
    source: 'kernel_bpf',
    call: 'bpf',
    args: { command: { kind: 'bpf_cmd', value: 1 }, type: { kind: 'uint', value: 2 } },
    facts: { 'bpf.command': 'map_lookup_elem' },
  },
];

describe('facts', () => {
  for (const { of, source, call, args, facts } of CASES) {
    it(`of ${of} are those of its hook`, () => {
      const [event] = translated(aSourceEvent(source, call, args));

      assert.deepStrictEqual(event?.facts, facts);
      const known: readonly string[] = event === undefined ? [] : CLASS_FACTS[event.class];
      assert.deepStrictEqual(
        Object.keys(facts ?? {}).filter((name) => !known.includes(name)),
        [],
      );
    });
  }

  it('of the base sensor are those of the process', () => {
    const events = translated(anExecEvent(), anExitEvent({ status: 3 }));

    assert.deepStrictEqual(
      events.map(({ class: name, facts }) => [name, facts]),
      [
        ['process.exec', {}],
        ['process.exit', { 'exit.code': 3, 'exit.signal': 0 }],
      ],
    );
  });

  it('of a policy of a user are those of its match', () => {
    const [event] = translated(aHookEvent({ message: 'no', tags: ['file'] }));

    assert.equal(event?.class, 'policy.match');
    assert.deepStrictEqual(event?.facts, {
      ...{ 'policy.name': 'file-monitoring', 'policy.function': 'security_file_permission' },
      ...{ 'policy.action': 'Post', 'policy.message': 'no', 'policy.tags': ['file'] },
      'policy.args': ['/etc/passwd', '2'],
    });
  });
});

describe('EventTranslator', () => {
  it('keeps what every event has', () => {
    const source = aSourceEvent('file_unlink', 'path_unlink', entry);
    const [event] = translated(source);

    const { sequence, timeNs, tid, process } = source;
    assert.deepStrictEqual(
      [event?.sequence, event?.timeNs, event?.tid, event?.process, event?.ancestors],
      [sequence, timeNs, tid, process, [aParent()]],
    );
  });

  it('says the system call where only one comes by', () => {
    const [one, other] = translated(
      aSourceEvent('process_io_uring', 'io_sq_offload_create', {}),
      aSourceEvent('file_unlink', 'path_unlink', entry),
    );
    assert.deepStrictEqual([one?.syscall, other?.syscall], ['io_uring_setup', undefined]);
  });

  it('leaves out what the agent does', () => {
    const own = aProcess({ tgid: OWN_PID });
    const args = { ...entry };
    const event = aSourceEvent('file_unlink', 'path_unlink', args);
    assert.deepStrictEqual(translated({ ...event, process: own }), []);
    assert.equal(translated(event).length, 1);
  });

  it('leaves out hooks that are not in the table', () => {
    assert.deepStrictEqual(translated(aSourceEvent('file_unlink', 'path_rmdir', entry)), []);
    assert.deepStrictEqual(translated(aSourceEvent('older', 'path_unlink', entry)), []);
  });
});

describe('names of addresses', () => {
  const process = aProcess();
  const dns = (direction: 'query' | 'answer', message: Uint8Array, at = process): Event => ({
    ...{ kind: 'process_dns', sequence: 1, timeNs: 1n, process: at, parent: undefined, tid: 1 },
    ...{ direction, family: 'ipv4', localAddress: '10.0.0.2', localPort: 40_000 },
    ...{ remoteAddress: '10.0.0.1', remotePort: 53, message },
  });
  const data = Buffer.from([192, 0, 2, 1]);
  const answer = dnsMessage({ isAnswer: true, name: 'c2.test', answers: [{ type: 1, data }] });
  const connect = (timeNs = 2n, ip = '192.0.2.1'): Event => ({
    ...aSourceEvent('network_connect', 'socket_connect', {
      ...{ socket: socket({}), address: address(ip, 443) },
    }),
    ...{ timeNs, process },
  });
  const nameOf = (...events: readonly Event[]): string | undefined =>
    translated(...events).at(-1)?.facts['network.remote.name'];

  it('are asked for and answered', () => {
    const query = dnsMessage({ name: 'c2.test' });
    const events = translated(dns('query', query), dns('answer', answer));

    const ends = {
      ...{ 'network.family': 'ipv4', 'network.type': 'datagram', 'network.protocol': 'udp' },
      ...{ 'network.local.ip': '10.0.0.2', 'network.local.port': 40_000 },
      ...{ 'network.remote.ip': '10.0.0.1', 'network.remote.port': 53 },
    };
    const asked = { 'dns.query': 'c2.test', 'dns.type': 'A' };
    assert.deepStrictEqual(
      events.map(({ class: name, facts }) => [name, facts]),
      [
        ['dns.query', { ...asked, ...ends, 'network.direction': 'outbound' }],
        [
          'dns.answer',
          { ...asked, 'dns.answers': ['192.0.2.1'], ...ends, 'network.direction': 'inbound' },
        ],
      ],
    );
  });

  it('go with connections to them', () => {
    assert.equal(nameOf(dns('answer', answer), connect()), 'c2.test');
    assert.equal(nameOf(dns('answer', answer), connect(2n, '192.0.2.2')), undefined);
  });

  it('are forgotten when they are old', () => {
    const second = 1_000_000_000n;
    assert.equal(nameOf(dns('answer', answer), connect(300n * second)), 'c2.test');
    assert.equal(nameOf(dns('answer', answer), connect(302n * second)), undefined);
  });

  it('are of the network that asked', () => {
    const elsewhere = aProcess({ namespaces: { ...process.namespaces, net: 5 } });
    assert.equal(nameOf(dns('answer', answer, elsewhere), connect()), undefined);
  });

  it('are not learnt from what is sent, nor from what is no message', () => {
    assert.equal(nameOf(dns('query', answer), connect()), undefined);
    assert.deepStrictEqual(translated(dns('query', answer)), []);
    assert.deepStrictEqual(translated(dns('answer', answer.subarray(0, 20))), []);
  });
});

describe('fromMount', () => {
  const CASES: readonly (readonly [string, string, string, string | undefined])[] = [
    // Within the file system, the directory as it is seen, the same within, what is seen.
    ['/a/file', '/a', '/a', '/a/file'],
    ['/file', '/', '/', '/file'],
    ['/file', '/mnt', '/', '/mnt/file'],
    ['/a/file', '/mnt/b', '/b', '/mnt/a/file'],
    ['/data/x/file', '/srv/y', '/data/x/y', '/srv/file'],
    ['/other/file', '/srv/y', '/data/x/y', undefined],
  ];
  for (const [within, directory, directoryWithin, expected] of CASES) {
    it(`sees ${within} from ${directory} (${directoryWithin}) as ${expected}`, () => {
      assert.equal(fromMount(within, directory, directoryWithin), expected);
    });
  }
});
