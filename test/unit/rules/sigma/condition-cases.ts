/** Conditions and logsources of Sigma, each with an event that it matches and a near miss. */
import { exe, line, type SigmaCase, sel } from './sigma-cases.ts';

const abc =
  'a: {CommandLine|contains: a}, b: {CommandLine|contains: b}, c: {CommandLine|contains: c}';

const when = (condition: string): string => `{${abc}, condition: "${condition}"}`;

/** Conditions over searches. */
export const CONDITION_CASES: readonly SigmaCase[] = [
  { name: 'and', detection: when('a and b'), match: line('ab'), miss: line('ac') },
  { name: 'or', detection: when('a or b'), match: line('b'), miss: line('c') },
  { name: 'not', detection: when('a and not b'), match: line('a'), miss: line('ab') },
  {
    name: 'and before or',
    detection: when('a or b and c'),
    match: line('a'),
    miss: line('b'),
  },
  {
    name: 'parentheses',
    detection: when('(a or b) and c'),
    match: line('bc'),
    miss: line('a'),
  },
  { name: 'not not', detection: when('not not a'), match: line('a'), miss: line('b') },
  { name: '1 of them', detection: when('1 of them'), match: line('c'), miss: line('d') },
  { name: 'any of them', detection: when('any of them'), match: line('c'), miss: line('d') },
  { name: 'all of them', detection: when('all of them'), match: line('abc'), miss: line('ab') },
  { name: '2 of them', detection: when('2 of them'), match: line('ac'), miss: line('a') },
  {
    name: 'them without names that begin with _',
    detection: "{a: {CommandLine: a}, _b: {CommandLine: b}, condition: '1 of them'}",
    match: line('a'),
    miss: line('b'),
  },
  {
    name: '1 of a pattern',
    detection:
      "{s_a: {CommandLine: a}, s_b: {CommandLine: b}, x: {CommandLine: c}, condition: '1 of s_*'}",
    match: line('b'),
    miss: line('c'),
  },
  {
    name: 'all of a pattern',
    detection:
      "{sa: {CommandLine|contains: a}, sb: {CommandLine|contains: b}, condition: 'all of s*'}",
    match: line('ab'),
    miss: line('b'),
  },
  {
    name: 'a list of conditions',
    detection: `{${abc}, condition: [a and b, c]}`,
    match: line('c'),
    miss: line('a'),
  },
  { name: 'words in capitals', detection: when('a AND NOT b'), match: line('a'), miss: line('b') },
];

/** Which events a logsource stands for. */
export const LOGSOURCE_CASES: readonly SigmaCase[] = [
  {
    name: 'process_creation',
    detection: sel('{Image: /a}'),
    match: exe('/a'),
    miss: exe('/a'),
    missClass: 'process.exit',
  },
  {
    name: 'file_event: files that are made',
    logsource: 'category: file_event',
    class: 'file.create',
    detection: sel('{TargetFilename: /a}'),
    match: { 'file.path': '/a' },
    miss: { 'file.path': '/a' },
    missClass: 'file.unlink',
  },
  {
    name: 'file_event: files that are written',
    logsource: 'category: file_event',
    class: 'file.open',
    detection: sel('{TargetFilename: /a}'),
    match: { 'file.path': '/a', 'file.flags': ['write'] },
    miss: { 'file.path': '/a', 'file.flags': ['read'] },
  },
  {
    name: 'network_connection: who began',
    logsource: 'category: network_connection',
    class: 'network.connect',
    detection: sel("{Initiated: 'true'}"),
    match: { 'network.direction': 'outbound' },
    miss: { 'network.direction': 'inbound' },
  },
  {
    name: 'dns_query',
    logsource: 'category: dns_query',
    class: 'dns.query',
    detection: sel('{QueryName|endswith: .onion}'),
    match: { 'dns.query': 'x.onion' },
    miss: { 'dns.query': 'x.onion.example' },
  },
  {
    name: 'a class of events as category',
    logsource: 'category: kernel.module',
    class: 'kernel.module',
    detection: sel('{module.name: evil}'),
    match: { 'module.name': 'evil' },
    miss: { 'module.name': 'ext4' },
  },
  {
    name: 'a class that the detection names',
    logsource: 'definition: any',
    class: 'file.mount',
    detection: sel('{event.class: [file.mount, file.link]}'),
    match: {},
    miss: {},
    missClass: 'file.open',
  },
  {
    name: 'auditd: arguments of an exec',
    logsource: 'service: auditd',
    detection: sel("{type: EXECVE, a0: chmod, a1|contains: '+x'}"),
    match: { 'process.arg0': 'chmod', 'process.args[0]': '+x' },
    miss: { 'process.arg0': 'chmod', 'process.args[0]': '-x' },
  },
  {
    name: 'auditd: a file that is made',
    logsource: 'service: auditd',
    class: 'file.create',
    detection: sel('{type: PATH, name|startswith: /etc/cron, nametype: CREATE}'),
    match: { 'file.path': '/etc/cron.d/x' },
    miss: { 'file.path': '/etc/cron.d/x' },
    missClass: 'file.unlink',
  },
  {
    name: 'auditd: a system call by its name',
    logsource: 'service: auditd',
    class: 'kernel.module',
    detection: sel('{type: SYSCALL, syscall: [init_module, finit_module], exe: /sbin/kmod}'),
    match: exe('/sbin/kmod'),
    miss: exe('/sbin/kmod'),
    missClass: 'kernel.bpf',
  },
  {
    name: 'auditd: a system call by its number',
    logsource: 'service: auditd',
    class: 'network.connect',
    detection: sel('{type: SYSCALL, syscall: 42, comm: nc}'),
    match: { 'process.name': 'nc' },
    miss: { 'process.name': 'nc' },
    missClass: 'network.bind',
  },
  {
    name: 'auditd: who it was',
    logsource: 'service: auditd',
    detection: sel('{type: SYSCALL, syscall: execve, euid: 0, auid|gte: 1000}'),
    match: { 'process.euid': 0, 'process.loginuid': 1000 },
    miss: { 'process.euid': 0 },
  },
];
