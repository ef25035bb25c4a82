/** Makes findings of what detectors report. */
import type { DetectionEvent } from '../../../model/detection-event.ts';
import type { Finding, FindingRule, MatchedTest } from '../../../model/finding.ts';
import type { FieldSource } from '../fields/field-value.ts';
import { textOfField } from '../findings/make-finding.ts';
import type { DetectorHead } from './head.ts';
import type { EmittedFinding } from './protocol.ts';
import { readerOf } from './row-plan.ts';

/** What a detector reported about an event. */
export interface Detection {
  readonly head: DetectorHead;
  readonly emitted: EmittedFinding;
  readonly event: DetectionEvent;
  readonly source: FieldSource;
  /** `node/boot`. */
  readonly origin: string;
}

/** The finding; what it looked at are the fields that the detector declared. */
export function describeDetection(about: Detection): Finding {
  const { head, emitted, event, source, origin } = about;
  const { suppressed } = emitted;
  return {
    id: `${origin}/${event.sequence}/${head.id}`,
    rule: ruleOf(head),
    message: emitted.message === '' ? head.title : emitted.message,
    timeNs: event.timeNs,
    matched: readMatched(head, source),
    fields: emitted.fields,
    evidence: [event],
    count: emitted.count,
    ...(suppressed === 0 ? {} : { suppressed }),
  };
}

function ruleOf(head: DetectorHead): FindingRule {
  const { id, title, level, status, tags, runbook } = head;
  return {
    ...{ id, title, level, status, tags, runbook },
    language: 'typescript',
    // Whoever changed the file without saying so is found out.
    version: `${head.version}+${head.fileHash}`,
    attack: head.attack.map((technique) => {
      return { id: technique, kind: technique.startsWith('TA') ? 'tactic' : 'technique' };
    }),
  };
}

function readMatched({ fields }: DetectorHead, source: FieldSource): readonly MatchedTest[] {
  return fields.flatMap((written) => {
    const reference = readerOf(written);
    const value = reference && textOfField(source, reference);
    return value === undefined ? [] : { written, field: written, value };
  });
}
