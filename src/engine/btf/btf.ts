/** Type information of the kernel or of a BPF object. */
import type { KernelParameter } from '../../model/kernel-types.ts';
import { BtfSource, KernelError } from '../kernel/index.ts';
import { decodeType } from './decode-type.ts';
import { spellType } from './spelling.ts';
import {
  BTF_KINDS,
  type BtfEnumValue,
  type BtfKind,
  type BtfMember,
  type BtfType,
} from './types.ts';

/** A member with what a generator wants to know about its type. */
export interface StructMember extends BtfMember {
  /** Bits the member takes: of the bit field, or of its whole type. */
  readonly bits: number;
  /** C spelling of the type. */
  readonly type: string;
}

export interface StructType {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly members: readonly StructMember[];
}

/** Typedefs of qualifiers of typedefs: more than this is a cycle in corrupt information. */
const CHAIN_MAX = 64;

/** Functions that take functions: the kernel's largest type has some fifty parts. */
const SPELLED_TYPES_MAX = 4096;

const POINTER_BYTES = 8;

const VOID: BtfType = { id: 0, kind: 'void', name: '' };

/**
 * Types by number and by name; numbers are those of this file only. Close it to give memory back.
 */
export class Btf {
  readonly #source: BtfSource;

  private constructor(source: BtfSource) {
    this.#source = source;
  }

  /** The running kernel's; about 11 MB until closed. Throws ENGINE_BTF_MISSING. */
  static kernel(): Btf {
    return new Btf(BtfSource.kernel());
  }

  /** A loaded module's, with the kernel's that it refers to. Throws ENGINE_BTF_MISSING. */
  static module(name: string): Btf {
    return new Btf(BtfSource.module(name));
  }

  /** A BPF object's, or a raw BTF file's. Throws ENGINE_BTF_MISSING. */
  static ofFile(path: string): Btf {
    return new Btf(BtfSource.ofFile(path));
  }

  /**
   * Raw type information from anywhere; every reference in it is checked. `name` is for messages.
   * Throws ENGINE_BTF_MISSING and ENGINE_BTF_CORRUPT.
   */
  static ofBytes(bytes: Uint8Array, name: string): Btf {
    return new Btf(BtfSource.ofBytes(bytes, name));
  }

  /** One more than the largest type number; 0 is void. */
  get typeCount(): number {
    return this.#source.count();
  }

  /** Throws ENGINE_BTF_CORRUPT for a number that is not there. */
  type(id: number): BtfType {
    if (id === 0) return VOID;
    const bytes = this.#source.bytes(id);
    if (bytes === undefined) throw new KernelError('ENGINE_BTF_CORRUPT', `there is no type ${id}`);
    return decodeType(id, bytes, (offset) => this.#source.string(offset) ?? '');
  }

  /**
   * The first type of that name and kind. Every call walks the file: about 1 ms for the kernel's.
   */
  find(name: string, kind: BtfKind): BtfType | undefined {
    const id = this.#source.find(name, BTF_KINDS.indexOf(kind));
    return id === 0 ? undefined : this.type(id);
  }

  /** A type without typedefs, qualifiers and tags around it. */
  resolve(id: number): BtfType {
    let type = this.type(id);
    for (let steps = 0; WRAPPERS.has(type.kind); steps++) {
      if (steps > CHAIN_MAX) {
        throw new KernelError('ENGINE_BTF_CORRUPT', `type ${id} refers to itself`);
      }
      type = this.type(type.typeId ?? 0);
    }
    return type;
  }

  /** Bytes of a type; 0 for void, functions and forward declarations. */
  sizeOf(id: number): number {
    let length = 1;
    let type = this.resolve(id);
    for (let depth = 0; type.array !== undefined; depth++) {
      if (depth > CHAIN_MAX) {
        throw new KernelError('ENGINE_BTF_CORRUPT', `type ${id} contains itself`);
      }
      length *= type.array.length;
      type = this.resolve(type.array.typeId);
    }
    return length * (type.kind === 'pointer' ? POINTER_BYTES : (type.size ?? 0));
  }

  /** C spelling of a type. Throws ENGINE_BTF_CORRUPT for one that no program has. */
  spell(id: number): string {
    let left = SPELLED_TYPES_MAX;
    return spellType(id, (wanted) => {
      if (left-- > 0) return this.type(wanted);
      throw new KernelError('ENGINE_BTF_CORRUPT', `type ${id} has too many parts`);
    });
  }

  struct(name: string): StructType | undefined {
    const found = this.find(name, 'struct');
    if (found === undefined) return undefined;
    const members = (found.members ?? []).map((member) => ({
      ...member,
      bits: member.bitfieldBits > 0 ? member.bitfieldBits : this.sizeOf(member.typeId) * 8,
      type: this.spell(member.typeId),
    }));
    return { name, size: found.size ?? 0, members };
  }

  enumValues(name: string): readonly BtfEnumValue[] | undefined {
    return (this.find(name, 'enum') ?? this.find(name, 'enum64'))?.values;
  }

  functionParameters(name: string): readonly KernelParameter[] | undefined {
    const found = this.find(name, 'function');
    return found && this.#parametersOf(found.typeId ?? 0);
  }

  /** Of the function that programs on the tracepoint are called like. */
  rawTracepointParameters(name: string): readonly KernelParameter[] | undefined {
    const found = this.find(`btf_trace_${name}`, 'typedef');
    if (found === undefined) return undefined;
    const { typeId = 0 } = this.type(found.typeId ?? 0);
    // The first parameter is the data of whoever attached, which programs do not see.
    return this.#parametersOf(typeId).slice(1);
  }

  #parametersOf(prototype: number): readonly KernelParameter[] {
    const { parameters } = this.type(prototype);
    return (parameters ?? []).map((parameter) => ({
      name: parameter.name,
      type: parameter.typeId === 0 ? '...' : this.spell(parameter.typeId),
    }));
  }

  /** Sorted; bounded by `limit`. */
  functionsWithPrefix(prefix: string, limit: number): readonly string[] {
    const names = this.#source.names(BTF_KINDS.indexOf('function'), prefix, limit);
    return [...new Set(names)].sort();
  }

  /** Names of structs, unions and typedefs, for suggestions; of each at most `limit`. */
  structNames(limit: number): readonly string[] {
    return STRUCT_KINDS.flatMap((kind) => this.#source.names(BTF_KINDS.indexOf(kind), '', limit));
  }

  /** Gives the memory back; closing twice is fine. */
  close(): void {
    this.#source.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

const STRUCT_KINDS: readonly BtfKind[] = ['struct', 'union', 'typedef'];

const WRAPPERS: ReadonlySet<BtfKind> = new Set([
  'typedef',
  'const',
  'volatile',
  'restrict',
  'typeTag',
]);
