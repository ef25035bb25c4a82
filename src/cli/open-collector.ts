/** The collector of an agent's garbage. */
import { type Pipeline, trimMemory } from '../engine/index.ts';
import { IdleCollector } from './idle-collector.ts';
import type { Responses } from './responses.ts';

/** Gives memory back when it is quiet: seldom while rules may ask for a response. */
export function openCollector(pipeline: Pipeline, responses: Responses): IdleCollector {
  return new IdleCollector({
    received: () => pipeline.counts().received,
    isReady: () => responses.isArmed,
    trim: trimMemory,
  });
}
