/** Cases about parts of arguments: ends of connections, types of files, sets of capabilities. */

import { aPolicy } from './policy-text.ts';
import type { CodeCase } from './text-cases.ts';

const match = (call: string, args: string, body: string): string => {
  const selectors = `selectors: [{matchArgs: [{${body}}]}]`;
  return aPolicy(`  kprobes: [{call: ${call}, syscall: false, args: [${args}], ${selectors}}]`);
};
const onSock = (body: string): string =>
  match('tcp_connect', '{index: 0, type: sock}', `index: 0, ${body}`);
const onFile = (body: string): string =>
  match('security_file_open', '{index: 0, type: file}', `index: 0, ${body}`);
const onCapabilities = (body: string): string =>
  match(
    'security_capset',
    '{index: 2, type: cap_effective}, {index: 4, type: cap_permitted}',
    body,
  );

/** A hook that only reads an argument. */
const call = (name: string, argument: string): string =>
  aPolicy(`  kprobes: [{call: ${name}, args: [${argument}]}]`);

/** Mistakes and their twins. */
export const SOCKET_CASES: readonly CodeCase[] = [
  ...['10.0.0.256', '10.0.0.0/33', 'fd00::/129', '::1%lo', 'localhost', '1.2.3.4/8/9'].map(
    (address): CodeCase => ({
      name: `${address} for an address`,
      code: 'POLICY_VALUE_INVALID',
      bad: onSock(`operator: DAddr, values: ["${address}"]`),
      good: onSock('operator: DAddr, values: [10.0.0.0/8, "fd00::/8", "::ffff:10.0.0.1"]'),
    }),
  ),
  {
    name: 'bits behind the prefix',
    severity: 'warning',
    code: 'POLICY_VALUE_NEVER_MATCHES',
    bad: onSock('operator: NotSAddr, values: [10.1.0.0/8]'),
    good: onSock('operator: NotSAddr, values: [10.0.0.0/8]'),
  },
  {
    name: 'a port past the last one',
    code: 'POLICY_VALUE_RANGE',
    bad: onSock('operator: DPort, values: [65536]'),
    good: onSock('operator: DPort, values: [65535, "1:1023"]'),
  },
  {
    name: 'a misspelt protocol',
    code: 'POLICY_VALUE_INVALID',
    bad: onSock('operator: Protocol, values: [IPPROTO_TPC]'),
    good: onSock('operator: Protocol, values: [IPPROTO_TCP, 17]'),
  },
  {
    name: 'a misspelt family',
    code: 'POLICY_VALUE_INVALID',
    bad: onSock('operator: Family, values: [INET]'),
    good: onSock('operator: Family, values: [AF_INET, af_inet6]'),
  },
  {
    name: 'a state that is none',
    code: 'POLICY_VALUE_INVALID',
    bad: onSock('operator: State, values: [OPEN]'),
    good: onSock('operator: State, values: [TCP_SYN_SENT]'),
  },
  {
    name: 'an end without values',
    code: 'POLICY_VALUE_MISSING',
    bad: onSock('operator: DPort'),
    good: onSock('operator: DPortPriv'),
  },
  {
    name: 'a port of a file',
    code: 'POLICY_OPERATOR_TYPE',
    bad: onFile('operator: DPort, values: [1]'),
    good: onFile('operator: FileType, values: [reg, pipe]'),
  },
  {
    name: 'the type of a socket as a file',
    code: 'POLICY_OPERATOR_TYPE',
    bad: onSock('operator: FileType, values: [sock]'),
    good: onSock('operator: NotSportPriv'),
  },
  {
    name: 'a socket as a whole',
    code: 'POLICY_OPERATOR_TYPE',
    bad: onSock('operator: Equal, values: [1]'),
    good: onSock('operator: SPort, values: [1]'),
  },
  {
    name: 'a type of file that is none',
    code: 'POLICY_VALUE_INVALID',
    bad: onFile('operator: FileType, values: [folder]'),
    good: onFile('operator: NotFileType, values: [dir]'),
  },
  {
    name: 'one set of capabilities to compare',
    code: 'POLICY_ARGUMENT_UNDECLARED',
    bad: onCapabilities('args: [0], operator: CapabilitiesGained'),
    good: onCapabilities('args: [0, 1], operator: CapabilitiesGained, values: ["true"]'),
  },
  {
    name: 'a buffer without its length',
    code: 'POLICY_FIELD_MISSING',
    bad: match(
      'vfs_write',
      '{index: 1, type: char_buf}',
      'index: 1, operator: Prefix, values: [a]',
    ),
    good: match(
      'vfs_write',
      '{index: 1, type: char_buf, sizeArgIndex: 3}',
      'index: 1, operator: Prefix, values: [a]',
    ),
  },
  {
    name: 'a vector without the number of its pieces',
    code: 'POLICY_FIELD_MISSING',
    bad: call('sys_vmsplice', '{index: 1, type: char_iovec}'),
    good: call('sys_vmsplice', '{index: 1, type: char_iovec, sizeArgIndex: 3, maxData: true}'),
  },
  {
    name: 'more of what is no buffer',
    code: 'POLICY_ARGUMENT_TYPE',
    bad: call('sys_openat', '{index: 1, type: string, maxData: true}'),
    good: call('sys_openat', '{index: 1, type: string, maxData: false}'),
  },
  {
    name: 'a name of the kernel in a system call',
    code: 'POLICY_ARGUMENT_TYPE',
    bad: call('sys_openat', '{index: 1, type: filename}'),
    good: call('do_filp_open, syscall: false', '{index: 1, type: filename}'),
  },
  {
    name: 'an iterator that is a buffer',
    code: 'POLICY_ARGUMENT_TYPE',
    bad: call('kernel_write, syscall: false', '{index: 1, type: iov_iter}'),
    good: call('pipe_write, syscall: false', '{index: 1, type: iov_iter, maxData: true}'),
  },
  {
    name: 'text of a record in a system call',
    code: 'POLICY_ARGUMENT_TYPE',
    bad: call('sys_openat', '{index: 1, type: data_loc}'),
    good: call('sys_openat', '{index: 1, type: string}'),
  },
  {
    name: 'text of a record in a function',
    code: 'POLICY_ARGUMENT_TYPE',
    bad: call('lookup_one, syscall: false', '{index: 0, type: data_loc}'),
    good: call('lookup_one, syscall: false', '{index: 0, type: string}'),
  },
  {
    name: 'a length of a file',
    code: 'POLICY_ARGUMENT_INDEX',
    bad: match(
      'security_file_open',
      '{index: 0, type: file, sizeArgIndex: 1}',
      'index: 0, operator: Prefix, values: [/a]',
    ),
    good: onFile('operator: Prefix, values: [/a]'),
  },
];
