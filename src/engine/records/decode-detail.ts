/** Objects of the kernel that a record tells by the members of a struct. */
import type {
  ArgumentValue,
  Credentials,
  SocketValue,
  UserNamespaceValue,
} from '../../model/event.ts';
import { formatAddress } from './format-address.ts';
import { ARGUMENT_TYPE } from './generated/enums.ts';
import { OBJECT_NAME_SIZE, SYMBOL_NAME_SIZE } from './generated/limits.ts';
import {
  type ArgumentRecordView,
  BpfDetailView,
  CredDetailView,
  PerfEventDetailView,
  SocketDetailView,
  UserNamespaceDetailView,
} from './generated/views.ts';
import type { RecordPlace } from './string-table.ts';

const AF_INET = 2;
const AF_INET6 = 10;

const socket = new SocketDetailView();
const cred = new CredDetailView();
const userNamespace = new UserNamespaceDetailView();
const bpf = new BpfDetailView();
const perfEvent = new PerfEventDetailView();

/** Undefined for a type without a detail, and for one that ends too early. */
export function decodeDetail(
  argument: ArgumentRecordView,
  place: RecordPlace,
): ArgumentValue | undefined {
  const at = place.at + argument.textOffset;
  const fits = (size: number): boolean => argument.textLength >= size;
  switch (argument.type) {
    case ARGUMENT_TYPE.SOCK:
    case ARGUMENT_TYPE.SOCKET:
    case ARGUMENT_TYPE.SKB:
    case ARGUMENT_TYPE.SOCKADDR:
      if (!fits(SocketDetailView.SIZE)) return undefined;
      return { kind: socketKind(argument.type), ...decodeSocket(place, at) };
    case ARGUMENT_TYPE.CRED:
      return fits(CredDetailView.SIZE) ? decodeCred(place, at) : undefined;
    case ARGUMENT_TYPE.USER_NAMESPACE:
      if (!fits(UserNamespaceDetailView.SIZE)) return undefined;
      return { kind: 'user_namespace', ...decodeUserNamespace(place, at) };
    case ARGUMENT_TYPE.BPF_ATTR:
    case ARGUMENT_TYPE.BPF_PROG:
    case ARGUMENT_TYPE.BPF_MAP:
      return fits(BpfDetailView.SIZE) ? decodeBpf(argument.type, place, at) : undefined;
    case ARGUMENT_TYPE.PERF_EVENT:
      return fits(PerfEventDetailView.SIZE) ? decodePerfEvent(place, at) : undefined;
    default:
      return undefined;
  }
}

function socketKind(type: number): 'sock' | 'skb' | 'sockaddr' {
  if (type === ARGUMENT_TYPE.SKB) return 'skb';
  return type === ARGUMENT_TYPE.SOCKADDR ? 'sockaddr' : 'sock';
}

function decodeSocket(place: RecordPlace, at: number): SocketValue {
  const view = socket.wrap(place.view, at);
  const hasAddresses = view.family === AF_INET || view.family === AF_INET6;
  return {
    family: view.family,
    type: view.type,
    protocol: view.protocol,
    state: view.state,
    mark: view.mark,
    priority: view.priority,
    hash: view.hash,
    length: view.length,
    etherType: view.etherType,
    cookie: view.cookie,
    sourceAddress: hasAddresses ? formatAddress((index) => view.source(index)) : '',
    sourcePort: view.sourcePort,
    destinationAddress: hasAddresses ? formatAddress((index) => view.destination(index)) : '',
    destinationPort: view.destinationPort,
  };
}

function decodeCred(place: RecordPlace, at: number): ArgumentValue {
  const view = cred.wrap(place.view, at);
  const credentials: Credentials = {
    uid: view.credentialsUid,
    gid: view.credentialsGid,
    euid: view.credentialsEuid,
    egid: view.credentialsEgid,
    suid: view.credentialsSuid,
    sgid: view.credentialsSgid,
    fsuid: view.credentialsFsuid,
    fsgid: view.credentialsFsgid,
    securebits: view.credentialsSecurebits,
    loginUid: view.credentialsLoginUid,
    capPermitted: view.credentialsCapPermitted,
    capEffective: view.credentialsCapEffective,
    capInheritable: view.credentialsCapInheritable,
  };
  return {
    kind: 'cred',
    credentials,
    userNamespace: {
      level: view.userNamespaceLevel,
      uid: view.userNamespaceUid,
      gid: view.userNamespaceGid,
      inum: view.userNamespaceInum,
    },
  };
}

function decodeUserNamespace(place: RecordPlace, at: number): UserNamespaceValue {
  const { level, uid, gid, inum } = userNamespace.wrap(place.view, at);
  return { level, uid, gid, inum };
}

function decodeBpf(type: number, place: RecordPlace, at: number): ArgumentValue {
  const view = bpf.wrap(place.view, at);
  const name = decodeName(place, view.nameAt, OBJECT_NAME_SIZE);
  if (type === ARGUMENT_TYPE.BPF_MAP) {
    const { type: mapType, keySize, valueSize, entries } = view;
    return { kind: 'bpf_map', type: mapType, keySize, valueSize, entries, name };
  }
  const kind = type === ARGUMENT_TYPE.BPF_ATTR ? 'bpf_attr' : 'bpf_prog';
  return { kind, type: view.type, instructions: view.instructions, name };
}

function decodePerfEvent(place: RecordPlace, at: number): ArgumentValue {
  const view = perfEvent.wrap(place.view, at);
  return {
    kind: 'perf_event',
    type: view.type,
    config: view.config,
    probeOffset: view.probeOffset,
    function: decodeName(place, view.functionAt, SYMBOL_NAME_SIZE),
  };
}

/** A name in an array of `size` bytes, padded with NUL. */
function decodeName({ bytes, strings }: RecordPlace, at: number, size: number): string {
  const end = bytes.indexOf(0, at);
  const length = end < 0 || end > at + size ? size : end - at;
  return strings.decode(bytes, at, length);
}
