/** Reads what a hook was called with: the facts of its deed, and all arguments as text. */
import { type Deed, deedOfFunction, deedOfPermission } from './deeds.ts';
import { type Json, objectOf, objectsOf, textOf } from './json.ts';

/** By the names of facts, as far as the arguments say them. */
export type ArgumentFacts = Readonly<Record<string, unknown>>;

const FILE_KEYS = ['file_arg', 'path_arg', 'linux_binprm_arg'] as const;
const SOCKET_KEYS = ['sock_arg', 'skb_arg'] as const;
const PLAIN_KEYS = [
  ...(['string_arg', 'int_arg', 'uint_arg', 'long_arg', 'size_arg'] as const),
  ...(['bytes_arg', 'bpf_cmd_arg', 'cap_effective_arg', 'cap_permitted_arg'] as const),
  ...(['cap_inheritable_arg', 'kernel_cap_t_arg'] as const),
] as const;

/** What a hook saw being done: by its function, else by what it was called with. */
export function deedOfHook(functionName: string, args: readonly Json[]): Deed {
  if (functionName === 'security_file_permission' || functionName === 'file_permission') {
    return deedOfPermission(args[1]?.['int_arg'] ?? args[1]?.['uint_arg']);
  }
  const deed = deedOfFunction(functionName);
  if (deed !== undefined) return deed;
  if (args.some((arg) => fileOf(arg) !== undefined)) return 'file.other';
  return args.some((arg) => socketOf(arg) !== undefined) ? 'network.other' : 'hook';
}

/** Facts of the deed. */
export function readArguments(deed: Deed, args: readonly Json[]): ArgumentFacts {
  return deed.startsWith('network.') ? socketFacts(deed, args) : fileFacts(deed, args);
}

function fileFacts(deed: Deed, args: readonly Json[]): ArgumentFacts {
  const named = args
    .map((arg) => textOf(fileOf(arg)?.['path']))
    .filter((path) => path !== undefined);
  const written = args.map((arg) => textOf(arg['string_arg'])).filter((path) => path !== undefined);
  const isCalled = deed.startsWith('file.') || deed === 'process.exec';
  const [first, second] = named.length > 0 || !isCalled ? named : written;
  if (second === undefined || (deed !== 'file.rename' && deed !== 'file.link')) {
    return { 'file.path': first, 'file.mode': modeOf(args) };
  }
  return { 'file.old_path': first, 'file.path': second };
}

const TYPE_LETTERS = '?pc?d?b?-?l?s';

/** The type of the file is all that `-rw-r--r--` is read for. */
function modeOf(args: readonly Json[]): number | undefined {
  const permission = args.map((arg) => textOf(fileOf(arg)?.['permission'])).find(Boolean);
  const type = permission === undefined ? -1 : TYPE_LETTERS.indexOf(permission.charAt(0));
  return permission === undefined || type < 1 ? undefined : (type << 12) | bitsOf(permission);
}

const BITS = [0o400, 0o200, 0o100, 0o40, 0o20, 0o10, 0o4, 0o2, 0o1] as const;
const SPECIAL: ReadonlyMap<number, number> = new Map([
  [3, 0o4000],
  [6, 0o2000],
  [9, 0o1000],
]);

/** As `ls -l` writes them: `s` and `t` stand for two bits, in capitals for one. */
function bitsOf(permission: string): number {
  return BITS.reduce((bits, bit, index) => {
    const letter = permission.charAt(index + 1);
    const special = 'sStT'.includes(letter) && letter !== '' ? (SPECIAL.get(index + 1) ?? 0) : 0;
    return bits | special | ('rwxst'.includes(letter) && letter !== '' ? bit : 0);
  }, 0);
}

function socketFacts(deed: Deed, args: readonly Json[]): ArgumentFacts {
  const socket = args.map(socketOf).find((found) => found !== undefined);
  const address = args.map((arg) => objectOf(arg['sockaddr_arg'])).find(Boolean);
  const isOwn = deed === 'network.bind' || deed === 'network.listen';
  const given = address && { ip: address['addr'], port: address['port'] };
  const own = isOwn ? given : undefined;
  const other = isOwn ? undefined : given;
  return {
    'network.family': familyOf(socket ?? address),
    'network.protocol': protocolOf(socket),
    'network.direction': directionOf(deed),
    'network.local.ip': own?.ip ?? socket?.['saddr'],
    'network.local.port': own?.port ?? socket?.['sport'],
    'network.remote.ip': other?.ip ?? socket?.['daddr'],
    'network.remote.port': other?.port ?? socket?.['dport'],
  };
}

function directionOf(deed: Deed): string | undefined {
  if (deed === 'network.accept') return 'inbound';
  return deed === 'network.connect' || deed === 'network.send' ? 'outbound' : undefined;
}

function familyOf(socket: Json | undefined): string | undefined {
  const family = socket?.['family'];
  if (family === 'AF_INET') return 'ipv4';
  return family === 'AF_INET6' ? 'ipv6' : undefined;
}

function protocolOf(socket: Json | undefined): string | undefined {
  const protocol = textOf(socket?.['protocol']);
  return protocol?.startsWith('IPPROTO_')
    ? protocol.slice('IPPROTO_'.length).toLowerCase()
    : undefined;
}

function fileOf(argument: Json): Json | undefined {
  return FILE_KEYS.map((key) => objectOf(argument[key])).find((file) => file !== undefined);
}

function socketOf(argument: Json): Json | undefined {
  return SOCKET_KEYS.map((key) => objectOf(argument[key])).find((socket) => socket !== undefined);
}

/** One text for each argument that has one; with its label in front, if it has that. */
export function argumentTexts(args: readonly Json[]): readonly string[] {
  return args
    .map((arg) => {
      const said = argumentText(arg);
      const label = textOf(arg['label']);
      return said === undefined || label === undefined ? said : `${label}=${said}`;
    })
    .filter((said) => said !== undefined);
}

function argumentText(argument: Json): string | undefined {
  const plain = PLAIN_KEYS.map((key) => argument[key]).find((value) => value !== undefined);
  if (typeof plain === 'string' || typeof plain === 'number') return String(plain);
  const path = textOf(fileOf(argument)?.['path'] ?? objectOf(argument['sockaddrun_arg'])?.['path']);
  if (path !== undefined) return path;
  const socket = socketOf(argument);
  if (socket !== undefined) {
    const [from, to] = [`${plainOf(socket['saddr'])}:${plainOf(socket['sport'])}`, endText(socket)];
    return `${from} -> ${to}`;
  }
  const [named] = ['module_arg', 'net_dev_arg', 'capability_arg', 'bpf_prog_arg', 'bpf_map_arg']
    .map((key) => objectOf(argument[key]))
    .filter((object) => object !== undefined);
  return textOf(named?.['name'] ?? named?.['ProgName'] ?? named?.['MapName']);
}

function endText(socket: Json): string {
  return `${plainOf(socket['daddr'])}:${plainOf(socket['dport'])}`;
}

function plainOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** Arguments of a body. */
export function argumentsOf(body: Json): readonly Json[] {
  return objectsOf(body['args']);
}
