/** Arguments of events, processes, and whose they are: what their fields read, and what not. */
import type { FalcoCase } from './falco-cases.ts';

/** Cases about arguments. */
export const ARGUMENT_CASES: readonly FalcoCase[] = [
  {
    condition: 'evt.arg.flags contains O_CREAT',
    class: 'file.open',
    match: { 'file.flags': ['write', 'create'] },
    miss: { 'file.flags': ['write'] },
  },
  {
    condition: 'evt.arg.flags contains "O_RDWR"',
    class: 'file.open',
    match: { 'file.flags': ['read', 'write'] },
    miss: { 'file.flags': ['write'] },
  },
  {
    condition: 'evt.arg.flags contains CLONE_NEWUSER',
    class: 'process.namespace',
    match: { 'namespace.flags': ['mnt', 'user'] },
    miss: { 'namespace.flags': ['mnt'] },
  },
  {
    condition: 'evt.arg.flags contains CLONE_NEW',
    class: 'process.namespace',
    match: { 'namespace.flags': ['mnt'] },
    miss: { 'mount.flags': ['bind'] },
  },
  {
    condition: 'evt.arg.flags intersects (MS_BIND, MS_MOVE)',
    class: 'file.mount',
    match: { 'mount.flags': ['move'] },
    miss: { 'mount.flags': ['remount'] },
  },
  {
    condition: 'evt.arg.flags contains EXE_UPPER_LAYER',
    match: { 'process.exe.upper_layer': true },
    miss: { 'process.exe.upper_layer': false },
  },
  {
    condition: 'evt.arg.mode contains S_ISUID',
    class: 'file.mode',
    match: { 'file.mode_bits': ['S_ISUID', 'S_IRUSR'] },
    miss: { 'file.mode_bits': ['S_IRUSR'] },
  },
  {
    condition: 'evt.arg.request in (PTRACE_ATTACH, PTRACE_POKEDATA)',
    class: 'process.ptrace',
    match: { 'ptrace.request': 'attach' },
    miss: { 'ptrace.request': 'traceme' },
  },
  {
    condition: 'evt.arg.cmd = BPF_PROG_LOAD',
    class: 'kernel.bpf',
    match: { 'bpf.command': 'prog_load' },
    miss: { 'bpf.command': 'map_create' },
  },
  {
    condition: 'evt.arg.domain contains AF_PACKET',
    class: 'network.socket',
    match: { 'network.family': 'packet' },
    miss: { 'network.family': 'ipv4' },
  },
  {
    condition: 'evt.arg[0] contains AF_PACKET',
    class: 'network.socket',
    match: { 'network.family': 'packet' },
    miss: { 'network.family': 'packet' },
    missClass: 'network.connect',
  },
  {
    condition: 'evt.arg[1] contains SOCK_RAW',
    class: 'network.socket',
    match: { 'network.type': 'raw' },
    miss: { 'network.type': 'stream' },
  },
  {
    condition: 'evt.arg.newpath contains "/."',
    class: 'file.rename',
    match: { 'file.path': '/a/.b', 'file.old_path': '/a/b' },
    miss: { 'file.path': '/a/.b' },
    missClass: 'file.unlink',
  },
  {
    condition: 'evt.arg.newpath = /a',
    class: 'file.link',
    match: { 'file.path': '/a' },
    miss: { 'file.path': '/a' },
    missClass: 'file.symlink',
  },
  {
    condition: 'evt.arg.linkpath = /a',
    class: 'file.symlink',
    match: { 'file.path': '/a' },
    miss: { 'file.path': '/a' },
    missClass: 'file.link',
  },
  {
    condition: 'evt.arg.dir = /mnt',
    class: 'file.mount',
    match: { 'file.path': '/mnt' },
    miss: { 'file.path': '/mnt' },
    missClass: 'file.open',
  },
  {
    condition: 'evt.arg.type = SOCK_SEQPACKET',
    class: 'network.socket',
    match: { 'network.type': '5' },
    miss: { 'network.type': 'stream' },
  },
  {
    condition: 'evt.arg.type in (SOCK_RAW, tmpfs)',
    class: 'file.mount',
    match: { 'file.filesystem': 'tmpfs' },
    miss: { 'file.filesystem': 'ext4' },
  },
  {
    condition: 'evt.arg.sig in (SIGKILL, 15)',
    class: 'process.signal',
    match: { 'signal.number': 9 },
    miss: { 'signal.number': 1 },
  },
  {
    condition: 'evt.arg.uid=nobody',
    class: 'process.credentials',
    match: { 'credentials.new_uid': 65534, 'credentials.new_user': 'nobody' },
    miss: { 'credentials.new_uid': 0, 'credentials.new_user': 'root' },
  },
  {
    condition: 'evt.arg.uid = 0',
    class: 'process.credentials',
    match: { 'credentials.new_uid': 0 },
    miss: { 'credentials.new_uid': 1 },
  },
];

/** Cases about processes and whose they are. */
export const ACTOR_CASES: readonly FalcoCase[] = [
  { condition: 'container.id != host', match: { 'container.id': 'abc' }, miss: {} },
  { condition: 'container.id = host', match: {}, miss: { 'container.id': 'abc' } },
  {
    condition: 'container.id in (host, 0123456789ab)',
    match: { 'container.id': '0123456789abcdef' },
    miss: { 'container.id': '1123456789abcdef' },
  },
  { condition: 'container.name != host', match: { 'container.name': 'web' }, miss: {} },
  { condition: 'container.type startswith ho', match: {}, miss: { 'container.runtime': 'x' } },
  {
    condition: 'container.privileged = true',
    match: { 'container.privileged': true },
    miss: { 'container.privileged': false },
  },
  { condition: 'user.loginuid != -1', match: { 'process.loginuid': 0 }, miss: {} },
  { condition: 'user.loginuid = -1', match: {}, miss: { 'process.loginuid': 0 } },
  { condition: 'user.loginuid >= 0', match: { 'process.loginuid': 0 }, miss: {} },
  { condition: 'user.loginuid < 0', match: {}, miss: { 'process.loginuid': 0 } },
  { condition: 'user.name != _apt', match: {}, miss: { 'process.user': '_apt' } },
  { condition: 'user.name = "<NA>"', match: {}, miss: { 'process.user': 'root' } },
  { condition: 'not proc.pname exists', match: {}, miss: { 'parent.name': 'sh' } },
  {
    condition: 'thread.cap_effective contains CAP_SYS_ADMIN',
    match: { 'process.caps.effective': ['CAP_CHOWN', 'CAP_SYS_ADMIN'] },
    miss: { 'process.caps.effective': ['CAP_CHOWN'] },
  },
  {
    condition: 'proc.is_exe_from_memfd = true',
    match: { 'process.exe.memfd': true },
    miss: { 'process.exe.memfd': false },
  },
  {
    condition: 'proc.is_exe_upper_layer=false',
    match: { 'process.exe.upper_layer': false },
    miss: { 'process.exe.upper_layer': true },
  },
  {
    condition: 'proc.args contains "-e sh"',
    match: { 'process.args': ['-e', 'sh'] },
    miss: { 'process.args': ['-e', 'x', 'sh'] },
  },
  {
    condition: 'proc.args startswith -i',
    match: { 'process.args': ['-i', '-l'] },
    miss: { 'process.args': ['-l', '-i'] },
  },
  {
    condition: 'proc.apid[1] = 1',
    match: { 'ancestors.pid': [1, 0] },
    miss: { 'ancestors.pid': [0, 1] },
  },
  {
    condition: 'proc.duration <= 5000000000',
    match: { 'process.age_ms': 5000 },
    miss: { 'process.age_ms': 5001 },
  },
  {
    condition: 'k8s.deployment.name = web',
    match: { 'k8s.workload.name': 'web', 'k8s.workload.kind': 'Deployment' },
    miss: { 'k8s.workload.name': 'web', 'k8s.workload.kind': 'DaemonSet' },
  },
];
