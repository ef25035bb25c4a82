/** Cases about members of structs that programs have. */
import { aPolicy } from './policy-text.ts';
import type { CodeCase } from './text-cases.ts';

const FILE = 'btfPath: /opt/shop/types.btf';
const ORDER = 'resolve: number, btfType: order';

const uprobe = (rest: string): string =>
  aPolicy(`  uprobes: [{path: /opt/shop/shop, symbols: [take_order], ${rest}}]`);
const usdt = (rest: string): string =>
  aPolicy(`  usdts: [{path: /opt/shop/shop, provider: shop, name: order, ${rest}}]`);
const args = (argument: string): string => `args: [{index: 0, ${argument}}]`;
const result = (argument: string): string => `return: true, returnArg: {${argument}}`;
const reading = (argument: string): string => uprobe(`${FILE}, ${args(argument)}`);

/** Mistakes and their twins. */
export const PROGRAM_MEMBER_CASES: readonly CodeCase[] = [
  {
    name: 'a struct of a program whose types are nowhere',
    code: 'POLICY_FIELD_MISSING',
    bad: uprobe(args(`type: int, ${ORDER}`)),
    good: uprobe(`${FILE}, ${args(`type: int, ${ORDER}`)}`),
  },
  {
    name: 'a struct of a program with a probe, whose types are nowhere',
    code: 'POLICY_FIELD_MISSING',
    bad: usdt(args(`type: int, ${ORDER}`)),
    good: usdt(`${FILE}, ${args(`type: int, ${ORDER}`)}`),
  },
  {
    name: 'a struct that a function returns, whose types are nowhere',
    code: 'POLICY_FIELD_MISSING',
    bad: uprobe(result(`type: int, ${ORDER}`)),
    good: uprobe(`${FILE}, ${result(`type: int, ${ORDER}`)}`),
  },
  {
    name: 'a member of a program without its struct',
    code: 'POLICY_FIELD_MISSING',
    bad: reading('type: int, resolve: number'),
    good: reading('type: int'),
  },
  {
    name: 'a struct of a program without a member',
    code: 'POLICY_FIELD_MISSING',
    bad: reading('type: int, btfType: order'),
    good: reading(`type: int, ${ORDER}`),
  },
  {
    name: 'types of a program in no absolute path',
    code: 'POLICY_VALUE_INVALID',
    bad: uprobe('btfPath: types.btf'),
    good: uprobe(FILE),
  },
  {
    name: 'a struct of a program in a module of the kernel',
    code: 'POLICY_VALUE_INVALID',
    bad: reading(`type: int, ${ORDER}, btfTypeModule: shop`),
    good: uprobe('data: [{type: int, source: current_task, resolve: pid, btfType: task_struct}]'),
  },
  {
    name: 'a damaged file with the types of a program',
    code: 'POLICY_TYPES_FILE_INVALID',
    bad: reading(`type: int, ${ORDER}`).replace('types.btf', 'damaged.btf'),
    // As with the program itself: another machine may have it.
    good: reading(`type: int, ${ORDER}`).replace('types.btf', 'absent.btf'),
  },
  {
    name: 'a member that a struct of a program does not have',
    code: 'POLICY_RESOLVE_UNKNOWN',
    bad: reading('type: string, resolve: customer.nmae, btfType: order'),
    good: reading('type: string, resolve: customer.name, btfType: order'),
  },
  {
    name: 'a struct that a program does not have',
    code: 'POLICY_RESOLVE_UNKNOWN',
    bad: reading('type: int, resolve: number, btfType: odrer'),
    good: reading('type: int, resolve: number, btfType: order'),
  },
  {
    name: 'a member of a program of another type',
    code: 'POLICY_ARGUMENT_TYPE',
    bad: reading('type: string, resolve: number, btfType: order'),
    good: reading('type: int, resolve: number, btfType: order'),
  },
  {
    name: 'a member of a program that has the name of an object of the kernel',
    code: 'POLICY_ARGUMENT_TYPE',
    bad: reading('type: sock, resolve: socket, btfType: order'),
    good: reading('type: string, resolve: customer.name, btfType: order'),
  },
  {
    name: 'an object of the kernel that a program returns',
    code: 'POLICY_ARGUMENT_TYPE',
    bad: uprobe(result('type: file')),
    good: uprobe(result('type: string')),
  },
];
