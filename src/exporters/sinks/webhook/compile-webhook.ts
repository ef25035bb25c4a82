/** Reads the entry of a webhook from a configuration. */

import { ConfigPlace, type SecretSource } from '../../../model/config-place.ts';
import type { Compiled, ConfigPath } from '../../../model/config-problem.ts';
import { WEBHOOK_SCHEDULE } from '../../delivery/retry-schedule.ts';
import { ExportError } from '../../errors.ts';
import { SHARED_SINK_KEYS, type SinkPlan, type SinkSeams, type SinkType } from '../sink-type.ts';
import { compileTls } from '../tls/compile-tls.ts';
import { compileTemplate, TEMPLATE_KEYS } from './compile-template.ts';
import { compileHeaders } from './headers.ts';
import { createSigner } from './signing.ts';
import { checkHost, createTargetPolicy, parseTarget } from './targets.ts';
import { WEBHOOK_BATCH, WebhookSink } from './webhook-sink.ts';

const KEYS: readonly string[] = [
  ...['url', 'secrets', 'allowedNetworks', 'allowHttp', 'headers', 'tls', 'timeout'],
  ...TEMPLATE_KEYS,
];
const TIMEOUT = { min: 100, max: 120_000 };
/** More than an old, a current and a next one are a mistake. */
const SECRETS_MAX = 4;

export const WEBHOOK_TYPE: SinkType = { type: 'webhook', keys: KEYS, compile: compileWebhook };

function compileWebhook(value: unknown, path: ConfigPath, seams: SinkSeams): Compiled<SinkPlan> {
  const place = new ConfigPlace(value, path);
  place.expectKeys([...SHARED_SINK_KEYS, ...KEYS]);
  const allowsPlain = place.at('allowHttp').flag() ?? false;
  const { template, isSigned, url: usual, path: end } = compileTemplate(place, seams);
  const target = readUrl(place, { source: seams.secrets, allowsPlain, usual, end });
  const allowedNetworks = readNetworks(place.at('allowedNetworks'));
  if (target !== '') {
    const policy = createTargetPolicy(allowedNetworks);
    check(place.at('url'), () => checkHost(new URL(target), policy));
  }
  const options = {
    ...{ url: target, allowsPlain, allowedNetworks, template, clock: seams.clock },
    secrets: readSecrets(place.at('secrets'), { source: seams.secrets, isRequired: isSigned }),
    headers: compileHeaders(place.at('headers'), seams.secrets),
    tls: compileTls(place.at('tls'), seams.secrets),
    timeoutMs: place.at('timeout').durationMs(TIMEOUT),
  };
  return place.result(() => ({
    ...{ type: 'webhook', retry: WEBHOOK_SCHEDULE, batch: WEBHOOK_BATCH },
    create: () => new WebhookSink(options),
  }));
}

interface UrlRules {
  readonly source: SecretSource;
  readonly allowsPlain: boolean;
  /** Of the receiver that a template is for. */
  readonly usual: string | undefined;
  /** Path of a URL without one. */
  readonly end: string | undefined;
}

/** A secret, as many receivers know their senders by it. '' when it is of no use. */
function readUrl(entry: ConfigPlace, rules: UrlRules): string {
  const { source, allowsPlain, usual, end } = rules;
  const place = entry.at('url');
  const url = usual === undefined ? place.required().secret(source) : place.secret(source);
  const text = url ?? (place.isAbsent ? (usual ?? '') : '');
  if (text === '') return '';
  if (!check(place, () => parseTarget(text, allowsPlain))) return '';
  const target = new URL(text);
  if (end !== undefined && target.pathname === '/') target.pathname = end;
  return target.href;
}

interface SecretRules {
  readonly source: SecretSource;
  readonly isRequired: boolean;
}

function readSecrets(place: ConfigPlace, { source, isRequired }: SecretRules): readonly string[] {
  const places = (isRequired ? place.required() : place).items();
  if (places.length > SECRETS_MAX || (Array.isArray(place.value) && places.length === 0)) {
    place.report('CONFIG_VALUE_RANGE', `1 to ${SECRETS_MAX} secrets are needed`);
  }
  return places.map((one) => {
    const secret = one.required().secret(source)?.trim() ?? '';
    if (secret !== '') check(one, () => createSigner(secret));
    return secret;
  });
}

/** Without those that are none. */
function readNetworks(place: ConfigPlace): readonly string[] {
  return place.items().flatMap((one) => {
    const network = one.requiredText();
    const isNetwork = network !== '' && check(one, () => createTargetPolicy([network]));
    return isNetwork ? [network] : [];
  });
}

/** What the parts of the sink refuse later, now and with its place. */
function check(place: ConfigPlace, run: () => unknown): boolean {
  try {
    run();
    return true;
  } catch (error) {
    if (!(error instanceof ExportError)) throw error;
    place.report(error.code, error.message);
    return false;
  }
}
