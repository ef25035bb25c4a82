/** Parser events to trees: anchors and aliases, merge keys, duplicate keys, tags. */

import { EVENT_ID, type Event, getScalarValue, SCALAR_STYLE, type ScalarEvent } from 'js-yaml';
import { assert } from '../../model/errors.ts';
import { isMergeKey, type KeyedValue, mergeEntries } from './merge-keys.ts';
import type { Report, Span } from './report.ts';
import { isNull, type ScalarNode, type YamlNode } from './tree.ts';
import type { YamlErrorCode } from './yaml-errors.ts';

/**
 * Nodes that aliases may add to one file. Checks walk the tree with aliases followed, so nested
 * aliases would otherwise make work that is exponential in the size of the file.
 */
const ALIASED_NODES_MAX = 50_000;

/** Tags that say what the value is anyway. */
const NEUTRAL_TAGS: ReadonlySet<string> = new Set([
  '!!str',
  '!!int',
  '!!float',
  '!!bool',
  '!!null',
  '!!map',
  '!!seq',
  '!',
]);

/** What the trees are built from. */
export interface TreeSource {
  readonly text: string;
  /** The text that the events speak of: see `readEvents`. */
  readonly parsed: string;
  readonly events: readonly Event[];
  readonly placeOf: (offset: number) => number;
  readonly report: Report<YamlErrorCode>;
}

interface Built {
  readonly node: YamlNode;
  /** Nodes below and including this one, aliases followed. */
  readonly weight: number;
}

interface Builder extends TreeSource {
  readonly anchors: Map<string, Built>;
  next: number;
  /** End of what was read last: the place of values that are not written. */
  lastEnd: number;
  aliased: number;
  /** An alias of the document leads nowhere, so that parts of it are missing. */
  isBroken: boolean;
}

interface Decorated {
  readonly anchorStart: number;
  readonly anchorEnd: number;
  readonly tagStart: number;
  readonly tagEnd: number;
}

/** Builds every document that is not empty and has no alias that leads nowhere. */
export function buildDocuments(source: TreeSource): readonly YamlNode[] {
  const builder: Builder = {
    ...source,
    ...{ anchors: new Map(), next: 0, lastEnd: 0, aliased: 0, isBroken: false },
  };
  const documents: YamlNode[] = [];
  while (builder.next < builder.events.length) {
    const event = take(builder);
    assert(event.type === EVENT_ID.DOCUMENT, 'a YAML stream is made of documents');
    builder.anchors.clear();
    builder.isBroken = false;
    const document = isAtEnd(builder) ? undefined : buildNode(builder).node;
    take(builder);
    // What is missing would be reported again as fields that nobody left out.
    if (document !== undefined && !isNull(document) && !builder.isBroken) documents.push(document);
  }
  return documents;
}

function take(builder: Builder): Event {
  const event = builder.events[builder.next];
  assert(event !== undefined, 'YAML events are balanced');
  builder.next += 1;
  return event;
}

function isAtEnd(builder: Builder): boolean {
  return builder.events[builder.next]?.type === EVENT_ID.POP;
}

function buildNode(builder: Builder): Built {
  const event = take(builder);
  switch (event.type) {
    case EVENT_ID.SCALAR:
      return decorate(builder, event, { node: buildScalar(builder, event), weight: 1 });
    case EVENT_ID.SEQUENCE:
      return decorate(builder, event, buildSequence(builder, builder.placeOf(event.start)));
    case EVENT_ID.MAPPING:
      return decorate(builder, event, buildMapping(builder, builder.placeOf(event.start)));
    case EVENT_ID.ALIAS:
      return followAlias(builder, {
        start: builder.placeOf(event.anchorStart - 1),
        end: builder.placeOf(event.anchorEnd),
      });
    default:
      assert(false, 'a YAML node is a scalar, a collection or an alias');
  }
}

/** Handles what stands before a node. The anchor counts from here on: not inside its own node. */
function decorate(builder: Builder, event: Decorated, built: Built): Built {
  const { parsed, placeOf, report, anchors } = builder;
  if (event.tagStart >= 0) {
    const tag = parsed.slice(event.tagStart, event.tagEnd);
    const at = { start: placeOf(event.tagStart), end: placeOf(event.tagEnd) };
    if (!NEUTRAL_TAGS.has(tag)) {
      report.error('YAML_TAG_UNSUPPORTED', at, {
        message: `the YAML tag ${tag} has no meaning here`,
      });
    }
  }
  if (event.anchorStart >= 0) anchors.set(parsed.slice(event.anchorStart, event.anchorEnd), built);
  return built;
}

function buildScalar(builder: Builder, event: ScalarEvent): ScalarNode {
  const { text, parsed, placeOf } = builder;
  const tag = event.tagStart < 0 ? '' : parsed.slice(event.tagStart, event.tagEnd);
  const isText = /^!(!str)?$/.test(tag);
  const isPlain = event.style === SCALAR_STYLE.PLAIN && !isText;
  if (event.valueStart < 0) {
    const span = { start: builder.lastEnd, end: builder.lastEnd };
    return { kind: 'scalar', text: '', isPlain, span };
  }
  const quote = isQuoted(event) ? 1 : 0;
  const span = {
    start: placeOf(event.valueStart - quote),
    end: placeOf(event.valueEnd + quote),
  };
  builder.lastEnd = span.end;
  const written = text.slice(span.start, span.end);
  return { kind: 'scalar', text: getScalarValue(parsed, event), isPlain, span, written };
}

function isQuoted(event: ScalarEvent): boolean {
  return event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED;
}

function buildSequence(builder: Builder, start: number): Built {
  const items: YamlNode[] = [];
  let weight = 1;
  builder.lastEnd = Math.max(builder.lastEnd, start + 1);
  while (!isAtEnd(builder)) {
    const item = buildNode(builder);
    items.push(item.node);
    weight += item.weight;
  }
  take(builder);
  return { node: { kind: 'sequence', items, span: { start, end: builder.lastEnd } }, weight };
}

function buildMapping(builder: Builder, start: number): Built {
  const { report } = builder;
  const pairs: KeyedValue[] = [];
  let weight = 1;
  builder.lastEnd = Math.max(builder.lastEnd, start + 1);
  while (!isAtEnd(builder)) {
    const key = buildNode(builder);
    const value = buildNode(builder);
    pairs.push({ key: key.node, value: value.node });
    weight += key.weight + value.weight;
    // A merge copies entries that the alias before it has paid for once already.
    if (isMergeKey(key.node)) weight += value.weight;
  }
  take(builder);
  const entries = mergeEntries(pairs, report);
  return { node: { kind: 'mapping', entries, span: { start, end: builder.lastEnd } }, weight };
}

function followAlias(builder: Builder, at: Span): Built {
  const { text, report, anchors } = builder;
  builder.lastEnd = at.end;
  const name = text.slice(at.start + 1, at.end);
  const target = anchors.get(name);
  const nothing: Built = {
    node: { kind: 'scalar', text: '', isPlain: true, span: at },
    weight: 1,
  };
  if (target === undefined) {
    builder.isBroken = true;
    report.error('YAML_ALIAS_INVALID', at, {
      message: `no anchor \`${name}\` is complete at this place`,
      hint: `write \`&${name}\` before the value that is meant, earlier in this document`,
    });
    return nothing;
  }
  const hadRoom = builder.aliased <= ALIASED_NODES_MAX;
  builder.aliased += target.weight;
  if (builder.aliased <= ALIASED_NODES_MAX) return target;
  builder.isBroken = true;
  if (hadRoom) {
    report.error('YAML_TOO_LARGE', at, {
      message: `aliases of this file expand to more than ${ALIASED_NODES_MAX} values`,
    });
  }
  return nothing;
}
