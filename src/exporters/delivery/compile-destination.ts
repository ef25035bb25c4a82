/** Reads the list of sinks from a configuration: each with its route, filter and format. */

import { ConfigPlace } from '../../model/config-place.ts';
import type { Compiled, ConfigPath } from '../../model/config-problem.ts';
import { JSON_FORMAT, type MessageFormat, type SinkSeams } from '../sinks/sink-type.ts';
import { compileSink } from '../sinks/sinks.ts';
import { compileRoute } from '../stages/compile-stages.ts';
import { compileMessageFilter } from '../stages/filter/compile-filter.ts';
import type { FilterSeams } from '../stages/filter/filter-seams.ts';
import type { Destination } from './delivery.ts';

const SINKS_MAX = 32;

export interface DestinationSeams extends FilterSeams, Omit<SinkSeams, 'format'> {
  /** By the name that `format:` takes; messages as they are (`json`) unless given. */
  readonly formats?: Readonly<Record<string, MessageFormat>> | undefined;
}

/** Checked; nothing is connected, and no file is open. */
export interface DestinationPlan {
  readonly name: string;
  readonly type: string;
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
  const names = new Set<unknown>();
  for (const name of items.map((item) => item.at('name'))) {
    if (!name.isAbsent && names.has(name.value)) {
      name.report('CONFIG_VALUE_INVALID', 'another sink has this name');
    }
    names.add(name.value);
  }
  return place.result(() => plans.filter((plan) => plan !== undefined));
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
  const [routeAt, filterAt] = [place.at('route'), place.at('filter')];
  const sink = place.take(compileSink(value, path, { ...seams, format }));
  const route = place.take(compileRoute(routeAt.value, routeAt.path));
  const filter = place.take(compileMessageFilter(filterAt.value, filterAt.path, seams));
  if (sink === undefined || route === undefined) {
    return { kind: 'refused', problems: place.problems };
  }
  const { type, retry, batch } = sink;
  const create = (): Destination => ({ name, sink: sink.create(), retry, route, filter, batch });
  return place.result(() => ({ name, type, create }));
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
