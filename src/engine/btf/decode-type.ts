/** Turns one type of the BTF format into plain data. */
import { KernelError } from '../kernel/index.ts';
import {
  BTF_KINDS,
  type BtfEnumValue,
  type BtfKind,
  type BtfMember,
  type BtfType,
} from './types.ts';

/** The string at an offset of the string section. */
export type ReadString = (offset: number) => string;

interface TypeHead {
  readonly id: number;
  readonly kind: BtfKind;
  readonly name: string;
  readonly count: number;
  readonly flag: boolean;
  /** Bytes or a type number, by kind. */
  readonly sizeOrType: number;
  readonly view: DataView;
  readonly readString: ReadString;
}

const HEAD_BYTES = 12;
const INT_SIGNED = 1;
const INT_BOOLEAN = 4;

/** Decodes struct btf_type and what follows it; throws ENGINE_BTF_CORRUPT for an unknown kind. */
export function decodeType(id: number, bytes: Uint8Array, readString: ReadString): BtfType {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const info = view.getUint32(4, true);
  const kind = BTF_KINDS[(info >>> 24) & 0x1f];
  if (kind === undefined || kind === 'void') {
    throw new KernelError('ENGINE_BTF_CORRUPT', `type ${id} has the unknown kind ${info >>> 24}`);
  }
  const head: TypeHead = {
    id,
    kind,
    name: readString(view.getUint32(0, true)),
    count: info & 0xffff,
    flag: info >>> 31 === 1,
    sizeOrType: view.getUint32(8, true),
    view,
    readString,
  };
  return { id, kind, name: head.name, ...DECODE_REST[kind](head) };
}

type Rest = Omit<BtfType, 'id' | 'kind' | 'name'>;
type DecodeRest = (head: TypeHead) => Rest;

const decodeReference: DecodeRest = (head) => ({ typeId: head.sizeOrType });

const decodeMembers: DecodeRest = (head) => ({
  size: head.sizeOrType,
  members: rows(head, HEAD_BYTES, (at): BtfMember => {
    const place = head.view.getUint32(at + 8, true);
    return {
      name: head.readString(head.view.getUint32(at, true)),
      offsetBits: head.flag ? place & 0xffffff : place,
      bitfieldBits: head.flag ? place >>> 24 : 0,
      typeId: head.view.getUint32(at + 4, true),
    };
  }),
});

const decodeEnum: DecodeRest = (head) => ({
  size: head.sizeOrType,
  isSigned: head.flag,
  values: rows(
    head,
    8,
    (at): BtfEnumValue => ({
      name: head.readString(head.view.getUint32(at, true)),
      value: head.flag ? head.view.getInt32(at + 4, true) : head.view.getUint32(at + 4, true),
    }),
  ),
});

const decodeEnum64: DecodeRest = (head) => ({
  size: head.sizeOrType,
  isSigned: head.flag,
  values: rows(head, 12, (at): BtfEnumValue => {
    const value = head.flag
      ? head.view.getBigInt64(at + 4, true)
      : head.view.getBigUint64(at + 4, true);
    return { name: head.readString(head.view.getUint32(at, true)), value: Number(value) };
  }),
});

const decodeInt: DecodeRest = (head) => {
  const encoding = (head.view.getUint32(HEAD_BYTES, true) >>> 24) & 0xf;
  return {
    size: head.sizeOrType,
    isSigned: (encoding & INT_SIGNED) !== 0,
    isBoolean: (encoding & INT_BOOLEAN) !== 0,
  };
};

const decodeArray: DecodeRest = (head) => ({
  array: {
    typeId: head.view.getUint32(HEAD_BYTES, true),
    length: head.view.getUint32(HEAD_BYTES + 8, true),
  },
});

const decodePrototype: DecodeRest = (head) => ({
  typeId: head.sizeOrType,
  parameters: rows(head, 8, (at) => ({
    name: head.readString(head.view.getUint32(at, true)),
    typeId: head.view.getUint32(at + 4, true),
  })),
});

const decodeSection: DecodeRest = (head) => ({
  size: head.sizeOrType,
  places: rows(head, 12, (at) => ({
    typeId: head.view.getUint32(at, true),
    offset: head.view.getUint32(at + 4, true),
    size: head.view.getUint32(at + 8, true),
  })),
});

const DECODE_REST: Readonly<Record<BtfKind, DecodeRest>> = {
  void: () => ({}),
  int: decodeInt,
  pointer: decodeReference,
  array: decodeArray,
  struct: decodeMembers,
  union: decodeMembers,
  enum: decodeEnum,
  forward: (head) => ({ isUnion: head.flag }),
  typedef: decodeReference,
  volatile: decodeReference,
  const: decodeReference,
  restrict: decodeReference,
  function: decodeReference,
  prototype: decodePrototype,
  variable: decodeReference,
  section: decodeSection,
  float: (head) => ({ size: head.sizeOrType }),
  declTag: decodeReference,
  typeTag: decodeReference,
  enum64: decodeEnum64,
};

function rows<Row>(head: TypeHead, size: number, read: (at: number) => Row): readonly Row[] {
  return Array.from({ length: head.count }, (_, index) => read(HEAD_BYTES + index * size));
}
