/** Every form of Sigma's detections, each with an event that it matches and a near miss. */
import type { EventClass } from '../../../../src/model/event-class.ts';
import type { WrittenFields } from '../../../support/detection-events.ts';

export interface SigmaCase {
  readonly name: string;
  readonly logsource?: string;
  /** YAML, in lines of `detection`. */
  readonly detection: string;
  readonly class?: EventClass;
  readonly match: WrittenFields;
  readonly miss: WrittenFields;
  /** Class of the miss, when it is another. */
  readonly missClass?: EventClass;
}

/** Fields of an event with this command line. */
export const line = (text: string): WrittenFields => ({ 'process.cmdline': text });

/** Fields of an event with this executable. */
export const exe = (text: string): WrittenFields => ({ 'process.exe.path': text });

/** A detection of one search. */
export const sel = (text: string): string => `{selection: ${text}, condition: selection}`;

/** Values and modifiers. */
export const VALUE_CASES: readonly SigmaCase[] = [
  {
    name: 'a whole value, whatever its case',
    detection: sel('{Image: /usr/bin/Curl}'),
    match: exe('/usr/bin/curl'),
    miss: exe('/usr/bin/curl2'),
  },
  {
    name: 'one of several values',
    detection: sel('{Image: [/bin/a, /bin/b]}'),
    match: exe('/bin/b'),
    miss: exe('/bin/c'),
  },
  {
    name: 'all fields of a map',
    detection: sel('{Image: /bin/a, CommandLine: a -x}'),
    match: { ...exe('/bin/a'), ...line('a -x') },
    miss: { ...exe('/bin/a'), ...line('a') },
  },
  {
    name: 'one map of a list',
    detection: sel('[{Image: /bin/a}, {CommandLine: b}]'),
    match: line('b'),
    miss: line('a'),
  },
  {
    name: 'wildcards of many characters',
    detection: sel("{CommandLine: 'a*b*c'}"),
    match: line('a1b22c'),
    miss: line('a1b22c3'),
  },
  {
    name: 'wildcards of one character',
    detection: sel("{CommandLine: 'a?c'}"),
    match: line('abc'),
    miss: line('ac'),
  },
  {
    name: 'wildcards without their meaning',
    detection: sel("{CommandLine: 'a\\*c'}"),
    match: line('a*c'),
    miss: line('abc'),
  },
  {
    name: 'a backslash that takes the meaning of another away',
    detection: sel("{CommandLine: 'a\\\\*'}"),
    match: line('a\\bc'),
    miss: line('a*'),
  },
  {
    name: 'a backslash that stands for itself',
    detection: sel("{CommandLine: 'a\\b'}"),
    match: line('a\\b'),
    miss: line('ab'),
  },
  {
    name: 'a field that is null',
    detection: sel('{ParentImage: null, Image: /a}'),
    match: exe('/a'),
    miss: { ...exe('/a'), 'parent.exe.path': '/b' },
  },
  {
    name: 'an empty value',
    detection: sel("{CurrentDirectory: '', Image: /a}"),
    match: exe('/a'),
    miss: { ...exe('/a'), 'process.cwd': '/b' },
  },
  {
    name: 'numbers',
    logsource: 'category: network_connection',
    class: 'network.connect',
    detection: sel('{DestinationPort: [22, 4444]}'),
    match: { 'network.remote.port': 4444 },
    miss: { 'network.remote.port': 44 },
  },
  {
    name: 'numbers as parts of texts',
    logsource: 'category: network_connection',
    class: 'network.connect',
    detection: sel('{DestinationPort|startswith: 44}'),
    match: { 'network.remote.port': 4444 },
    miss: { 'network.remote.port': 144 },
  },
  {
    name: 'contains',
    detection: sel("{CommandLine|contains: ' -x '}"),
    match: line('a -X b'),
    miss: line('a -xb'),
  },
  {
    name: 'contains with a wildcard inside',
    detection: sel("{CommandLine|contains: 'a*c'}"),
    match: line('xabcx'),
    miss: line('cxa'),
  },
  {
    name: 'startswith',
    detection: sel('{CommandLine|startswith: ab}'),
    match: line('abc'),
    miss: line('cab'),
  },
  {
    name: 'endswith',
    detection: sel('{Image|endswith: /bash}'),
    match: exe('/bin/bash'),
    miss: exe('/bin/bash2'),
  },
  {
    name: 'all',
    detection: sel('{CommandLine|contains|all: [a, b]}'),
    match: line('xaxbx'),
    miss: line('xax'),
  },
  {
    name: 'cased',
    detection: sel('{CommandLine|contains|cased: Ab}'),
    match: line('xAb'),
    miss: line('xab'),
  },
  {
    name: 'exists',
    detection: sel('{ParentImage|exists: true}'),
    match: { 'parent.exe.path': '/a' },
    miss: exe('/a'),
  },
  {
    name: 'exists, denied',
    detection: sel('{ParentImage|exists: false}'),
    match: exe('/a'),
    miss: { 'parent.exe.path': '/a' },
  },
  {
    name: 'neq',
    detection: sel('{CommandLine|neq: a}'),
    match: line('b'),
    miss: line('a'),
  },
  {
    name: 're, in a part of the value',
    detection: sel("{CommandLine|re: 'a{2,3}b'}"),
    match: line('xaab'),
    miss: line('xab'),
  },
  {
    name: 're minds the case',
    detection: sel('{CommandLine|re: ab}'),
    match: line('ab'),
    miss: line('AB'),
  },
  {
    name: 're|i does not',
    detection: sel('{CommandLine|re|i: ab}'),
    match: line('AB'),
    miss: line('ba'),
  },
  {
    name: 're|m looks at lines',
    detection: sel("{CommandLine|re|m: '^b'}"),
    match: line('a\nb'),
    miss: line('ab'),
  },
  {
    name: 're|s lets a dot be a line break',
    detection: sel('{CommandLine|re|s: a.b}'),
    match: line('a\nb'),
    miss: line('ab'),
  },
  {
    name: 'cidr of IPv4',
    logsource: 'category: network_connection',
    class: 'network.connect',
    detection: sel('{DestinationIp|cidr: [10.0.0.0/8, 192.168.0.0/24]}'),
    match: { 'network.remote.ip': '192.168.0.7' },
    miss: { 'network.remote.ip': '192.168.1.7' },
  },
  {
    name: 'cidr of IPv6',
    logsource: 'category: network_connection',
    class: 'network.connect',
    detection: sel("{DestinationIp|cidr: 'fd00::/8'}"),
    match: { 'network.remote.ip': 'fd12::1' },
    miss: { 'network.remote.ip': 'fe80::1' },
  },
  {
    name: 'lt',
    detection: sel('{ProcessId|lt: 10}'),
    match: { 'process.pid': 9 },
    miss: { 'process.pid': 10 },
  },
  {
    name: 'lte',
    detection: sel('{ProcessId|lte: 10}'),
    match: { 'process.pid': 10 },
    miss: { 'process.pid': 11 },
  },
  {
    name: 'gt',
    detection: sel('{ProcessId|gt: 10}'),
    match: { 'process.pid': 11 },
    miss: { 'process.pid': 10 },
  },
  {
    name: 'gte',
    detection: sel('{ProcessId|gte: 10}'),
    match: { 'process.pid': 10 },
    miss: { 'process.pid': 9 },
  },
  {
    name: 'fieldref',
    detection: sel('{Image|fieldref: ParentImage}'),
    match: { ...exe('/A'), 'parent.exe.path': '/a' },
    miss: { ...exe('/a'), 'parent.exe.path': '/b' },
  },
  {
    name: 'fieldref with a placement',
    detection: sel('{CommandLine|fieldref|startswith: Image}'),
    match: { ...exe('/a'), ...line('/a -x') },
    miss: { ...exe('/a'), ...line('x /a') },
  },
  {
    name: 'base64',
    detection: sel("{CommandLine|base64|contains: 'foobar'}"),
    match: line('echo Zm9vYmFy'),
    miss: line('echo foobar'),
  },
  {
    name: 'base64offset at any offset',
    detection: sel("{CommandLine|base64offset|contains: 'http://'}"),
    match: line(`x ${Buffer.from('aahttp://b').toString('base64')}`),
    miss: line('x http://'),
  },
  {
    name: 'wide before base64offset',
    detection: sel('{CommandLine|wide|base64offset|contains: ping}'),
    match: line(Buffer.from('xping', 'utf16le').toString('base64')),
    miss: line(Buffer.from('xping').toString('base64')),
  },
  {
    name: 'windash',
    detection: sel("{CommandLine|windash|contains: ' -x '}"),
    match: line('a /x b'),
    miss: line('a x b'),
  },
  {
    name: 'expand',
    detection: sel("{User|expand: '%admins%'}"),
    match: { 'process.user': 'root' },
    miss: { 'process.user': 'nobody' },
  },
  {
    name: 'keywords',
    detection: sel('[evil, bad]'),
    match: line('so EVIL'),
    miss: line('good'),
  },
  {
    name: 'all keywords',
    detection: sel("{'|all': [evil, bad]}"),
    match: line('bad and evil'),
    miss: line('evil'),
  },
  {
    name: 'fields by their own names, with keys',
    detection: sel("{'k8s.pod.label[app]': web}"),
    match: { 'k8s.pod.label[app]': 'web' },
    miss: { 'k8s.pod.label[app]': 'api' },
  },
];
