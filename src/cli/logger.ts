/** The log of the agent: JSON for collectors, short lines for people. */
import { pino, stdSerializers } from 'pino';
import type { Logger, LogLevelControl } from '../model/log.ts';
import { createPaint, type Ink, type Paint, printable } from './style.ts';

export interface LoggerOptions {
  /** `debug`, `info`, `warn` or `error`. */
  readonly level: string;
  readonly form: 'json' | 'human';
  readonly isColoured: boolean;
  /** Takes one line with its end. */
  write(line: string): void;
}

/** A logger whose level may be another one later. */
export interface LevelledLogger extends Logger, LogLevelControl {}

/** Makes the logger; fields named `error` are written with their stack. */
export function createLogger({ level, form, isColoured, write }: LoggerOptions): LevelledLogger {
  const paint = createPaint(isColoured);
  const destination =
    form === 'json' ? { write } : { write: (line: string) => write(formatEntry(line, paint)) };
  const logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: stdSerializers.err },
    },
    destination,
  );
  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
    level: () => logger.level,
    setLevel(next) {
      logger.level = next;
    },
  };
}

const INKS: Readonly<Record<string, Ink>> = { debug: 'dim', warn: 'yellow', error: 'red' };

function formatEntry(line: string, paint: Paint): string {
  const entry: unknown = JSON.parse(line);
  const { level, time, msg, error, ...fields } = Object(entry);
  const clock = String(time).slice('2026-01-01T'.length, '2026-01-01T00:00:00.000'.length);
  const words = [
    paint('dim', clock),
    paint(INKS[String(level)] ?? 'green', String(level).padEnd(5)),
    printable(String(msg)),
    ...Object.entries(fields).map(([key, value]) => paint('dim', `${key}=${show(value)}`)),
  ];
  return `${words.join(' ')}\n${formatError(error)}`;
}

function show(value: unknown): string {
  return printable(typeof value === 'string' ? value : JSON.stringify(value));
}

function formatError(error: unknown): string {
  if (error === undefined) return '';
  const text = String(Object(error).stack ?? Object(error).message ?? JSON.stringify(error));
  return text
    .split('\n')
    .map((line) => `    ${printable(line.trim())}\n`)
    .join('');
}
