/** Every key of the configuration: one table that files, flags, variables and pages follow. */
import type { OptionSpec } from '../command.ts';
import { AGENT_KEYS } from './agent-keys.ts';
import { DELIVERY_KEYS } from './delivery-keys.ts';
import type { ConfigKey } from './key.ts';

/** In the order of the help and of the reference. */
export const CONFIG_KEYS: readonly ConfigKey[] = [...AGENT_KEYS, ...DELIVERY_KEYS];

/** Sections of the file, with what each is about. */
export const CONFIG_SECTIONS: Readonly<Record<string, string>> = {
  agent: 'The agent itself: its names, where it listens and keeps things, what it prints.',
  policies: 'Policies, which decide in the kernel.',
  rules: 'Rules and detectors, and what is done about what they find.',
  alerts: 'What becomes an alert, and when it is told again.',
  delivery: 'Where alerts and events are sent, and how they are kept until they are there.',
  metrics: 'Counters of the agent for Prometheus.',
  grpc: 'The API of Tetragon over gRPC.',
};

/** `agent.nodeName`. */
export function pathOf({ section, name }: ConfigKey): string {
  return `${section}.${name}`;
}

/** `WARDER_AGENT_NODE_NAME`. */
export function variableOf({ section, name }: ConfigKey): string {
  return `WARDER_${section}_${name.replace(/[A-Z]/g, '_$&')}`.toUpperCase();
}

/** `alerts-resend-interval`, unless the key has a shorter one. */
export function flagOf({ section, name, flag }: ConfigKey): string {
  return flag?.name ?? `${section}-${name.replace(/[A-Z]/g, '-$&')}`.toLowerCase();
}

/** The options of commands that take every key. */
export function configOptions(): readonly OptionSpec[] {
  return CONFIG_KEYS.map(optionOf);
}

function optionOf(key: ConfigKey): OptionSpec {
  const { type, flag = {}, fallback } = key;
  const { short, value = VALUE_NAMES[type.kind] } = flag;
  const isRepeatable = type.kind === 'texts' || type.kind === 'labels';
  const choices = type.kind === 'text' ? type.choices : undefined;
  const isPath = type.kind === 'path' || (type.kind === 'texts' && type.arePaths === true);
  return {
    name: flagOf(key),
    ...(short === undefined ? {} : { short }),
    ...(type.kind === 'flag' ? {} : { value }),
    ...(choices === undefined ? {} : { choices }),
    ...(isPath ? { isPath } : {}),
    ...(isRepeatable ? { isRepeatable } : {}),
    ...(fallback === undefined || type.kind === 'flag' ? {} : { fallback }),
    summary: flag.summary ?? key.summary,
  };
}

const VALUE_NAMES: Readonly<Record<ConfigKey['type']['kind'], string>> = {
  text: 'TEXT',
  path: 'PATH',
  flag: '',
  rate: 'NUMBER',
  duration: 'TIME',
  bytes: 'SIZE',
  texts: 'TEXT',
  labels: 'KEY=VALUE',
  tree: 'YAML',
};
