/** Keys of Tetragon's export file, which becomes a sink. */
import { readJsonLines } from './json-values.ts';
import { readFlag, readText } from './readers.ts';
import { key, none, type Reading, type TetragonKey } from './tetragon-key.ts';

const NO_AGGREGATION = 'events are not put together, nor are they by Tetragon, whatever it says';

/** Paths below `export` are keys of the sink. */
export const EXPORT_KEYS: readonly TetragonKey[] = [
  key('export-filename', 'export.path', readText),
  key('export-file-max-size-mb', 'export.maxSize', readMegabytes),
  key('export-file-max-backups', 'export.keep', readCount),
  key('export-file-rotation-interval', 'export.maxAge', readInterval),
  key('export-file-compress', 'export.compress', readFlag),
  key('export-file-perm', 'export.mode', readMode),
  key('export-allowlist', 'export.filter.allow', readJsonLines),
  key('export-denylist', 'export.filter.deny', readJsonLines),
  key('field-filters', 'export.filter.fields', readJsonLines),
  key(
    'redaction-filters',
    'delivery.redaction.filters',
    readJsonLines,
    'it is about what goes to sinks; events on standard output and of the API are whole',
  ),
  key('export-rate-limit', 'export.rate', readRate),
  ...none('enable-export-aggregation', NO_AGGREGATION),
  ...none('export-aggregation-window-size export-aggregation-buffer-size', NO_AGGREGATION),
];

/** Bounds of a sink of the type `file`; it has no way to say never. */
const KEEP_MAX = 10_000;
const AGE_MIN_MS = 60_000;
const NEVER = '3650d';

const UNLIMITED = 'without an end, as when it is negative';

/** A limit of ours is of each rule and policy, so that one cannot hide another. */
function readRate(text: string): Reading {
  const rate = Number(text);
  if (!/^-?\d{1,9}$/.test(text)) return invalid(text, `a number, or ${UNLIMITED}`);
  if (rate < 0) return { kind: 'nothing' };
  if (rate === 0) return { kind: 'value', value: 0 };
  const reason =
    'a limit over all events would let one flood hide the rest; see `delivery.rateLimits`, ' +
    'which is for each rule and policy';
  return { kind: 'none', reason };
}

function readMegabytes(text: string): Reading {
  if (!/^\d{1,6}$/.test(text)) return invalid(text, 'a number');
  return Number(text) === 0 ? { kind: 'nothing' } : { kind: 'value', value: `${Number(text)}MiB` };
}

/** 0 means all of them there. */
function readCount(text: string): Reading {
  if (!/^\d{1,6}$/.test(text)) return invalid(text, 'a number');
  if (Number(text) > KEEP_MAX) return { kind: 'value', value: KEEP_MAX };
  if (Number(text) === 0) return { kind: 'none', reason: 'without a bound they fill the disk' };
  return { kind: 'value', value: Number(text) };
}

/** As Go writes them, `1h30m`; ours has one unit. */
function readInterval(text: string): Reading {
  if (/^0\w{0,2}$/.test(text)) return { kind: 'value', value: NEVER };
  if (!/^(\d{1,9}(h|m|s|ms))+$/.test(text)) return invalid(text, 'a time, as 1h30m');
  const units: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };
  let ms = 0;
  for (const [, count = '', unit = ''] of text.matchAll(/(\d+)(ms|h|m|s)/g)) {
    ms += Number(count) * (units[unit] ?? 0);
  }
  if (ms < AGE_MIN_MS) return { kind: 'value', value: '1m' };
  const unit = ['h', 'm', 's', 'ms'].find((name) => ms % (units[name] ?? 1) === 0) ?? 'ms';
  return { kind: 'value', value: `${ms / (units[unit] ?? 1)}${unit}` };
}

function readMode(text: string): Reading {
  if (!/^0?[0-7]{3}$/.test(text)) return invalid(text, 'a mode of files, as 600');
  if (!/^0?[67]/.test(text)) {
    return { kind: 'none', reason: 'the agent has to read and write the file itself' };
  }
  return { kind: 'value', value: text.padStart(4, '0') };
}

function invalid(text: string, expected: string): Reading {
  return { kind: 'invalid', reason: `${JSON.stringify(text)} is not ${expected}` };
}
