/** Reads which receiver a webhook is for from a configuration. */
import type { ConfigPlace } from '../../../model/config-place.ts';
import { envelopeHeaders } from '../envelope.ts';
import type { SinkSeams } from '../sink-type.ts';
import { genericTemplate, type WebhookTemplate } from './template.ts';
import { ALERTMANAGER_PATH, alertmanagerTemplate } from './templates/alertmanager.ts';
import { PAGERDUTY_URL, pagerdutyTemplate } from './templates/pagerduty.ts';
import { SLACK_TEMPLATE } from './templates/slack.ts';
import { TEAMS_TEMPLATE } from './templates/teams.ts';

/** Keys of the entry that are read here. */
export const TEMPLATE_KEYS: readonly string[] = ['template', 'routingKey', 'expireAfter'];

const NAMES = ['generic', 'slack', 'teams', 'pagerduty', 'alertmanager'] as const;
const EXPIRE_MS = 6 * 3_600_000;
const EXPIRE = { min: 60_000, max: 30 * 86_400_000 };

export interface ChosenTemplate {
  readonly template: WebhookTemplate;
  /** Its receivers check signatures. */
  readonly isSigned: boolean;
  /** Where it goes when no URL is given. */
  readonly url?: string | undefined;
  /** Of a URL that has none. */
  readonly path?: string | undefined;
}

/** Problems are noted at the entry; what is returned then is of no use. */
export function compileTemplate(entry: ConfigPlace, seams: SinkSeams): ChosenTemplate {
  const name = entry.at('template').oneOf(NAMES) ?? 'generic';
  const owners = { routingKey: 'pagerduty', expireAfter: 'alertmanager' };
  for (const [key, owner] of Object.entries(owners)) {
    const place = entry.at(key);
    if (place.isAbsent || owner === name) continue;
    place.report('CONFIG_VALUE_INVALID', `"${key}" goes with the template ${owner} only`);
  }
  const envelope = entry.at('envelope');
  if (name !== 'generic' && !envelope.isAbsent && envelope.value !== 'none') {
    envelope.report('CONFIG_VALUE_INVALID', `the receiver of ${name} takes no envelope`);
  }
  switch (name) {
    case 'generic':
      return { template: plainTemplate(seams), isSigned: true };
    case 'slack':
      return { template: SLACK_TEMPLATE, isSigned: false };
    case 'teams':
      return { template: TEAMS_TEMPLATE, isSigned: false };
    case 'pagerduty':
      return pagerduty(entry, seams);
    case 'alertmanager': {
      const expireMs = entry.at('expireAfter').durationMs(EXPIRE) ?? EXPIRE_MS;
      const template = alertmanagerTemplate(expireMs);
      return { template, isSigned: false, path: ALERTMANAGER_PATH };
    }
  }
}

function plainTemplate({ format, cluster, isBinaryEnvelope = false }: SinkSeams): WebhookTemplate {
  if (!isBinaryEnvelope) return genericTemplate(format);
  return genericTemplate(format, (message) => envelopeHeaders(message, format, cluster));
}

function pagerduty(entry: ConfigPlace, seams: SinkSeams): ChosenTemplate {
  const place = entry.at('routingKey').required();
  const key = place.secret(seams.secrets)?.trim();
  if (key !== undefined && !/^[A-Za-z0-9]{32}$/.test(key)) {
    place.report('CONFIG_VALUE_INVALID', 'a routing key is 32 letters and digits');
  }
  return { template: pagerdutyTemplate(key ?? ''), isSigned: false, url: PAGERDUTY_URL };
}
