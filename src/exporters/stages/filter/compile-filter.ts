/** Reads what a destination is sent of the messages on its route, and in which shape. */

import { ConfigPlace } from '../../../model/config-place.ts';
import type { Compiled, ConfigPath } from '../../../model/config-problem.ts';
import type { OutboundMessage } from '../../../model/delivery.ts';
import { compileFilterList } from './event-filter.ts';
import { viewEvent } from './event-view.ts';
import { compileFieldMasks } from './field-mask.ts';
import { compileCondition, type EventTest } from './filter-keys.ts';
import type { FilterSeams, MessageCondition } from './filter-seams.ts';

const KEYS: readonly string[] = ['allow', 'deny', 'fields', 'condition'];

/** The message as the destination is sent it; undefined when it is left out. Never throws. */
export type MessageFilter = (message: OutboundMessage) => OutboundMessage | undefined;

interface Parts {
  readonly allow: EventTest | undefined;
  readonly deny: EventTest | undefined;
  readonly shape: ((body: unknown) => unknown) | undefined;
  readonly condition: MessageCondition | undefined;
}

/**
 * Lists and fields are about messages of the kind `event`; the condition has to hold for all. The
 * value is undefined when nothing is filtered.
 */
export function compileMessageFilter(
  value: unknown,
  path: ConfigPath,
  seams: FilterSeams,
): Compiled<MessageFilter | undefined> {
  const place = new ConfigPlace(value, path);
  place.expectKeys(KEYS);
  const parts = {
    allow: compileFilterList(place.at('allow'), seams),
    deny: compileFilterList(place.at('deny'), seams),
    shape: compileFieldMasks(place.at('fields')),
    condition: compileCondition(place.at('condition'), seams),
  };
  const isEmpty = Object.values(parts).every((part) => part === undefined);
  return place.result(() => (isEmpty ? undefined : (message) => filterMessage(message, parts)));
}

function filterMessage(message: OutboundMessage, parts: Parts): OutboundMessage | undefined {
  const { allow, deny, shape, condition } = parts;
  const isEvent = message.kind === 'event';
  if (!isEvent && condition === undefined) return message;
  const body = parse(message.body);
  if (condition?.(message, body) === false) return undefined;
  if (!isEvent) return message;
  const input = { view: viewEvent(body), message, body };
  if (deny?.(input) === true || allow?.(input) === false) return undefined;
  const shaped = shape === undefined ? body : shape(body);
  return shaped === body ? message : { ...message, body: JSON.stringify(shaped) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
