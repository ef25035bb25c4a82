/** Paths such as `mm.owner.comm` to offsets. */
import type { MemberAccess, MemberProblem } from '../../model/kernel-types.ts';
import { KernelError } from '../kernel/index.ts';
import type { Btf } from './btf.ts';
import type { BtfMember, BtfType } from './types.ts';

const POINTER_BYTES = 8;
const COMPONENT = /^([A-Za-z_]\w*)?(?:\[(\d{1,6})\])?$/;
const WIDTHS: readonly number[] = [1, 2, 4, 8];

/** What a step of the kernel side holds. */
const OFFSET_MAX = 0xffff_ffff;

/** Names that a suggestion is looked for in; those of the kernel's structs are half as many. */
const NAMES_MAX = 20_000;

/** Members that are looked at for one name; the largest struct of the kernel has some 300. */
const MEMBERS_MAX = 1_000_000;

/** Names are whatever the file says. */
const SHOWN_NAME_MAX = 128;

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

/**
 * Follows a path from a pointer to the struct `root`: `struct file *`. The types may be damaged in
 * every way that leaves their references whole. Throws ENGINE_BTF_CORRUPT.
 */
export function resolveMember(btf: Btf, root: string, path: string): MemberAccess | MemberProblem {
  const [, kind, name = root] = /^(?:const )?(struct|union) (\w+) \*$/.exec(root) ?? [];
  const type = kind === undefined ? undefined : findStruct(btf, kind as 'struct' | 'union', name);
  if (type === undefined) {
    const message = `\`${root}\` is no pointer to a struct of the kernel`;
    return { ...problem(name, message, btf.structNames(NAMES_MAX)), isOfStruct: true };
  }
  let place: Place = { steps: [], offset: 0, type, declared: type.id };
  for (const part of path.split('.')) {
    const next = enter(btf, place, part);
    if ('message' in next) return next;
    place = next;
  }
  return accessTo(btf, place, path);
}

/** Programs often have no other name of a struct than a typedef. */
function findStruct(btf: Btf, kind: 'struct' | 'union', name: string): BtfType | undefined {
  const found = btf.find(name, kind) ?? btf.find(name, 'union') ?? btf.find(name, 'typedef');
  const type = found && btf.resolve(found.id);
  return type?.members === undefined ? undefined : type;
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
  const aSearch = (): Search => ({ btf, name, seen: new Set(), left: MEMBERS_MAX });
  const found = findMember(aSearch(), place.type, 0);
  if (found === undefined) {
    const message = `\`${spellStruct(place.type)}\` has no member \`${name}\``;
    return problem(name, message, memberNames(aSearch(), place.type));
  }
  if (found.member.bitfieldBits > 0) {
    return problem(name, `\`${name}\` is a bit field, which cannot be read`);
  }
  const declared = found.member.typeId;
  return move(place, found.offset, { part: name, type: btf.resolve(declared), declared });
}

interface Target extends Pick<Place, 'type' | 'declared'> {
  /** As it is written. */
  readonly part: string;
}

function move(from: Place, bytes: number, { part, ...target }: Target): Place | MemberProblem {
  const offset = from.offset + bytes;
  if (offset <= OFFSET_MAX) return { ...from, ...target, offset };
  return problem(part, `\`${part}\` is ${offset} bytes away, which is too far`);
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
    const target = { part, type: btf.resolve(array.typeId), declared: array.typeId };
    return move(from, index * btf.sizeOf(array.typeId), target);
  }
  if (from.type.kind !== 'pointer') return problem(part, `\`${part}\` is no element of an array`);
  const place = follow(btf, from);
  const size = btf.sizeOf(place.type.id);
  if (size === 0) return problem(part, `\`${part}\` is of a type without a size`);
  return move(place, index * size, { ...place, part });
}

/** At a pointer, goes to what it points to. */
function follow(btf: Btf, from: Place): Place {
  if (from.type.kind !== 'pointer') return from;
  const declared = from.type.typeId ?? 0;
  const steps = [...from.steps, from.offset];
  return { steps, offset: 0, type: btf.resolve(declared), declared };
}

interface Search {
  readonly btf: Btf;
  readonly name: string;
  /** Types that do not have it: damaged ones may contain themselves. */
  readonly seen: Set<number>;
  /** Members that may still be looked at. */
  left: number;
}

/** Also inside structs and unions without a name. */
function findMember(search: Search, type: BtfType, base: number): FoundMember | undefined {
  const { name, seen } = search;
  if (seen.has(type.id)) return undefined;
  seen.add(type.id);
  for (const member of type.members ?? []) {
    const offset = base + Math.floor(member.offsetBits / 8);
    if (member.name === name) return { member, offset };
    if (member.name !== '') continue;
    const inner = findMember(search, innerType(search, member), offset);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

/** Of a member without a name. Throws ENGINE_BTF_CORRUPT when there is no end of them. */
function innerType(search: Search, { typeId }: BtfMember): BtfType {
  const type = search.btf.resolve(typeId);
  search.left -= 1 + (type.members?.length ?? 0);
  if (search.left >= 0) return type;
  const message = `structs without a name have more than ${MEMBERS_MAX} members`;
  throw new KernelError('ENGINE_BTF_CORRUPT', message);
}

/** For suggestions. */
function memberNames(search: Search, type: BtfType): readonly string[] {
  if (search.seen.has(type.id)) return [];
  search.seen.add(type.id);
  return (type.members ?? []).flatMap((member) =>
    member.name === '' ? memberNames(search, innerType(search, member)) : [member.name],
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
      const sign = type.isSigned === true ? ({ isSigned: true } as const) : {};
      if (WIDTHS.includes(width)) return { steps: all, width, type: spelled, ...sign };
      return problem(path, `\`${path}\` has ${width} bytes, which is no number`);
    }
  }
}

function spellStruct(type: BtfType): string {
  return `${type.kind} ${type.name === '' ? '{...}' : type.name.slice(0, SHOWN_NAME_MAX)}`;
}
