/** Triggers with numbers and texts, and everything that programs mark themselves. */
import { FUNCTION_TRIGGERS } from './function-triggers.ts';
import { LSM_TRIGGERS } from './lsm-triggers.ts';
import { OBJECT_TRIGGERS } from './object-triggers.ts';
import { TRACEPOINT_TRIGGERS } from './tracepoint-triggers.ts';
import { NUMBERS, type Trigger } from './trigger.ts';
import { NUMBER, TEXT } from './values.ts';

const number = { kind: 'number', value: NUMBER } as const;
const text = { kind: 'text', text: TEXT } as const;
const address = { kind: 'address' } as const;

const symbol = (name: string): { readonly section: 'uprobes'; readonly hook: string } => ({
  section: 'uprobes',
  hook: `path: PROGRAM\n    symbols: [matrix_${name}]`,
});

const mark = (name: string): { readonly section: 'usdts'; readonly hook: string } => ({
  section: 'usdts',
  hook: `path: PROGRAM\n    provider: warder\n    name: ${name}`,
});

const PROGRAM_NUMBERS = [...NUMBERS, 'capability', 'bpf_cmd'];

/** What programs pass to themselves. */
const PROGRAM_TRIGGERS: readonly Trigger[] = [
  { ...symbol('number'), types: PROGRAM_NUMBERS, subject: number, argument: 'index: 0' },
  { ...symbol('number'), types: ['fd'], subject: text, argument: 'index: 0' },
  { ...symbol('text'), types: ['string'], subject: text, argument: 'index: 0' },
  {
    ...symbol('bytes'),
    ...{ types: ['char_buf'], subject: text, argument: 'index: 0, sizeArgIndex: 2' },
  },
  {
    ...symbol('pieces'),
    ...{ types: ['char_iovec'], subject: text, argument: 'index: 0, sizeArgIndex: 2' },
  },
  { ...symbol('unix'), types: ['sockaddr_un'], subject: text, argument: 'index: 0' },
  {
    ...symbol('address'),
    ...{ types: ['sockaddr'], subject: address, part: 'low', argument: 'index: 0' },
  },
  { ...mark('mark'), types: PROGRAM_NUMBERS, subject: number, argument: 'index: 0' },
  { ...mark('mark'), types: ['fd'], subject: text, argument: 'index: 0' },
  { ...mark('mark'), types: ['string'], subject: text, argument: 'index: 1' },
  {
    ...mark('bytes'),
    ...{ types: ['char_buf'], subject: text, argument: 'index: 0, sizeArgIndex: 2' },
  },
  {
    ...mark('pieces'),
    ...{ types: ['char_iovec'], subject: text, argument: 'index: 0, sizeArgIndex: 2' },
  },
  { ...mark('unix'), types: ['sockaddr_un'], subject: text, argument: 'index: 0' },
  {
    ...mark('address'),
    ...{ types: ['sockaddr'], subject: address, part: 'low', argument: 'index: 0' },
  },
];

export const TRIGGERS: readonly Trigger[] = [
  ...FUNCTION_TRIGGERS,
  ...LSM_TRIGGERS,
  ...TRACEPOINT_TRIGGERS,
  ...PROGRAM_TRIGGERS,
  ...OBJECT_TRIGGERS,
];
