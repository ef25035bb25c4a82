/** The sections alerts and delivery as what the parts behind them take. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  type AlertSettings,
  compileDestinations,
  compileRateLimits,
  compileRedaction,
  type DestinationPlan,
  FORMATS,
  type MessageFormat,
  type RateLimits,
  systemClock,
} from '../../exporters/index.ts';
import { ALERT_LABELS } from '../../model/alert.ts';
import type { ConfigPlace, SecretSource } from '../../model/config-place.ts';
import { FINDING_LEVELS, type FindingLevel } from '../../model/finding.ts';
import type { Logger } from '../../model/log.ts';
import type { Config } from '../config/config.ts';
import { versionText } from '../version.ts';
import { MESSAGE_SEAMS } from './message-condition.ts';

/** Secrets are short; what is longer is another file. */
const SECRET_BYTES_MAX = 1024 * 1024;

/** Which events of policies are alerts, beside those of policies that say so. */
export interface PolicyAlerts {
  readonly names: ReadonlySet<string>;
  readonly tags: ReadonlySet<string>;
  readonly severity: FindingLevel;
}

/** Destinations that are checked, each with what tells a change of it. */
export interface NamedPlan {
  readonly plan: DestinationPlan;
  readonly version: string;
}

/** What may change while the agent runs. */
export interface DeliveryFlow {
  readonly alerts: AlertSettings;
  readonly policyAlerts: PolicyAlerts;
  readonly redact: ((body: string) => string) | undefined;
  readonly rateLimits: RateLimits;
  readonly destinations: readonly NamedPlan[];
}

export interface DeliverySetup extends DeliveryFlow {
  readonly directory: string;
  readonly spoolBytesMax: number | undefined;
  readonly storeBytesMax: number | undefined;
  readonly ageMaxMs: number | undefined;
}

export interface SetupWorld {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly logger: Logger;
  readonly nodeName: string;
  readonly clusterName: string;
  readonly writeChunk: (chunk: Uint8Array) => Promise<void>;
}

/** What is wrong is added to the configuration, of which the result is then no use. */
export function readDelivery(config: Config, world: SetupWorld): DeliverySetup {
  const secrets = new ReadSecrets(world.env);
  const destinations = config.tree('delivery.sinks', (place) =>
    readDestinations(place, { world, secrets }),
  );
  const redact = config.tree('delivery.redaction', (place) =>
    place.isAbsent
      ? undefined
      : place.take(compileRedaction(place.value, place.path, MESSAGE_SEAMS)),
  );
  const rateLimits = config.tree('delivery.rateLimits', (place) =>
    place.take(compileRateLimits(place.value, place.path)),
  );
  return {
    directory: config.text('delivery.directory') ?? '',
    spoolBytesMax: config.number('delivery.spoolBytes'),
    storeBytesMax: config.number('delivery.storeBytes'),
    ageMaxMs: config.number('delivery.age'),
    alerts: readAlerts(config),
    policyAlerts: readPolicyAlerts(config),
    ...{ redact, rateLimits: rateLimits ?? {}, destinations },
  };
}

function readAlerts(config: Config): AlertSettings {
  const asked = config.texts('alerts.groupBy');
  const groupBy = ALERT_LABELS.filter((label) => asked?.includes(label) ?? label !== 'pod');
  return {
    groupBy,
    resendMs: config.number('alerts.resendInterval') ?? 0,
    resolveMs: config.number('alerts.resolveAfter') ?? 0,
  };
}

function readPolicyAlerts(config: Config): PolicyAlerts {
  const severity = config.text('alerts.policySeverity');
  return {
    names: new Set(config.texts('alerts.policies')),
    tags: new Set(config.texts('alerts.tags') ?? ['alert']),
    severity: FINDING_LEVELS.find((level) => level === severity) ?? 'high',
  };
}

/** Messages as they are have a name of their own. */
const MESSAGE_FORMATS: Readonly<Record<string, MessageFormat>> = {
  json: { ...FORMATS.tetragon, name: 'json' },
  ...FORMATS,
};

interface Around {
  readonly world: SetupWorld;
  readonly secrets: ReadSecrets;
}

function readDestinations(place: ConfigPlace, { world, secrets }: Around): readonly NamedPlan[] {
  if (place.isAbsent) return [];
  const { logger, nodeName: node, clusterName: cluster, writeChunk } = world;
  const seams = {
    ...{ ...MESSAGE_SEAMS, secrets, clock: systemClock, logger, node, cluster },
    ...{ version: versionText(), writeChunk, formats: MESSAGE_FORMATS },
  };
  const plans = place.take(compileDestinations(place.value, place.path, seams)) ?? [];
  const written = place.items().map((item) => JSON.stringify(item.value));
  return plans.map((plan, index) => ({
    plan,
    version: digest([written[index] ?? '', node, cluster, secrets.digest]),
  }));
}

/** Remembers what it gave out, as a hash: another secret makes other destinations. */
class ReadSecrets implements SecretSource {
  readonly #env: SetupWorld['env'];
  readonly #given: string[] = [];

  constructor(env: SetupWorld['env']) {
    this.#env = env;
  }

  get digest(): string {
    return digest(this.#given);
  }

  readFile(path: string): string {
    const bytes = readFileSync(path);
    if (bytes.length > SECRET_BYTES_MAX) {
      throw Object.assign(new Error('too large'), { code: 'EFBIG' });
    }
    const text = bytes.toString('utf8');
    this.#given.push(digest([path, text]));
    return text;
  }

  readEnv(name: string): string | undefined {
    const text = this.#env[name];
    this.#given.push(digest([name, text ?? '']));
    return text;
  }
}

function digest(texts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(texts)).digest('hex');
}
