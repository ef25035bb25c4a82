/** How each action is asked for, and what becomes of a program that it is done to. */
import { constants } from 'node:os';
import type { CapabilityName } from '../../../src/model/capability.ts';

/** What became of the program, and what was reported of it. */
export interface Outcome {
  readonly signal: string | null;
  /**
   * The errno of its prctl, and of its sched_getscheduler after that, when it lived to say so; and
   * what became of a variable that was 0.
   */
  readonly printed: string;
  readonly events: number;
  /** Reports that were kept back by a rate limit. */
  readonly limited: number;
  /** Stacks that the events have. */
  readonly stacks: readonly string[];
  /** Kinds of what the agent was to ask for. */
  readonly requests: readonly string[];
  /** Events with the hash of a file. */
  readonly hashes: number;
  /** Sockets that are tracked from the program. */
  readonly sockets: number;
}

/** One way of asking for an action. */
export interface ActionRecipe {
  readonly action: string;
  /** As a policy writes them after the action. */
  readonly parameters: string;
  /** More of the spec; PROGRAM stands for the path of the trigger program, TEXT for its text. */
  readonly spec?: string;
  /** A hook of `kprobes` that comes before. */
  readonly before?: string;
  /** `threads`: the program makes its calls four times, and is run twice. */
  readonly part?: 'calls' | 'threads';
  readonly needs?: CapabilityName;
  /** When the number is the one that is looked for. */
  readonly matching: Outcome;
  /** When it is another. */
  readonly twin: Outcome;
}

const DONE: Outcome = {
  ...{ signal: null, printed: '22 0 0', events: 0, limited: 0, stacks: [], requests: [] },
  ...{ sockets: 0, hashes: 0 },
};
const REPORTED: Outcome = { ...DONE, events: 1 };
const KILLED: Outcome = { ...REPORTED, signal: 'SIGKILL', printed: '' };

/** The last call of the program is where decisions are carried out. */
const ENFORCERS = 'enforcers: [{calls: [security_task_getscheduler]}]';

/** Decides at the first call of the program. */
const DECISION = `
  - call: sys_openat
    args: [{index: 1, type: string}]
    selectors:
    - matchBinaries: [{operator: In, values: [PROGRAM]}]
      matchArgs: [{index: 1, operator: Equal, values: ["TEXT"]}]
      matchActions: [{action: NotifyEnforcer, argSig: 9}, {action: NoPost}]`;

/** Tracks the socket before the program sets an option of it. */
const TRACKING = `
  - call: tcp_getsockopt
    syscall: false
    args: [{index: 0, type: sock}]
    selectors:
    - matchBinaries: [{operator: In, values: [PROGRAM]}]
      matchActions: [{action: TrackSock}, {action: NoPost}]`;

const plain = (action: string, matching: Outcome, parameters = ''): ActionRecipe => ({
  ...{ action, parameters, matching, twin: DONE },
});

/** Of eight runs of the hook, in two processes with two threads each. */
const limited = (scope: string, events: number): ActionRecipe => ({
  ...{ action: 'Post', parameters: `rateLimit: 1h, rateLimitScope: ${scope}`, part: 'threads' },
  ...{ matching: { ...DONE, events, limited: 8 - events }, twin: DONE },
});

const stack = (field: string, found: string): ActionRecipe =>
  plain('Post', { ...REPORTED, stacks: [found] }, `${field}: true`);

const notify = (parameters: string, matching: Outcome): ActionRecipe => ({
  ...plain('NotifyEnforcer', matching, parameters),
  ...{ spec: ENFORCERS, needs: 'fmod_ret' },
});

/** By column, see `actionColumns`. */
export const ACTION_RECIPES: Readonly<Record<string, readonly ActionRecipe[]>> = {
  Post: [plain('Post', REPORTED)],
  NoPost: [plain('NoPost', DONE)],
  Sigkill: [plain('Sigkill', KILLED)],
  'Sigkill killTree': [plain('Sigkill', KILLED, 'killTree: true')],
  Signal: [
    plain('Signal', { ...KILLED, signal: 'SIGUSR1' }, `argSig: ${constants.signals.SIGUSR1}`),
  ],
  Override: [plain('Override', { ...REPORTED, printed: '13 0 0' }, 'argError: -13')],
  GetUrl: [
    plain('GetUrl', { ...REPORTED, requests: ['GetUrl'] }, 'argUrl: "https://example.org/t"'),
  ],
  DnsLookup: [
    plain('DnsLookup', { ...REPORTED, requests: ['DnsLookup'] }, 'argFqdn: t.example.org'),
  ],
  NotifyEnforcer: [
    notify('argSig: 9', KILLED),
    notify('argError: -13', { ...REPORTED, printed: '22 13 0' }),
  ],
  CleanupEnforcerNotification: [
    {
      ...plain('CleanupEnforcerNotification', REPORTED),
      ...{ spec: ENFORCERS, before: DECISION, needs: 'fmod_ret' },
      // What was decided and not taken back is carried out.
      twin: { ...KILLED, events: 0 },
    },
  ],
  TrackSock: [plain('TrackSock', { ...REPORTED, sockets: 1 }, 'argSock: 0')],
  UntrackSock: [
    {
      ...plain('UntrackSock', REPORTED, 'argSock: 0'),
      ...{ before: TRACKING, twin: { ...DONE, sockets: 1 } },
    },
  ],
  Set: [plain('Set', { ...REPORTED, printed: '22 0 -5' }, `argIndex: 1, argValue: ${2 ** 32 - 5}`)],
  'Post rateLimitScope thread': [limited('thread', 4)],
  'Post rateLimitScope process': [limited('process', 2)],
  'Post rateLimitScope global': [limited('global', 1)],
  'Post kernelStackTrace': [stack('kernelStackTrace', 'kernel')],
  'Post userStackTrace': [stack('userStackTrace', 'user')],
  'Post imaHash': [plain('Post', { ...REPORTED, hashes: 1 }, 'imaHash: true')],
};
