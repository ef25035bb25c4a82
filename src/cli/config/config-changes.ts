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
    const changed = config.settings.filter((setting) => this.#isChanged(setting));
    const names = (isLive: boolean): readonly string[] =>
      changed.filter(({ key }) => (key.isLive ?? false) === isLive).map(({ key }) => pathOf(key));
    logger.info({ changed: names(true) }, 'the configuration was read again');
    const waiting = names(false);
    if (waiting.length > 0) {
      logger.warn({ keys: waiting }, 'these keys were changed, and wait for the next start');
    }
    // Those that wait are told again each time, until the agent is started again.
    this.#config = merge(this.#config, config);
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

/** Of what was read again only what could change is in force. */
function merge(before: Config, now: Config): Config {
  return before.with(now.settings.filter(({ key }) => key.isLive === true));
}
