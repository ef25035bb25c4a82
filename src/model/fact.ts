/**
 * Facts of an event that are not those of its process: one flat table, so that what a sensor
 * writes, what a rule reads, what a recording keeps and what a fixture says is the same name.
 */

/** What a fact can be. Texts and numbers that come as lists have several values at once. */
export interface FactTypes {
  readonly text: string;
  readonly number: number;
  readonly flag: boolean;
  readonly texts: readonly string[];
}

type FactType = keyof FactTypes;

const factTypes = {
  'exit.code': 'number',
  'exit.signal': 'number',
  'file.path': 'text',
  'file.old_path': 'text',
  'file.target': 'text',
  'file.flags': 'texts',
  'file.mode': 'number',
  'file.inode': 'number',
  'file.device': 'number',
  'file.uid': 'number',
  'file.gid': 'number',
  'file.filesystem': 'text',
  'mount.source': 'text',
  'mount.flags': 'texts',
  'network.family': 'text',
  'network.type': 'text',
  'network.protocol': 'text',
  'network.direction': 'text',
  'network.local.ip': 'text',
  'network.local.port': 'number',
  'network.remote.ip': 'text',
  'network.remote.port': 'number',
  'network.remote.name': 'text',
  'dns.query': 'text',
  'dns.type': 'text',
  'dns.answers': 'texts',
  'target.pid': 'number',
  'target.exe.path': 'text',
  'target.cmdline': 'text',
  'ptrace.request': 'text',
  'signal.number': 'number',
  'credentials.old_uid': 'number',
  'credentials.new_uid': 'number',
  'credentials.gained': 'texts',
  'namespace.flags': 'texts',
  'module.name': 'text',
  'bpf.command': 'text',
  'bpf.type': 'text',
  'bpf.name': 'text',
  'policy.name': 'text',
  'policy.function': 'text',
  'policy.action': 'text',
  'policy.message': 'text',
  'policy.tags': 'texts',
  'policy.args': 'texts',
} as const;

export type FactName = keyof typeof factTypes;

/** Types of all facts. */
export const FACT_TYPES: Readonly<Record<FactName, FactType>> = factTypes;

/** Facts that an event has. A fact that is not known is absent, never empty. */
export type Facts = {
  readonly [Name in FactName]?: FactTypes[(typeof factTypes)[Name]] | undefined;
};
