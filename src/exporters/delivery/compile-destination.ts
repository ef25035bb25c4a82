/** Reads the list of sinks from a configuration: each with its route, filter and format. */

import { ConfigPlace } from '../../model/config-place.ts';
import type { Compiled, ConfigPath } from '../../model/config-problem.ts';
import type { MessageKind } from '../../model/delivery.ts';
import { enveloped, readEnvelope } from '../sinks/envelope.ts';
import { JSON_FORMAT, type MessageFormat, type SinkSeams } from '../sinks/sink-type.ts';
import { compileSink } from '../sinks/sinks.ts';
import { compileRoute } from '../stages/compile-stages.ts';
import { compileMessageFilter } from '../stages/filter/compile-filter.ts';
import type { FilterSeams } from '../stages/filter/filter-seams.ts';
import type { Destination } from './destinations.ts';

const SINKS_MAX = 32;

export interface DestinationSeams
  extends FilterSeams,
    Omit<SinkSeams, 'format' | 'isBinaryEnvelope'> {
  /** By the name that `format:` takes; messages as they are (`json`) unless given. */
  readonly formats?: Readonly<Record<string, MessageFormat>> | undefined;
}

/** Checked; nothing is connected, and no file is open. */
export interface DestinationPlan {
  readonly name: string;
  readonly type: string;
  /** Kinds of messages that its route lets through; all when undefined. */
  readonly kinds: readonly MessageKind[] | undefined;
  /** A new sink each time. */
  create(): Destination;
}

/** All sinks of a list. Names tell them apart, also on disk. */
export function compileDestinations(
  value: unknown,
  path: ConfigPath,
  seams: DestinationSeams,
): Compiled<readonly DestinationPlan[]> {
  const place = new ConfigPlace(value, path);
  const items = place.items();
  if (items.length > SINKS_MAX) {
    place.report('CONFIG_VALUE_RANGE', `there are more than ${SINKS_MAX} sinks`);
  }
  const plans = items.map((item) => place.take(compileDestination(item.value, item.path, seams)));
  // Two that write to one file would cut each other's lines.
  for (const key of ['name', 'path']) reportRepeated(items.map((item) => item.at(key)));
  return place.result(() => plans.filter((plan) => plan !== undefined));
}

function reportRepeated(places: readonly ConfigPlace[]): void {
  const seen = new Set<unknown>();
  for (const place of places) {
    const key = place.path.at(-1);
    const isRepeated = !place.isAbsent && seen.has(place.value);
    if (isRepeated) place.report('CONFIG_VALUE_INVALID', `another sink has this ${key}`);
    seen.add(place.value);
  }
}

function compileDestination(
  value: unknown,
  path: ConfigPath,
  seams: DestinationSeams,
): Compiled<DestinationPlan> {
  const place = new ConfigPlace(value, path).required();
  if (place.isAbsent || !place.expectMap()) return { kind: 'refused', problems: place.problems };
  const name = readName(place.at('name'));
  const format = readFormat(place.at('format'), seams.formats ?? { json: JSON_FORMAT });
  const envelope = readEnvelope(place.at('envelope'), place.at('type').value);
  const written = envelope === 'structured' ? enveloped(format, seams.cluster) : format;
  const own = { ...seams, format: written, isBinaryEnvelope: envelope === 'binary' };
  const [routeAt, filterAt] = [place.at('route'), place.at('filter')];
  const sink = place.take(compileSink(value, path, own));
  const routed = place.take(compileRoute(routeAt.value, routeAt.path));
  const route = routed && { ...routed, kinds: routed.kinds ?? sink?.kinds };
  const filter = place.take(compileMessageFilter(filterAt.value, filterAt.path, seams));
  if (sink === undefined || route === undefined) {
    return { kind: 'refused', problems: place.problems };
  }
  const { type, retry, batch } = sink;
  const create = (): Destination => ({ name, sink: sink.create(), retry, route, filter, batch });
  return place.result(() => ({ name, type, kinds: route.kinds, create }));
}

/** Names state on disk. */
function readName(place: ConfigPlace): string {
  const name = place.requiredText();
  if (name !== '' && !/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/.test(name)) {
    const message = 'a name has at most 63 letters, digits, "-" and "_", and begins with neither';
    place.report('CONFIG_VALUE_INVALID', message);
  }
  return name;
}

function readFormat(
  place: ConfigPlace,
  formats: Readonly<Record<string, MessageFormat>>,
): MessageFormat {
  const name = place.oneOf(Object.keys(formats)) ?? 'json';
  return formats[name] ?? JSON_FORMAT;
}
