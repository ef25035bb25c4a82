/** Reads what a deed was done to, from the facts of detections. */
import type { FactName } from '../../../model/fact.ts';
import { baseName, directoryOf, objectOf, pairsOf } from './json.ts';
import type { Found } from './values.ts';

type FactsFound = Readonly<Partial<Record<FactName, unknown>>>;

const FILE_TYPES: Readonly<Record<number, string>> = {
  1: 'fifo',
  2: 'char_device',
  4: 'dir',
  6: 'block_device',
  8: 'file',
  10: 'symlink',
  12: 'socket',
};

/** Anything that is an object; names that are no facts are left out. */
export function readFacts(value: unknown): Found {
  const facts: FactsFound = objectOf(value) ?? {};
  return {
    ...readFile(facts),
    ...readConnection(facts),
    'dns.query': facts['dns.query'],
    'dns.type': facts['dns.type'],
    'dns.answers': facts['dns.answers'],
    'target.pid': facts['target.pid'],
    'target.binary': facts['target.exe.path'],
    'target.name': baseName(facts['target.exe.path']),
    'target.command_line': facts['target.cmdline'],
    'exit.status': facts['exit.code'],
    'policy.name': facts['policy.name'],
    'policy.message': facts['policy.message'],
    'policy.tags': facts['policy.tags'],
    'hook.function': facts['policy.function'],
    'hook.arguments': facts['policy.args'] ?? textsOfOthers(facts),
  };
}

/** Facts that formats have no place for. */
function textsOfOthers(facts: FactsFound): readonly string[] {
  const others = Object.entries(facts).filter(([name]) =>
    /^(?:bpf|module|mount|ptrace)\./.test(name),
  );
  return pairsOf(Object.fromEntries(others));
}

function readFile(facts: FactsFound): Found {
  const mode = facts['file.mode'];
  const path = facts['file.path'];
  const isMode = typeof mode === 'number' && Number.isInteger(mode) && mode >= 0 && mode <= 0xffff;
  return {
    'file.path': path,
    'file.name': baseName(path),
    'file.directory': directoryOf(path),
    'file.old_path': facts['file.old_path'],
    'file.target': facts['file.target'],
    'file.type': isMode ? FILE_TYPES[mode >>> 12] : undefined,
    'file.mode': isMode ? `0${(mode & 0o7777).toString(8).padStart(3, '0')}` : undefined,
    'file.inode': facts['file.inode'],
    'file.uid': facts['file.uid'],
    'file.gid': facts['file.gid'],
  };
}

/** An other end that is not known is written as zeros; an own end of zeros is any address. */
const NO_ADDRESS: ReadonlySet<unknown> = new Set(['', '0.0.0.0', '::']);

interface End {
  readonly ip?: unknown;
  readonly port?: unknown;
}

/** Both ends by who began. */
function readConnection(facts: FactsFound): Found {
  const name = facts['network.remote.name'];
  const local = endOf(facts['network.local.ip'], facts['network.local.port']);
  const { 'network.remote.ip': ip, 'network.remote.port': port } = facts;
  const remote = endOf(NO_ADDRESS.has(ip) ? undefined : ip, port, name !== undefined);
  const direction = facts['network.direction'];
  // A socket that only has its own end is what others call.
  const isCalled = direction === 'inbound' || (remote.ip ?? remote.port) === undefined;
  const [source, destination] = isCalled ? [remote, local] : [local, remote];
  return {
    'network.protocol': facts['network.protocol'],
    'network.family': facts['network.family'],
    'network.direction': direction,
    'source.ip': source.ip,
    'source.port': source.port,
    'destination.ip': destination.ip,
    'destination.port': destination.port,
    'destination.name': name,
  };
}

/** A port says nothing without the address that it is of. */
function endOf(ip: unknown, port: unknown, isNamed = false): End {
  const isPort = typeof port === 'number' && port > 0 && port <= 0xffff;
  if (NO_ADDRESS.has(ip) && !isPort) return {};
  if ((ip === undefined || ip === '') && !isNamed) return {};
  return { ip, port: isPort ? port : undefined };
}
