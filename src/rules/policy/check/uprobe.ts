/** Reads which places of a program an entry of `uprobes` means. */

import type { Hook, UprobePlace } from '../../../model/plan.ts';
import { quote } from '../../syntax/quote.ts';
import type { MappingEntry, YamlNode } from '../../syntax/tree.ts';
import type { Located, Report } from '../report.ts';
import type { CheckContext } from './context.ts';
import { readDigests } from './digests.ts';
import { type Fields, requireField } from './fields.ts';
import { parseInteger, readItems, readText } from './scalars.ts';

type Uprobe = Extract<Hook, { kind: 'uprobe' }>;

/** As many as one section takes hooks. */
export const PLACES_MAX = 512;

const PLACE_FIELDS = ['symbols', 'offsets', 'addrs'] as const;
type PlaceField = (typeof PLACE_FIELDS)[number];

/** `malloc`, `_ZN3fooEv`, `main.run`, `main.(*T).run`; an offset may follow. */
const SYMBOL = /^([^\s+\0]{1,1024})(?:\+(0x[0-9a-f]{1,12}|\d{1,15}))?$/i;

/** The hooks of an entry, one per place; none after a report. */
export function readUprobes(fields: Fields, { report }: CheckContext): readonly Located<Uprobe>[] {
  const pathEntry = requireField(fields, 'path', report);
  const path = pathEntry && readPath(pathEntry.value, report);
  const places = readPlaces(fields, report);
  const counters = readCounters(fields.entries.get('refCtrOffsets'), places.length, report);
  const digests = readDigests(fields.entries.get('binaryDigests'), report);
  if (path === undefined) return [];
  return places.map(({ value: place, span }, position) => {
    const refCounter = counters[position] ?? 0;
    const name = nameOf(place);
    const value = { kind: 'uprobe', path, place, name, refCounter } as const;
    return { value: digests === undefined ? value : { ...value, digests }, span };
  });
}

/** The absolute path of a program or library. */
export function readPath(node: YamlNode, report: Report): string | undefined {
  const path = readText(node, report);
  if (path === undefined) return undefined;
  if (path.value.startsWith('/') && !path.value.includes('\0')) return path.value;
  report.error('POLICY_VALUE_INVALID', path.span, {
    message: `${quote(path.value)} is not an absolute path`,
    hint: 'write where the file is on this machine, such as `/usr/lib/x86_64-linux-gnu/libc.so.6`',
  });
  return undefined;
}

function readPlaces(fields: Fields, report: Report): readonly Located<UprobePlace>[] {
  const present = PLACE_FIELDS.flatMap((name) => {
    const entry = fields.entries.get(name);
    const items = readItems(entry, { name, max: PLACES_MAX }, report);
    const isEmpty = entry?.value.kind === 'sequence' && items.length === 0;
    return entry === undefined || isEmpty ? [] : [{ name, entry, items }];
  });
  const [only, second] = present;
  if (only === undefined || second !== undefined) {
    report.error('POLICY_FIELD_MISSING', second?.entry.keySpan ?? fields.span, {
      message: 'a uprobes entry has exactly one of `symbols`, `offsets` and `addrs`',
    });
    return [];
  }
  return only.items
    .map((item) => readPlace(item, only.name, report))
    .filter((place) => place !== undefined);
}

function readPlace(
  node: YamlNode,
  field: PlaceField,
  report: Report,
): Located<UprobePlace> | undefined {
  const text = readText(node, report);
  if (text === undefined) return undefined;
  const { value, span } = text;
  if (field === 'symbols') {
    const [, symbol, offset = '0'] = SYMBOL.exec(value) ?? [];
    if (symbol !== undefined) {
      return { value: { kind: 'symbol', symbol, offset: Number(offset) }, span };
    }
    report.error('POLICY_VALUE_INVALID', span, {
      message: `${quote(value)} is not the name of a function`,
      hint: 'write `name` or `name+0x10`',
    });
    return undefined;
  }
  const number = readPosition(text, report);
  if (number === undefined) return undefined;
  const isOffset = field === 'offsets';
  return {
    value: isOffset ? { kind: 'offset', offset: number } : { kind: 'address', address: number },
    span,
  };
}

function readCounters(
  entry: MappingEntry | undefined,
  places: number,
  report: Report,
): readonly number[] {
  const items = readItems(entry, { name: 'refCtrOffsets', max: PLACES_MAX }, report);
  if (entry !== undefined && items.length > 0 && items.length !== places) {
    report.error('POLICY_VALUE_INVALID', entry.value.span, {
      message: `there are ${items.length} counters for ${places} places`,
      hint: 'write one per place, in the same order',
    });
    return [];
  }
  return items.map((item) => {
    const text = readText(item, report);
    return (text && readPosition(text, report)) ?? 0;
  });
}

function readPosition({ value, span }: Located<string>, report: Report): number | undefined {
  const number = parseInteger(value);
  if (number !== undefined && number >= 0n && number <= BigInt(Number.MAX_SAFE_INTEGER)) {
    return Number(number);
  }
  const message = `${quote(value)} is not a place in a file`;
  report.error('POLICY_VALUE_INVALID', span, { message });
  return undefined;
}

function nameOf(place: UprobePlace): string {
  switch (place.kind) {
    case 'symbol':
      return place.offset === 0 ? place.symbol : `${place.symbol}+0x${place.offset.toString(16)}`;
    case 'offset':
      return `0x${place.offset.toString(16)}`;
    case 'address':
      return `addr:0x${place.address.toString(16)}`;
  }
}
