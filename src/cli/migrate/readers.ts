/** Reads values of Tetragon's keys, which are texts all, into values of ours. */
import { parseMetricsAddress } from '../metrics-address.ts';
import type { ConfigValue, Reading } from './tetragon-key.ts';

const NOTHING: Reading = { kind: 'nothing' };

export function readText(text: string): Reading {
  return text === '' ? NOTHING : taken(text);
}

/** A list of one. */
export function readListed(text: string): Reading {
  return text === '' ? NOTHING : taken([text]);
}

/** As Go reads them. */
export function readFlag(text: string): Reading {
  const isOn = flagOf(text);
  return isOn === undefined ? invalid(`${quoted(text)} is neither true nor false`) : taken(isOn);
}

/** Undefined when it is neither. */
function flagOf(text: string): boolean | undefined {
  if (/^(1|t|T|true|TRUE|True)$/.test(text)) return true;
  return /^(0|f|F|false|FALSE|False)$/.test(text) ? false : undefined;
}

export function readDebug(text: string): Reading {
  const isOn = flagOf(text);
  if (isOn === undefined) return readFlag(text);
  return isOn ? taken('debug') : NOTHING;
}

const LEVELS: Readonly<Record<string, string>> = {
  ...{ trace: 'debug', debug: 'debug', info: 'info', warn: 'warn', warning: 'warn' },
  ...{ error: 'error', fatal: 'error', panic: 'error' },
};

export function readLevel(text: string): Reading {
  if (text === '') return NOTHING;
  const level = Object.entries(LEVELS).find(([name]) => name === text.toLowerCase())?.[1];
  return level === undefined ? invalid(`${quoted(text)} is no level of the log`) : taken(level);
}

export function readMetrics(text: string): Reading {
  if (text === '') return NOTHING;
  const isAddress = parseMetricsAddress(text) !== undefined;
  return isAddress ? taken(text) : invalid(`${quoted(text)} is no address`);
}

/** A port of TCP needs certificates of both sides, which others of the keys name. */
export function readServer(text: string): Reading {
  if (text === '') return NOTHING;
  if (/^unix:\/\/\/.+/.test(text)) return taken(text);
  if (text.startsWith('unix://')) return invalid(`${quoted(text)} is no path from the root`);
  return parseMetricsAddress(text) === undefined
    ? invalid(`${quoted(text)} is no address`)
    : taken(text);
}

/** The first of several. */
export function readFirst(text: string): Reading {
  const [first = '', another] = text.split(/[, ]+/).filter((part) => part !== '');
  if (first === '') return NOTHING;
  if (another === undefined) return taken(first);
  return { kind: 'none', reason: 'one file is taken; put all certificates into it' };
}

function taken(value: ConfigValue): Reading {
  return { kind: 'value', value };
}

function invalid(reason: string): Reading {
  return { kind: 'invalid', reason };
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
