/** Reads the entry of standard output from a configuration. */

import { ConfigPlace } from '../../../model/config-place.ts';
import type { Compiled, ConfigPath } from '../../../model/config-problem.ts';
import { CONNECTION_SCHEDULE } from '../../delivery/retry-schedule.ts';
import { SHARED_SINK_KEYS, type SinkPlan, type SinkSeams, type SinkType } from '../sink-type.ts';
import { StdoutDelivery } from './stdout-delivery.ts';

const BATCH = { records: 256, bytes: 256 * 1024 };

export const STDOUT_TYPE: SinkType = { type: 'stdout', keys: [], compile: compileStdout };

function compileStdout(value: unknown, path: ConfigPath, seams: SinkSeams): Compiled<SinkPlan> {
  const place = new ConfigPlace(value, path);
  place.expectKeys(SHARED_SINK_KEYS);
  const { format, writeChunk } = seams;
  if (writeChunk === undefined) {
    place.at('type').report('CONFIG_VALUE_INVALID', 'there is no standard output to write to here');
  }
  return place.result(() => ({
    ...{ type: 'stdout', retry: CONNECTION_SCHEDULE, batch: BATCH },
    create: () => new StdoutDelivery({ format, writeChunk: writeChunk ?? nowhere }),
  }));
}

async function nowhere(): Promise<void> {}
