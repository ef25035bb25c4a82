/** Every command there is. One is loaded with what it needs, all by those that explain them. */
import type { Command } from './command.ts';

/** By name, in the order of the help. */
const LOADERS: Readonly<Record<string, () => Promise<Command>>> = {
  run: async () => (await import('./commands/run.ts')).runCommand,
  probe: async () => (await import('./commands/probe.ts')).probeCommand,
  check: async () => (await import('./commands/check.ts')).checkCommand,
  schema: async () => (await import('./commands/schema.ts')).schemaCommand,
  events: async () => (await import('./commands/events.ts')).eventsCommand,
  status: async () => (await import('./commands/status.ts')).statusCommand,
  'policies list': async () => (await import('./commands/policies-list.ts')).policiesListCommand,
  'policies add': async () => (await import('./commands/policies-add.ts')).policiesAddCommand,
  'policies delete': async () =>
    (await import('./commands/policies-delete.ts')).policiesDeleteCommand,
  'policies show': async () => (await import('./commands/policies-show.ts')).policiesShowCommand,
  'policies explain': async () =>
    (await import('./commands/policies-explain.ts')).policiesExplainCommand,
  'policies set-mode': async () =>
    (await import('./commands/policies-set-mode.ts')).policiesSetModeCommand,
  'policies enable': async () =>
    (await import('./commands/policies-enable.ts')).policiesEnableCommand,
  'policies disable': async () =>
    (await import('./commands/policies-disable.ts')).policiesDisableCommand,
  'quarantine list': async () =>
    (await import('./commands/quarantine-list.ts')).quarantineListCommand,
  'quarantine add': async () => (await import('./commands/quarantine-add.ts')).quarantineAddCommand,
  'quarantine release': async () =>
    (await import('./commands/quarantine-release.ts')).quarantineReleaseCommand,
  'alerts list': async () => (await import('./commands/alerts-list.ts')).alertsListCommand,
  'alerts show': async () => (await import('./commands/alerts-show.ts')).alertsShowCommand,
  'deliveries list': async () =>
    (await import('./commands/deliveries-list.ts')).deliveriesListCommand,
  'deliveries dead': async () =>
    (await import('./commands/deliveries-dead.ts')).deliveriesDeadCommand,
  'deliveries replay': async () =>
    (await import('./commands/deliveries-replay.ts')).deliveriesReplayCommand,
  'deliveries enable': async () =>
    (await import('./commands/deliveries-enable.ts')).deliveriesEnableCommand,
  'config check': async () => (await import('./commands/config-check.ts')).configCheckCommand,
  'config show': async () => (await import('./commands/config-show.ts')).configShowCommand,
  'rules lint': async () => (await import('./commands/rules-lint.ts')).rulesLintCommand,
  'rules explain': async () => (await import('./commands/rules-explain.ts')).rulesExplainCommand,
  'rules backtest': async () => (await import('./commands/rules-backtest.ts')).rulesBacktestCommand,
  'rules test': async () => (await import('./commands/rules-test.ts')).rulesTestCommand,
  'rules reload': async () => (await import('./commands/rules-reload.ts')).rulesReloadCommand,
  record: async () => (await import('./commands/record.ts')).recordCommand,
  replay: async () => (await import('./commands/replay.ts')).replayCommand,
  consume: async () => (await import('./commands/consume.ts')).consumeCommand,
  migrate: async () => (await import('./commands/migrate.ts')).migrateCommand,
  unload: async () => (await import('./commands/unload.ts')).unloadCommand,
  completion: async () => (await import('./commands/completion.ts')).completionCommand,
  version: async () => (await import('./commands/version.ts')).versionCommand,
  help: async () => (await import('./commands/help.ts')).helpCommand,
};

/** Commands that are about the others. */
const EXPLAINING: readonly string[] = ['completion', 'help'];

export async function loadCommands(): Promise<readonly Command[]> {
  return Promise.all(Object.values(LOADERS).map((load) => load()));
}

/**
 * The command that a line begins with; all where it is about others, or begins with none. None at
 * all for the version.
 */
export async function loadCommandsFor(words: readonly string[]): Promise<readonly Command[]> {
  const [first = '', second = ''] = words;
  if (first === '--version' || first === '-V') return [];
  const name = [first, `${first} ${second}`].find((each) => Object.hasOwn(LOADERS, each));
  const load = name === undefined || EXPLAINING.includes(name) ? undefined : LOADERS[name];
  return load === undefined ? loadCommands() : [await load()];
}
