/** Conditions in CEL about messages that are delivered, and patterns in their filters. */
import type { FilterSeams, MessageCondition } from '../../exporters/index.ts';
import type { OutboundMessage } from '../../model/delivery.ts';
import {
  type CelValues,
  type CelVariables,
  compileCel,
  compileTextPattern,
} from '../../rules/index.ts';

/** What conditions can read; the head of a message, then what most bodies have. */
export const MESSAGE_VARIABLES: CelVariables = {
  ...{ kind: 'text', severity: 'text', node: 'text', namespace: 'text', rule: 'text' },
  ...{ state: 'text', message: 'text', count: 'number', binary: 'text', pod: 'text' },
  ...{ container: 'text', labels: 'named', tags: 'texts' },
};

export const MESSAGE_SEAMS: FilterSeams = {
  compilePattern: compileTextPattern,
  compileCondition: compileMessageCondition,
};

type Refusal = { readonly code: string; readonly message: string };

function compileMessageCondition(text: string): MessageCondition | Refusal {
  const result = compileCel(text, MESSAGE_VARIABLES);
  if (result.kind === 'refused') {
    const messages = result.problems.map(({ message }) => message).join('; ');
    return { code: result.problems[0]?.code ?? 'CONFIG_VALUE_INVALID', message: messages };
  }
  const { condition } = result;
  return (message, body) => condition.evaluate(valuesOf(message, body));
}

type Value = ReturnType<CelValues['value']>;

function valuesOf(message: OutboundMessage, body: unknown): CelValues {
  return {
    value(name, key): Value {
      switch (name) {
        case 'kind':
        case 'severity':
        case 'node':
        case 'namespace':
        case 'rule':
          return message[name];
        case 'labels':
          return key === undefined ? undefined : plain(memberOf(memberOf(body, 'labels'), key));
        default:
          return plain(find(name, body));
      }
    },
  };
}

/** Alerts have it themselves, events below their kind, findings below `finding`. */
function find(name: string, body: unknown): unknown {
  const labels = memberOf(body, 'labels');
  if (name === 'tags') return memberOf(memberOf(body, 'cause'), 'tags') ?? inside(body, 'tags');
  const own = memberOf(body, name) ?? memberOf(labels, name);
  if (own !== undefined) return own;
  const process = inside(body, 'process');
  if (name === 'binary') return memberOf(process, 'binary');
  const pod = memberOf(process, 'pod') ?? inside(body, 'pod');
  if (name === 'pod') return memberOf(pod, 'name');
  if (name === 'container') return memberOf(memberOf(pod, 'container'), 'name');
  return inside(body, name);
}

/** Of the only member of an event, or of a finding. */
function inside(body: unknown, name: string): unknown {
  if (typeof body !== 'object' || body === null) return undefined;
  for (const [key, value] of Object.entries(body)) {
    if (key.startsWith('process_') || key === 'finding') return memberOf(value, name);
  }
  return undefined;
}

function plain(value: unknown): Value {
  if (Array.isArray(value)) return value.filter((item) => typeof item === 'string');
  const isPlain = ['string', 'number', 'boolean'].includes(typeof value);
  return isPlain ? (value as string | number | boolean) : undefined;
}

function memberOf(value: unknown, key: string): unknown {
  const isThere = typeof value === 'object' && value !== null && Object.hasOwn(value, key);
  return isThere ? (value as Readonly<Record<string, unknown>>)[key] : undefined;
}
