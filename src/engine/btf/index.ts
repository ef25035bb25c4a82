/** Type information: what structs of probes look like, what functions the kernel has. */
export { Btf, type StructMember, type StructType } from './btf.ts';
export { KernelBtfTypes } from './kernel-types.ts';
export { checkLayout, hashStruct } from './layout.ts';
export {
  BTF_KINDS,
  type BtfEnumValue,
  type BtfKind,
  type BtfMember,
  type BtfParameter,
  type BtfPlace,
  type BtfType,
} from './types.ts';
