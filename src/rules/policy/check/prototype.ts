/** Whether an argument type can read what a C declaration says is there. */

import type { ArgumentType, NumberType } from '../../../model/argument-types.ts';
import { ARGUMENT_TYPES, declarationOf } from '../argument-types.ts';
import { isNumberType, widthOf } from '../number-type.ts';

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Names whose width is the same in every kernel; other typedefs get the benefit of the doubt. */
const NARROW = words(`
  bool _Bool char short int unsigned signed u8 s8 u16 s16 u32 s32 __u8 __s8 __u16 __s16 __u32 __s32
  uint int8_t int16_t int32_t uint8_t uint16_t uint32_t umode_t mode_t fmode_t gfp_t pid_t uid_t
  gid_t kuid_t kgid_t dev_t qid_t key_serial_t key_perm_t clockid_t timer_t
  __be16 __be32 __le16 __le32 __wsum sa_family_t __poll_t vm_fault_t blk_opf_t
`);

const WIDE = words(`
  long u64 s64 __u64 __s64 int64_t uint64_t size_t ssize_t loff_t off_t ino_t sector_t blkcnt_t
  pgoff_t vm_flags_t kernel_ulong_t uintptr_t intptr_t ktime_t time64_t dma_addr_t phys_addr_t
  __be64 __le64 __kernel_size_t
`);

const QUALIFIERS = /\b(?:const|volatile|restrict|__restrict|__user|__kernel|__rcu|__percpu)\b/g;

/** Other names are of unsigned types, or of those whose sign says nothing. */
const SIGNED = /^(?:(?:signed )?(?:char|short|int|long)\b|s\d|__s\d|int\d|pid_t|ssize_t|loff_t)/;

type Width = 'narrow' | 'wide' | 'unknown' | 'none';

/** What would be right instead, empty when nothing would; undefined when the type fits. */
export function findTypeProblem(type: ArgumentType, declaration: string): string | undefined {
  const actual = normalize(declaration);
  if (fits(type, actual)) return undefined;
  const right = findRightType(actual);
  return right === undefined ? '' : `use the type \`${right}\``;
}

/** The type that reads a parameter, undefined when none does. */
export function rightType(declaration: string): ArgumentType | undefined {
  const actual = normalize(declaration);
  const type = findRightType(actual);
  // Compilers write `long unsigned int`.
  const isSigned = SIGNED.test(actual) && !/\bunsigned\b/.test(actual);
  if (type === 'size_t' && isSigned) return 'int64';
  return type === 'int' && !isSigned ? 'uint32' : type;
}

function fits(type: ArgumentType, actual: string): boolean {
  const declaration = declarationOf(type);
  if (declaration !== undefined) {
    // Messages have the address of the other end as a pointer to anything.
    const isAddress = declaration === 'struct sockaddr*' && actual === 'void*';
    return actual === declaration || isAddress;
  }
  switch (type) {
    case 'nop':
    case 'data_loc':
      return true;
    case 'string':
      return /^(?:(?:un)?signed )?char(?:\*|\[\d*\])$/.test(actual);
    case 'char_iovec':
      return actual === 'struct iovec*';
    case 'char_buf':
      return /^(?:(?:(?:un)?signed )?char|void|u8|__u8|uint8_t)\*$/.test(actual);
    case 'syscall64':
      // The kernel side takes the lower half, which is all of any number.
      return findWidth(actual) !== 'none';
    case 'fd':
      return fitsNumber('int', findWidth(actual));
    default:
      return isNumberType(type) && fitsNumber(type, findWidth(actual));
  }
}

/** Registers are wider than what is in them: more bits than the parameter has are not its own. */
function fitsNumber(type: NumberType, width: Width): boolean {
  if (width === 'none') return false;
  return widthOf(type).bits < 64 ? width !== 'wide' : width !== 'narrow';
}

function findRightType(actual: string): ArgumentType | undefined {
  // Of a process there is more to ask for than its command line, which is that of the running one.
  const types: readonly ArgumentType[] = [...new Set(ARGUMENT_TYPES.values())].filter(
    (type) => declarationOf(type) !== undefined && type !== 'command_line',
  );
  return [...types, ...(['string', 'int', 'size_t'] as const)].find((type) => fits(type, actual));
}

function normalize(declaration: string): string {
  return declaration
    .replace(QUALIFIERS, ' ')
    .replace(/\s+/g, ' ')
    .replace(/ ?([*[\]]) ?/g, '$1')
    .trim();
}

function findWidth(actual: string): Width {
  if (/[*[(]/.test(actual) || /^(?:struct|union) /.test(actual)) return 'none';
  if (actual.startsWith('enum ')) return 'narrow';
  const parts = actual.split(' ');
  if (parts.some((part) => WIDE.has(part))) return 'wide';
  if (parts.every((part) => NARROW.has(part))) return 'narrow';
  return /^(?:void|float|double|sockptr_t|kernel_cap_t)$/.test(actual) ? 'none' : 'unknown';
}
