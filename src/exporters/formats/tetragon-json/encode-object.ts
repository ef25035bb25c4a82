/** Arguments that are objects of the kernel. */
import { assertNever } from '../../../model/errors.ts';
import type { ArgumentValue, SocketValue, UserNamespaceValue } from '../../../model/event.ts';
import {
  ADDRESS_FAMILIES,
  IP_PROTOCOLS,
  SOCKET_TYPES,
  TCP_STATES,
} from '../../../model/network-names.ts';
import { bpfCommandName, bpfMapTypeName, bpfProgramTypeName, perfTypeName } from './bpf-names.ts';
import { encodeCredentials } from './encode-process.ts';
import type { JsonArgument, JsonSocket } from './json-args.ts';
import { capabilityName } from './kernel-names.ts';
import { taintNames } from './taint-names.ts';

/** The kinds that encode-argument.ts leaves to this file. */
export type ObjectValue = Exclude<
  ArgumentValue,
  {
    kind:
      | 'int'
      | 'uint'
      | 'long'
      | 'size'
      | 'syscall'
      | 'string'
      | 'bytes'
      | 'file'
      | 'path'
      | 'linux_binprm'
      | 'unreadable'
      | 'nop';
  }
>;

const HEX_DIGITS = 16;

/** Encodes one object under its key. */
export function encodeObject(value: ObjectValue): JsonArgument {
  switch (value.kind) {
    case 'sock':
      return { sock_arg: encodeSocket(value) };
    case 'skb':
      return { skb_arg: encodePacket(value) };
    case 'sockaddr':
      return {
        sockaddr_arg: {
          family: ADDRESS_FAMILIES.nameOf(value.family),
          addr: value.sourceAddress,
          port: value.sourcePort,
        },
      };
    case 'sockaddr_un':
      return {
        sockaddrun_arg: { family: ADDRESS_FAMILIES.nameOf(value.family), path: value.path },
      };
    case 'net_device':
      return { net_dev_arg: { name: value.name } };
    case 'module': {
      const { name, isSigned, taints } = value;
      const tainted = taintNames(taints);
      return {
        module_arg: {
          name,
          signature_ok: isSigned || undefined,
          tainted: tainted.length === 0 ? undefined : tainted,
        },
      };
    }
    case 'cred':
      return {
        process_credentials_arg: {
          ...encodeCredentials(value.credentials),
          user_ns: encodeUserNamespace(value.userNamespace),
        },
      };
    case 'user_namespace':
      return { user_ns_arg: encodeUserNamespace(value) };
    default:
      return encodeSmallObject(value);
  }
}

function encodeSmallObject(
  value: Extract<
    ObjectValue,
    {
      kind:
        | 'capability'
        | 'kernel_cap_t'
        | 'cap_inheritable'
        | 'cap_permitted'
        | 'cap_effective'
        | 'bpf_cmd'
        | 'bpf_attr'
        | 'bpf_prog'
        | 'bpf_map'
        | 'perf_event';
    }
  >,
): JsonArgument {
  switch (value.kind) {
    case 'capability':
      return { capability_arg: { value: value.value, name: capabilityName(value.value) } };
    case 'kernel_cap_t':
    case 'cap_inheritable':
    case 'cap_permitted':
    case 'cap_effective':
      return { [`${value.kind}_arg`]: value.value.toString(16).padStart(HEX_DIGITS, '0') };
    case 'bpf_cmd':
      return { bpf_cmd_arg: bpfCommandName(value.value) };
    case 'bpf_attr':
    case 'bpf_prog':
      return {
        [`${value.kind}_arg`]: {
          ProgType: bpfProgramTypeName(value.type),
          InsnCnt: value.instructions,
          ProgName: value.name,
        },
      };
    case 'bpf_map':
      return {
        bpf_map_arg: {
          MapType: bpfMapTypeName(value.type),
          KeySize: value.keySize,
          ValueSize: value.valueSize,
          MaxEntries: value.entries,
          MapName: value.name,
        },
      };
    case 'perf_event':
      return {
        perf_event_arg: {
          KprobeFunc: value.function,
          Type: perfTypeName(value.type),
          Config: String(value.config),
          ProbeOffset: String(value.probeOffset),
        },
      };
    default:
      return assertNever(value);
  }
}

function encodeEnds(value: SocketValue): JsonSocket {
  return {
    family: ADDRESS_FAMILIES.nameOf(value.family),
    protocol: IP_PROTOCOLS.nameOf(value.protocol),
    mark: value.mark || undefined,
    priority: value.priority || undefined,
    saddr: value.sourceAddress || undefined,
    daddr: value.destinationAddress || undefined,
    sport: value.sourcePort || undefined,
    dport: value.destinationPort || undefined,
  };
}

function encodeSocket(value: SocketValue): JsonSocket {
  return {
    ...encodeEnds(value),
    type: SOCKET_TYPES.nameOf(value.type),
    cookie: value.cookie === 0n ? undefined : String(value.cookie),
    state: TCP_STATES.nameOf(value.state),
  };
}

function encodePacket(value: SocketValue): JsonSocket {
  return {
    ...encodeEnds(value),
    hash: value.hash || undefined,
    len: value.length,
    proto: value.protocol,
  };
}

function encodeUserNamespace({ level, uid, gid, inum }: UserNamespaceValue): object {
  return { level, uid, gid, ns: { inum, is_host: level === 0 || undefined } };
}
