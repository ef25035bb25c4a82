/** Paths such as `mm.owner.comm` to offsets. */
import type { MemberAccess, MemberProblem } from '../../model/kernel-types.ts';
import type { Btf } from './btf.ts';
import type { BtfMember, BtfType } from './types.ts';

const POINTER_BYTES = 8;
const COMPONENT = /^([A-Za-z_]\w*)?(?:\[(\d{1,6})\])?$/;
const WIDTHS: readonly number[] = [1, 2, 4, 8];

/** Where a walk stands: `offset` bytes after the last pointer that was followed. */
interface Place {
  readonly steps: readonly number[];
  readonly offset: number;
  readonly type: BtfType;
  /** The type as it is declared: a typedef says more than what it stands for. */
  readonly declared: number;
}

/** A member with its offset in the struct that was searched. */
interface FoundMember {
  readonly member: BtfMember;
  readonly offset: number;
}

/** Follows a path from a pointer to the struct `root`: `struct file *`. */
export function resolveMember(btf: Btf, root: string, path: string): MemberAccess | MemberProblem {
  const [, kind, name = ''] = /^(?:const )?(struct|union) (\w+) \*$/.exec(root) ?? [];
  const type = kind === undefined ? undefined : btf.find(name, kind as 'struct' | 'union');
  if (type === undefined) {
    return problem(root, `\`${root}\` is no pointer to a struct of the kernel`);
  }
  let place: Place = { steps: [], offset: 0, type, declared: type.id };
  for (const part of path.split('.')) {
    const next = enter(btf, place, part);
    if ('message' in next) return next;
    place = next;
  }
  return accessTo(btf, place, path);
}

function problem(part: string, message: string, candidates: readonly string[] = []): MemberProblem {
  return { part, message, candidates };
}

/** Goes to a member, or to an element of one. */
function enter(btf: Btf, from: Place, part: string): Place | MemberProblem {
  const [whole, name, index] = COMPONENT.exec(part) ?? [];
  if (!whole) return problem(part, `\`${part}\` is neither a member nor an element`);
  const base = name === undefined ? from : enterMember(btf, from, name);
  if ('message' in base || index === undefined) return base;
  return enterElement(btf, base, { part, index: Number(index) });
}

function enterMember(btf: Btf, from: Place, name: string): Place | MemberProblem {
  const place = follow(btf, from);
  const found = findMember(btf, place.type, name, 0);
  if (found === undefined) {
    const message = `\`${spellStruct(place.type)}\` has no member \`${name}\``;
    return problem(name, message, memberNames(btf, place.type));
  }
  if (found.member.bitfieldBits > 0) {
    return problem(name, `\`${name}\` is a bit field, which cannot be read`);
  }
  const declared = found.member.typeId;
  const offset = place.offset + found.offset;
  return { ...place, offset, type: btf.resolve(declared), declared };
}

function enterElement(
  btf: Btf,
  from: Place,
  { part, index }: { readonly part: string; readonly index: number },
): Place | MemberProblem {
  const { array } = from.type;
  if (array !== undefined) {
    if (array.length > 0 && index >= array.length) {
      return problem(part, `\`${part}\` is beyond the ${array.length} elements that there are`);
    }
    const offset = from.offset + index * btf.sizeOf(array.typeId);
    return { ...from, offset, type: btf.resolve(array.typeId), declared: array.typeId };
  }
  if (from.type.kind !== 'pointer') return problem(part, `\`${part}\` is no element of an array`);
  const place = follow(btf, from);
  return { ...place, offset: index * btf.sizeOf(place.type.id) };
}

/** At a pointer, goes to what it points to. */
function follow(btf: Btf, from: Place): Place {
  if (from.type.kind !== 'pointer') return from;
  const declared = from.type.typeId ?? 0;
  const steps = [...from.steps, from.offset];
  return { steps, offset: 0, type: btf.resolve(declared), declared };
}

/** Also inside structs and unions without a name. */
function findMember(btf: Btf, type: BtfType, name: string, base: number): FoundMember | undefined {
  for (const member of type.members ?? []) {
    const offset = base + Math.floor(member.offsetBits / 8);
    if (member.name === name) return { member, offset };
    if (member.name !== '') continue;
    const inner = findMember(btf, btf.resolve(member.typeId), name, offset);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

function memberNames(btf: Btf, type: BtfType): readonly string[] {
  return (type.members ?? []).flatMap(({ name, typeId }) =>
    name === '' ? memberNames(btf, btf.resolve(typeId)) : [name],
  );
}

function accessTo(
  btf: Btf,
  { steps, offset, type, declared }: Place,
  path: string,
): MemberAccess | MemberProblem {
  const all = [...steps, offset];
  const spelled = btf.spell(type.id);
  switch (type.kind) {
    case 'pointer':
      return { steps: all, width: POINTER_BYTES, type: spelled };
    case 'array':
      return { steps: all, width: 0, type: spelled };
    case 'struct':
    case 'union':
      return { steps: all, width: 0, type: `${btf.spell(declared)} *` };
    default: {
      const width = type.size ?? 0;
      if (WIDTHS.includes(width)) return { steps: all, width, type: spelled };
      return problem(path, `\`${path}\` has ${width} bytes, which is no number`);
    }
  }
}

function spellStruct(type: BtfType): string {
  return `${type.kind} ${type.name === '' ? '{...}' : type.name}`;
}
