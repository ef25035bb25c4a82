/** Cases about actions. */
import { aPolicy, aSelector } from './policy-text.ts';
import type { CodeCase } from './text-cases.ts';

const FILTER = 'matchArgs: [{index: 0, operator: Equal, values: [/etc/passwd]}]';
const act = (actions: string): string => aSelector(`${FILTER}, matchActions: [${actions}]`);
const DENY = 'selectors: [{matchActions: [{action: Override, argError: -1}]}]';
const ASK = 'selectors: [{matchActions: [{action: DnsLookup, argFqdn: example.org}]}]';
const overrideOn = (call: string): string =>
  aPolicy(`  kprobes: [{call: ${call}, syscall: false, ${DENY}}]`);

const connecting = (action: string): string => {
  const args = 'args: [{index: 0, type: sock}]';
  const selectors = `selectors: [{matchArgs: [{index: 0, operator: DPort, values: [443]}],
    matchActions: [${action}]}]`;
  return aPolicy(`  kprobes: [{call: tcp_connect, syscall: false, ${args}, ${selectors}}]`);
};

const hashing = (hook: string): string => {
  const only = 'matchBinaries: [{operator: In, values: [/bin/cat]}]';
  const actions = 'matchActions: [{action: Post, imaHash: true}]';
  return aPolicy(`  lsmhooks: [{hook: ${hook}, selectors: [{${only}, ${actions}}]}]`);
};

/** At the end of a list of actions: what happens at the return. */
const RETURNED = '{action: NoPost}], matchReturnActions: [{action: Post}';

/** A policy that tracks what connects, with actions there and where data comes in. */
const tracking = (atConnect: string, atData: string): string => {
  const hook = (call: string, actions: string): string => `
  - {call: ${call}, syscall: false, args: [{index: 0, type: sock}],
     return: true, returnArg: {index: 0, type: int},
     selectors: [{matchArgs: [{index: 0, operator: DPort, values: [443]}],
       matchActions: [${actions}]}]}`;
  return aPolicy(
    `  kprobes:${hook('tcp_connect', atConnect)}${hook('tcp_rcv_established', atData)}`,
  );
};

/** A probe with two arguments, and an action there. */
const marked = (action: string): string => {
  const place = 'path: /usr/bin/x, provider: x, name: y';
  const args = 'args: [{index: 0, type: int}, {index: 3, type: int}]';
  const selectors = `selectors: [{matchArgs: [{args: [0], operator: Equal, values: [1]}],
    matchActions: [${action}]}]`;
  return aPolicy(`  usdts: [{${place}, ${args}, ${selectors}}]`);
};

/** Mistakes and their twins. */
export const ACTION_CASES: readonly CodeCase[] = [
  {
    name: 'a misspelt action',
    code: 'POLICY_ACTION_UNKNOWN',
    bad: act('{action: sigkill}'),
    good: act('{action: Sigkill}'),
  },
  {
    name: 'a tree that nothing kills',
    code: 'POLICY_ACTION_PARAMETER',
    bad: act('{action: Signal, argSig: 15, killTree: true}'),
    good: act('{action: Sigkill, killTree: true}'),
  },
  {
    name: 'a tree that is no yes or no',
    code: 'POLICY_VALUE_TYPE',
    bad: act('{action: Sigkill, killTree: all}'),
    good: act('{action: Sigkill, killTree: false}'),
  },
  {
    name: 'an action of later versions',
    code: 'POLICY_FEATURE_UNSUPPORTED',
    bad: act('{action: FollowFD}'),
    good: act('{action: Signal, argSig: 15}'),
  },
  {
    name: 'a request without its address',
    code: 'POLICY_FIELD_MISSING',
    bad: act('{action: GetUrl}'),
    good: act('{action: GetUrl, argUrl: "https://example.org/a?b=c"}'),
  },
  {
    name: 'a request that is not for the web',
    code: 'POLICY_VALUE_INVALID',
    bad: act('{action: GetUrl, argUrl: "file:///etc/shadow"}'),
    good: act('{action: GetUrl, argUrl: "http://[2001:db8::1]:8080/"}'),
  },
  {
    name: 'a request with a password',
    code: 'POLICY_VALUE_INVALID',
    bad: act('{action: GetUrl, argUrl: "https://a:b@example.org/"}'),
    good: act('{action: GetUrl, argUrl: "https://example.org/a:b@c"}'),
  },
  {
    name: 'a query for what is no name',
    code: 'POLICY_VALUE_INVALID',
    bad: act('{action: DnsLookup, argFqdn: "a..example.org"}'),
    good: act('{action: DnsLookup, argFqdn: "a-b.example.org."}'),
  },
  {
    name: 'the address of a request that is not made',
    code: 'POLICY_ACTION_PARAMETER',
    bad: act('{action: DnsLookup, argFqdn: example.org, argUrl: "https://example.org"}'),
    good: act('{action: DnsLookup, argFqdn: example.org, argUrl: ""}'),
  },
  {
    name: 'a request in a program',
    code: 'POLICY_REQUEST_UNSUPPORTED',
    bad: aPolicy(`  lsmhooks: [{hook: file_open, ${ASK}}]`),
    good: aPolicy(`  kprobes: [{call: security_file_open, syscall: false, ${ASK}}]`),
  },
  {
    name: 'a signal without its number',
    code: 'POLICY_FIELD_MISSING',
    bad: act('{action: Signal}'),
    good: act('{action: Signal, argSig: 9}'),
  },
  {
    name: 'a signal that does not exist',
    code: 'POLICY_VALUE_RANGE',
    bad: act('{action: Signal, argSig: 65}'),
    good: act('{action: Signal, argSig: 64}'),
  },
  {
    name: 'a signal for an action that sends none',
    code: 'POLICY_ACTION_PARAMETER',
    bad: act('{action: Post, argSig: 9}'),
    good: act('{action: Post, argSig: 0}'),
  },
  {
    name: 'a socket of a system call',
    code: 'POLICY_ACTION_PARAMETER',
    bad: act('{action: TrackSock}'),
    good: connecting('{action: TrackSock}'),
  },
  {
    name: 'an argument that is no socket',
    code: 'POLICY_ACTION_PARAMETER',
    bad: connecting('{action: UntrackSock, argSock: 1}'),
    good: connecting('{action: UntrackSock, argSock: 0}'),
  },
  {
    name: 'a socket further on than parameters are',
    code: 'POLICY_VALUE_RANGE',
    bad: connecting('{action: TrackSock, argSock: 6}'),
    good: connecting('{action: TrackSock, argSock: 0}'),
  },
  {
    name: 'a socket for an action that has nothing to do with it',
    code: 'POLICY_ACTION_PARAMETER',
    bad: connecting('{action: Post, argSock: 1}'),
    good: connecting('{action: Post, argSock: 0}'),
  },
  {
    name: 'a kill of whoever runs when a tracked socket has something to do',
    code: 'POLICY_SIGNAL_MISDIRECTED',
    bad: tracking('{action: TrackSock}', '{action: Sigkill}'),
    good: tracking('{action: TrackSock}, {action: Sigkill}', '{action: Post}'),
  },
  {
    name: 'a signal for whoever runs when a tracked socket has something to do',
    code: 'POLICY_SIGNAL_MISDIRECTED',
    bad: tracking('{action: TrackSock}', '{action: Signal, argSig: 15}'),
    good: tracking('{action: UntrackSock}', '{action: Signal, argSig: 15}'),
  },
  {
    name: 'a variable where none is marked',
    code: 'POLICY_ACTION_PARAMETER',
    bad: act('{action: Set, argIndex: 1, argValue: 1}'),
    good: marked('{action: Set, argIndex: 3, argValue: 1}'),
  },
  {
    name: 'a variable that is no argument',
    code: 'POLICY_ACTION_PARAMETER',
    bad: marked('{action: Set, argIndex: 1, argValue: 1}'),
    good: marked('{action: Set, argValue: 1}'),
  },
  {
    name: 'a variable further on than arguments are',
    code: 'POLICY_VALUE_RANGE',
    bad: marked('{action: Set, argIndex: 6, argValue: 1}'),
    good: marked('{action: Set, argIndex: 3}'),
  },
  {
    name: 'a value that a variable of 4 bytes does not hold',
    code: 'POLICY_VALUE_RANGE',
    bad: marked('{action: Set, argIndex: 3, argValue: 4294967296}'),
    good: marked('{action: Set, argIndex: 3, argValue: 4294967295}'),
  },
  {
    name: 'a value that has a sign',
    code: 'POLICY_VALUE_RANGE',
    bad: marked('{action: Set, argIndex: 3, argValue: -1}'),
    good: marked('{action: Set, argIndex: 3, argValue: 0}'),
  },
  {
    name: 'a value for an action that overwrites nothing',
    code: 'POLICY_ACTION_PARAMETER',
    bad: marked('{action: Post, argValue: 1}'),
    good: marked('{action: Post, argIndex: 0, argValue: 0}'),
  },
  {
    name: 'a kill of whoever runs when a tracked socket has been handled',
    code: 'POLICY_SIGNAL_MISDIRECTED',
    bad: tracking('{action: TrackSock}', RETURNED.replace('{action: Post}', '{action: Sigkill}')),
    good: tracking('{action: TrackSock}', RETURNED),
  },
  {
    name: 'a rate limit that is no time',
    code: 'POLICY_VALUE_INVALID',
    bad: act('{action: Post, rateLimit: 5d}'),
    good: act('{action: Post, rateLimit: 5h}'),
  },
  {
    name: 'a rate limit for an unknown scope',
    code: 'POLICY_VALUE_INVALID',
    bad: act('{action: Post, rateLimit: "5", rateLimitScope: pod}'),
    good: act('{action: Post, rateLimit: "5", rateLimitScope: global}'),
  },
  {
    name: 'a scope of no rate limit',
    code: 'POLICY_ACTION_PARAMETER',
    bad: act('{action: Post, rateLimitScope: process}'),
    good: act('{action: Post, rateLimit: 1m, rateLimitScope: process}'),
  },
  {
    name: 'a rate limit for an action that reports nothing',
    code: 'POLICY_ACTION_PARAMETER',
    bad: act('{action: Sigkill, rateLimit: 1m}'),
    good: act('{action: Sigkill}, {action: Post, rateLimit: 1m}'),
  },
  {
    name: 'a stack trace of an action that does not report',
    code: 'POLICY_ACTION_PARAMETER',
    bad: act('{action: Sigkill, kernelStackTrace: true}'),
    good: act('{action: Post, kernelStackTrace: true}, {action: Sigkill, userStackTrace: false}'),
  },
  {
    name: 'a stack trace that is neither asked for nor not',
    code: 'POLICY_VALUE_TYPE',
    bad: act('{action: Post, userStackTrace: 1}'),
    good: act('{action: Post, userStackTrace: true}'),
  },
  {
    name: 'a hash of the file of a system call',
    code: 'POLICY_ACTION_PARAMETER',
    bad: act('{action: Post, imaHash: true}'),
    good: hashing('bprm_check_security'),
  },
  {
    name: 'a hash before the file can be read',
    severity: 'warning',
    code: 'POLICY_ACTION_PARAMETER',
    bad: hashing('file_open'),
    good: hashing('mmap_file'),
  },
  {
    name: 'a hash where there is no file',
    code: 'POLICY_ACTION_PARAMETER',
    bad: hashing('task_prctl'),
    good: hashing('bprm_check_security'),
  },
  {
    name: 'a hash in an action that does not report',
    code: 'POLICY_ACTION_PARAMETER',
    bad: act('{action: Sigkill, imaHash: true}'),
    good: act('{action: Sigkill, imaHash: false}'),
  },
  {
    name: 'Post with NoPost',
    code: 'POLICY_ACTION_CONFLICT',
    bad: act('{action: Post}, {action: NoPost}'),
    good: act('{action: Post}, {action: Sigkill}'),
  },
  {
    name: 'an action twice',
    code: 'POLICY_ACTION_CONFLICT',
    bad: act('{action: Override, argError: -1}, {action: Override, argError: -13}'),
    good: act('{action: Override, argError: -1}, {action: NoPost}'),
  },
  {
    name: 'an error number for Sigkill',
    code: 'POLICY_ACTION_PARAMETER',
    bad: act('{action: Sigkill, argError: -1}'),
    good: act('{action: Sigkill, argError: 0}'),
  },
  {
    name: 'an Override without an error number',
    code: 'POLICY_FIELD_MISSING',
    bad: act('{action: Override}'),
    good: act('{action: Override, argError: -13}'),
  },
  {
    name: 'a function that cannot be skipped',
    code: 'POLICY_OVERRIDE_UNSUPPORTED',
    bad: overrideOn('tcp_connect'),
    good: overrideOn('security_file_open'),
  },
];
