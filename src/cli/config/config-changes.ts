/** The configuration read again while an agent runs: what can change does, the rest is said. */
import { CodedError } from '../../model/errors.ts';
import type { Agent } from '../agent-options.ts';
import type { DeliverySetup } from '../delivery/delivery-setup.ts';
import type { CliIo } from '../io.ts';
import type { LevelledLogger } from '../logger.ts';
import type { RunChanges } from '../run-agent.ts';
import { SerialQueue } from '../serial-queue.ts';
import type { Config, ConfigSetting } from './config.ts';
import { pathOf } from './keys.ts';
import { namesDetections, readDetections } from './run-settings.ts';

/** The configuration, with the part of it that can change. */
export interface ReadConfig {
  readonly config: Config;
  readonly delivery: DeliverySetup | undefined;
}

export interface ConfigChangesOptions {
  readonly first: Config;
  readonly io: Pick<CliIo, 'onReload'>;
  readonly logger: LevelledLogger;
  /** Reads it as it is now. May throw a CodedError. */
  read(): Promise<ReadConfig>;
}

/** On SIGHUP; what is wrong is in the log, and what was in force stays. */
export class ConfigChanges implements RunChanges {
  readonly #options: ConfigChangesOptions;
  readonly #reloads = new SerialQueue();
  #config: Config;

  constructor(options: ConfigChangesOptions) {
    this.#options = options;
    this.#config = options.first;
  }

  follow(agent: Agent): () => void {
    let isOver = false;
    const undo = this.#options.io.onReload(() => {
      this.#reloads.run(() => (isOver ? undefined : this.#reload(agent))).catch(this.#fail);
    });
    return () => {
      isOver = true;
      undo();
    };
  }

  readonly #fail = (error: unknown): void => {
    const { logger } = this.#options;
    const code = error instanceof CodedError ? error.code : undefined;
    logger.error({ code, error }, 'the configuration was not read again; it stays as it was');
  };

  async #reload(agent: Agent): Promise<void> {
    const { logger } = this.#options;
    const { config, delivery } = await this.#options.read();
    this.#tell(config);
    if (config.hasErrors) {
      const code = 'CONFIG_REFUSED';
      logger.error({ code }, 'the configuration has errors; the one before stays in force');
      return;
    }
    if (delivery !== undefined) await agent.changeDelivery(delivery);
    logger.setLevel(config.text('agent.logLevel') ?? 'info');
    const isTaken = await this.#reloadRules(agent, config);
    const isInForce = ({ key }: ConfigSetting): boolean =>
      key.isLive === true && (isTaken || key.section !== 'rules');
    const changed = config.settings.filter((setting) => this.#isChanged(setting));
    const taken = pathsOf(changed.filter(isInForce));
    logger.info({ changed: taken }, 'the configuration was read again');
    const waiting = pathsOf(changed.filter(({ key }) => key.isLive !== true));
    if (waiting.length > 0) {
      logger.warn({ keys: waiting }, 'these keys were changed, and wait for the next start');
    }
    // Those that wait are told again each time, until the agent is started again.
    this.#config = this.#config.with(config.settings.filter(isInForce));
  }

  /** Whether what is named is in force; why it is not is in the log by then. */
  async #reloadRules(agent: Agent, config: Config): Promise<boolean> {
    if (!namesDetections(config) && !namesDetections(this.#config)) return true;
    try {
      const { kind } = await agent.reloadRules(() => readDetections(config));
      return kind === 'loaded';
    } catch {
      return false;
    }
  }

  #tell(config: Config): void {
    for (const { diagnostics } of config.diagnostics) {
      for (const { severity, code, message, location } of diagnostics) {
        const place = `${location.file}:${location.line}:${location.column}`;
        this.#options.logger[severity === 'error' ? 'error' : 'warn']({ code, place }, message);
      }
    }
  }

  #isChanged(setting: ConfigSetting): boolean {
    const path = pathOf(setting.key);
    const before = this.#config.settings.find(({ key }) => pathOf(key) === path);
    return textOf(setting) !== (before && textOf(before));
  }
}

function textOf({ value, written, key }: ConfigSetting): string {
  return JSON.stringify(
    key.type.kind === 'tree' ? (written ?? null) : (value ?? key.fallback ?? null),
  );
}

function pathsOf(settings: readonly ConfigSetting[]): readonly string[] {
  return settings.map(({ key }) => pathOf(key));
}
