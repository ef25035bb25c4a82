/** Tells whether generated code and a BPF object mean the same structs. */
import { createHash } from 'node:crypto';
import { KernelError } from '../kernel/index.ts';
import type { Btf } from './btf.ts';
import type { BtfMember, BtfType } from './types.ts';

const HASH_CHARACTERS = 16;

/** Structs in structs: the wire format has three levels; corrupt information may have no end. */
const DEPTH_MAX = 32;

/**
 * 16 hexadecimal digits of the struct's shape: member names, offsets, sizes and signs, all the way
 * down. Names of types do not count. Undefined if there is no such struct.
 */
export function hashStruct(btf: Btf, structName: string): string | undefined {
  const type = btf.find(structName, 'struct');
  if (type === undefined) return undefined;
  return createHash('sha256')
    .update(describe(btf, type, 0))
    .digest('hex')
    .slice(0, HASH_CHARACTERS);
}

/**
 * Throws ENGINE_LAYOUT_MISMATCH if a struct of `expected` (name to hash) has another shape in the
 * object. Structs that the object does not use are skipped, but at least one must be there.
 */
export function checkLayout(btf: Btf, expected: Readonly<Record<string, string>>): void {
  let found = 0;
  for (const [name, hash] of Object.entries(expected)) {
    const actual = hashStruct(btf, name);
    if (actual === undefined) continue;
    found++;
    if (actual === hash) continue;
    throw new KernelError(
      'ENGINE_LAYOUT_MISMATCH',
      `struct ${name} has layout ${actual} in the object, ${hash} in the agent`,
    );
  }
  if (found > 0) return;
  throw new KernelError(
    'ENGINE_LAYOUT_MISMATCH',
    `the object has none of the structs ${Object.keys(expected).join(', ')}`,
  );
}

function describe(btf: Btf, type: BtfType, depth: number): string {
  if (depth > DEPTH_MAX) {
    throw new KernelError('ENGINE_BTF_CORRUPT', `type ${type.id} contains itself`);
  }
  switch (type.kind) {
    case 'int':
      return `${type.isBoolean ? 'b' : type.isSigned ? 'i' : 'u'}${type.size}`;
    case 'array':
      return describeArray(btf, type, depth);
    case 'struct':
    case 'union':
      return describeMembers(btf, type, depth);
    default:
      return `${type.kind}${type.size ?? ''}`;
  }
}

function describeArray(btf: Btf, type: BtfType, depth: number): string {
  const element = describe(btf, btf.resolve(type.array?.typeId ?? 0), depth + 1);
  return `[${type.array?.length ?? 0}]${element}`;
}

function describeMembers(btf: Btf, type: BtfType, depth: number): string {
  const describeMember = (member: BtfMember): string => {
    const shape = describe(btf, btf.resolve(member.typeId), depth + 1);
    return `${member.name}@${member.offsetBits}:${member.bitfieldBits}:${shape}`;
  };
  return `${type.kind}${type.size}{${(type.members ?? []).map(describeMember).join(';')}}`;
}
