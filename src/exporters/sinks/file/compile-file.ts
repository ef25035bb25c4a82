/** Reads the entry of a file from a configuration. */
import { isAbsolute } from 'node:path';
import { ConfigPlace } from '../../../model/config-place.ts';
import type { Compiled, ConfigPath } from '../../../model/config-problem.ts';
import { CONNECTION_SCHEDULE } from '../../delivery/retry-schedule.ts';
import { SHARED_SINK_KEYS, type SinkPlan, type SinkSeams, type SinkType } from '../sink-type.ts';
import { FILE_BATCH, FileSink } from './file-sink.ts';

const KEYS: readonly string[] = ['path', 'maxSize', 'maxAge', 'keep', 'compress', 'mode'];

const MIB = 1024 * 1024;
const DAY_MS = 86_400_000;
const SIZE = { min: 4096, max: 1024 * 1024 * MIB };
const AGE = { min: 60_000, max: 3650 * DAY_MS };
const KEEP = { min: 0, max: 10_000 };
const DEFAULTS = { bytesMax: 100 * MIB, ageMaxMs: DAY_MS, keep: 5, mode: 0o600 };

export const FILE_TYPE: SinkType = { type: 'file', keys: KEYS, compile: compileFile };

function compileFile(value: unknown, path: ConfigPath, seams: SinkSeams): Compiled<SinkPlan> {
  const place = new ConfigPlace(value, path);
  place.expectKeys([...SHARED_SINK_KEYS, ...KEYS]);
  const options = {
    path: readPath(place.at('path')),
    bytesMax: place.at('maxSize').bytes(SIZE) ?? DEFAULTS.bytesMax,
    ageMaxMs: place.at('maxAge').durationMs(AGE) ?? DEFAULTS.ageMaxMs,
    keep: place.at('keep').integer(KEEP) ?? DEFAULTS.keep,
    compress: place.at('compress').flag() ?? true,
    mode: readMode(place.at('mode')) ?? DEFAULTS.mode,
    ...{ format: seams.format, clock: seams.clock, logger: seams.logger },
  };
  return place.result(() => ({
    ...{ type: 'file', retry: CONNECTION_SCHEDULE, batch: FILE_BATCH },
    create: () => new FileSink(options),
  }));
}

function readPath(place: ConfigPlace): string {
  const path = place.requiredText();
  if (path !== '' && (!isAbsolute(path) || path.endsWith('/') || path.includes('\0'))) {
    place.report('CONFIG_VALUE_INVALID', 'it has to be the absolute path of a file');
  }
  return path;
}

/** A text in octal, as numbers of YAML are decimal to some readers and octal to others. */
function readMode(place: ConfigPlace): number | undefined {
  const text = place.text();
  if (text === undefined) return undefined;
  const mode = /^0?[0-7]{3}$/.test(text) ? Number.parseInt(text, 8) : 0;
  if ((mode & 0o600) === 0o600) return mode;
  const hint = 'as "0600", in quotes; the agent itself has to read and write it';
  return place.report('CONFIG_VALUE_INVALID', `"${text}" is not a mode of a file`, hint);
}
