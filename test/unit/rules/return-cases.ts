/** Cases about what is read, compared and done when a function returns. */

import { aPolicy } from './policy-text.ts';
import type { CodeCase } from './text-cases.ts';

const RETURN = 'return: true, returnArg: {index: 0, type: int}';
const FILTER = 'matchBinaries: [{operator: In, values: [/bin/dd]}]';
const FAILED = 'matchReturnArgs: [{index: 0, operator: LT, values: [0]}]';
const TEXT = 'return: true, returnArg: {index: 0, type: string}';
const CHOICE = `{args: [0], operator: CelExpr, values: ['arg0 == "a" || arg0.startsWith("b")']}`;
const RANGES = '{args: [0], operator: CelExpr, values: ["arg0 == -2 || arg0 > 3"]}';
const BUFFER = '{index: 1, type: char_buf, returnCopy: true}';

const probe = (body: string): string => aPolicy(`  kprobes: [{call: sys_mount, ${body}}]`);
const selecting = (hook: string, selector: string): string =>
  probe(`${hook}, selectors: [{${FILTER}, ${selector}}]`);
const reading = (body: string): string => aPolicy(`  kprobes: [{call: sys_read, ${body}}]`);

/** Mistakes and their twins. */
export const RETURN_CASES: readonly CodeCase[] = [
  {
    name: 'a return without returnArg',
    code: 'POLICY_FIELD_MISSING',
    bad: probe('return: true'),
    good: probe(RETURN),
  },
  {
    name: 'a return that is not wanted',
    code: 'POLICY_RETURN_INVALID',
    bad: selecting('return: false, returnArg: {index: 0, type: int}', FAILED),
    good: selecting(RETURN, FAILED),
  },
  {
    name: 'an action at a return that is not wanted',
    code: 'POLICY_RETURN_INVALID',
    bad: selecting('message: none', 'matchReturnActions: [{action: Sigkill}]'),
    good: selecting(RETURN, 'matchReturnActions: [{action: Sigkill}]'),
  },
  {
    name: 'a denial after the fact',
    code: 'POLICY_RETURN_INVALID',
    bad: selecting(RETURN, 'matchReturnActions: [{action: Override, argError: -1}]'),
    good: selecting(RETURN, 'matchReturnActions: [{action: Signal, argSig: 15}]'),
  },
  {
    name: 'a rate limit of what is reported at the return',
    code: 'POLICY_RETURN_INVALID',
    bad: selecting(RETURN, 'matchReturnActions: [{action: Post, rateLimit: 5m}]'),
    good: selecting(
      RETURN,
      'matchActions: [{action: Post, rateLimit: 5m}], matchReturnActions: [{action: Post}]',
    ),
  },
  {
    name: 'a stack at the return',
    code: 'POLICY_RETURN_INVALID',
    bad: selecting(RETURN, 'matchReturnActions: [{action: Post, userStackTrace: true}]'),
    good: selecting(RETURN, 'matchActions: [{action: Post, userStackTrace: true}]'),
  },
  {
    name: 'a section without returns',
    code: 'POLICY_FIELD_UNKNOWN',
    bad: aPolicy('  lsmhooks: [{hook: file_open, return: true}]'),
    good: aPolicy('  lsmhooks: [{hook: file_open}]'),
  },
  {
    name: 'a condition on the return in a section without returns',
    code: 'POLICY_RETURN_INVALID',
    bad: aPolicy(`  lsmhooks: [{hook: file_open, selectors: [{${FAILED}, ${FILTER}}]}]`),
    good: aPolicy(`  lsmhooks: [{hook: file_open, selectors: [{${FILTER}}]}]`),
  },
  {
    name: 'a return of a call that has none',
    code: 'POLICY_RETURN_INVALID',
    bad: aPolicy(`  kprobes: [{call: sys_exit_group, ${RETURN}}]`),
    good: aPolicy(`  kprobes: [{call: sys_mount, ${RETURN}}]`),
  },
  {
    name: 'a return of a function that has none',
    code: 'POLICY_RETURN_INVALID',
    bad: aPolicy(`  kprobes: [{call: do_exit, syscall: false, ${RETURN}}]`),
    good: aPolicy('  kprobes: [{call: do_exit, syscall: false}]'),
  },
  {
    name: 'a returned argument of a hook without returns',
    code: 'POLICY_RETURN_INVALID',
    bad: reading(`args: [${BUFFER}], selectors: [{${FILTER}}]`),
    good: reading(`args: [${BUFFER}], ${RETURN}, selectors: [{${FILTER}}]`),
  },
  {
    name: 'a comparison with what is not filled yet',
    code: 'POLICY_RETURN_INVALID',
    bad: reading(
      `args: [${BUFFER}], ${RETURN}, ` +
        `selectors: [{${FILTER}, matchArgs: [{index: 1, operator: Prefix, values: [x]}]}]`,
    ),
    good: reading(
      `args: [${BUFFER}, {index: 0, type: int}], ${RETURN}, ` +
        `selectors: [{${FILTER}, matchArgs: [{index: 0, operator: Equal, values: [1]}]}]`,
    ),
  },
  {
    name: 'a choice in an expression on the return',
    code: 'POLICY_RETURN_INVALID',
    bad: selecting(TEXT, `matchReturnArgs: [${CHOICE}]`),
    good: selecting(RETURN, `matchReturnArgs: [${RANGES}]`),
  },
  {
    name: 'an index that is not that of the return value',
    code: 'POLICY_ARGUMENT_UNDECLARED',
    bad: selecting(RETURN, 'matchReturnArgs: [{index: 1, operator: LT, values: [0]}]'),
    good: selecting(RETURN, FAILED),
  },
];
