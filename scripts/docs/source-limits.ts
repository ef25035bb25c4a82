/** What sources do not see, and classes that have none. */
import type { EventClass } from '../../src/model/event-class.ts';

/** Where events come from that no policy of a source makes. */
export const OTHER_ORIGINS: Readonly<Partial<Record<EventClass, string>>> = {
  'process.exec': 'the base sensor, always',
  'process.exit': 'the base sensor, always',
  'dns.query': 'packets that leave for port 53, at the root of the cgroups',
  'dns.answer': 'packets that arrive from port 53 at a socket that asked',
  'policy.match': 'policies of users',
};

/** By class; what is not here is seen whole, where the first way is there. */
export const CLASS_LIMITS: Readonly<Partial<Record<EventClass, string>>> = {
  'process.credentials':
    'what an executed file gives: that is `process.exe.setuid` of its exec; changes of groups only',
  'process.ptrace': 'who only looks at another process, as `ps` does',
  'process.memory':
    '`process_vm_writev` of 32-bit programs, which `process.ptrace` sees; whose the files below ' +
    '/proc are in a pid namespace',
  'process.mapping': 'memory that becomes executable later; memory without a file',
  'file.open': '`truncate` by path; files that are opened by descriptors only (`O_PATH`)',
  'file.create': 'files without a name (`O_TMPFILE`)',
  'file.mount': 'what is taken off; the source of a mount that was made by `fsopen`',
  'network.connect': 'the own end, which the kernel chooses later',
  'network.accept': 'sockets of this machine (`AF_UNIX`), SCTP',
  'network.send': 'other datagrams than UDP and raw IPv4; sockets of this machine',
  'dns.query': 'names asked for over TCP, TLS or HTTPS; packets with headers of IPv6 extensions',
  'dns.answer': 'what of an answer goes beyond 512 bytes',
  'kernel.module': 'the file that the module came from',
};
