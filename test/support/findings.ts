/** Builders of findings, and of what fields are read with. */
import type { DetectionEvent } from '../../src/model/detection-event.ts';
import type { Finding, FindingLevel } from '../../src/model/finding.ts';
import type { FieldContext } from '../../src/rules/detection/fields/event-fields.ts';
import { aDetectionEvent } from './detection-events.ts';

/** What a test says of a finding; the level is that of its rule. */
export type FindingChanges = Partial<Omit<Finding, 'rule'>> & { readonly level?: FindingLevel };

/** A finding of one event; say what is different. */
export function aFinding({ level = 'medium', ...changes }: FindingChanges = {}): Finding {
  const event: DetectionEvent = aDetectionEvent();
  return {
    id: 'node-1/boot/1/a-rule',
    rule: {
      id: 'a-rule',
      title: 'A rule',
      version: '0000000000000000',
      language: 'sigma',
      level,
      status: 'stable',
      tags: ['attack.execution'],
      attack: [{ id: 'T1059', kind: 'technique' }],
      runbook: '',
    },
    message: 'A rule',
    timeNs: event.timeNs,
    matched: [],
    fields: {},
    evidence: [event],
    count: 1,
    ...changes,
  };
}

/** A node without users, whose clock began with the epoch. */
export function someContext(): FieldContext {
  return {
    nodeName: 'node-1',
    clusterName: '',
    userName: () => undefined,
    toEpochMs: (timeNs) => Number(timeNs / 1_000_000n),
  };
}
