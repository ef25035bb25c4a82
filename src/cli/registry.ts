/** Every command there is, in the order of the help. */
import type { Command } from './command.ts';
import { checkCommand } from './commands/check.ts';
import { completionCommand } from './commands/completion.ts';
import { consumeCommand } from './commands/consume.ts';
import { eventsCommand } from './commands/events.ts';
import { helpCommand } from './commands/help.ts';
import { policiesAddCommand } from './commands/policies-add.ts';
import { policiesDeleteCommand } from './commands/policies-delete.ts';
import { policiesDisableCommand } from './commands/policies-disable.ts';
import { policiesEnableCommand } from './commands/policies-enable.ts';
import { policiesExplainCommand } from './commands/policies-explain.ts';
import { policiesListCommand } from './commands/policies-list.ts';
import { policiesSetModeCommand } from './commands/policies-set-mode.ts';
import { policiesShowCommand } from './commands/policies-show.ts';
import { probeCommand } from './commands/probe.ts';
import { quarantineAddCommand } from './commands/quarantine-add.ts';
import { quarantineListCommand } from './commands/quarantine-list.ts';
import { quarantineReleaseCommand } from './commands/quarantine-release.ts';
import { recordCommand } from './commands/record.ts';
import { replayCommand } from './commands/replay.ts';
import { rulesBacktestCommand } from './commands/rules-backtest.ts';
import { rulesExplainCommand } from './commands/rules-explain.ts';
import { rulesLintCommand } from './commands/rules-lint.ts';
import { rulesTestCommand } from './commands/rules-test.ts';
import { runCommand } from './commands/run.ts';
import { schemaCommand } from './commands/schema.ts';
import { statusCommand } from './commands/status.ts';
import { unloadCommand } from './commands/unload.ts';
import { versionCommand } from './commands/version.ts';

export const COMMANDS: readonly Command[] = [
  runCommand,
  probeCommand,
  checkCommand,
  schemaCommand,
  eventsCommand,
  statusCommand,
  policiesListCommand,
  policiesAddCommand,
  policiesDeleteCommand,
  policiesShowCommand,
  policiesExplainCommand,
  policiesSetModeCommand,
  policiesEnableCommand,
  policiesDisableCommand,
  quarantineListCommand,
  quarantineAddCommand,
  quarantineReleaseCommand,
  rulesLintCommand,
  rulesExplainCommand,
  rulesBacktestCommand,
  rulesTestCommand,
  recordCommand,
  replayCommand,
  consumeCommand,
  unloadCommand,
  completionCommand,
  versionCommand,
  helpCommand,
];
