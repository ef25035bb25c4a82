/** Metrics of detections: rules, findings, responses, correlations and detectors. */
import type { DetectionStats, DetectorStats } from '../model/stats.ts';
import { counter, gauge, type Metric, type MetricFacts, type MetricRow, single } from './metric.ts';

const MS_PER_SECOND = 1000;

const RULES: readonly Metric[] = [
  gauge('warder_rules', 'Detection rules.', ofDetections('rules')),
  gauge(
    'warder_rules_loaded_timestamp_seconds',
    'When the rules in force were loaded.',
    rows(({ reloads }) => [[Date.parse(reloads.loadedAt) / MS_PER_SECOND]]),
  ),
  counter(
    'warder_rule_reloads_total outcome',
    'Times that rules were read again, and taken or refused as a whole.',
    rows(({ reloads }) => [
      [reloads.taken, 'taken'],
      [reloads.refused, 'refused'],
    ]),
  ),
  counter('warder_rule_events_total', 'Events that rules looked at.', ofDetections('events')),
  counter('warder_findings_total', 'Findings that went out.', ofDetections('findings')),
  counter(
    'warder_findings_suppressed_total rule',
    'Findings of a rule that were too many.',
    rows(({ suppressed }) => suppressed.map(({ rule, count }) => [count, rule])),
  ),
  counter(
    'warder_responses_total outcome',
    'Answers to findings; repeated: the same was in force already.',
    rows(({ responses }) => [
      [responses.enforced, 'enforced'],
      [responses.notEnforced, 'not_enforced'],
      [responses.dryRuns, 'dry_run'],
      [responses.repeated, 'repeated'],
    ]),
  ),
  gauge(
    'warder_responses_pending',
    'Answers that are under way.',
    single(({ stats }) => stats.detections?.responses.pending),
  ),
  gauge(
    'warder_rule_source_info source way',
    'Where events of rules come from; the way `none`: they do not.',
    rows(({ sources }) => sources.map(({ source, way }) => [1, source, way])),
  ),
];

const CORRELATIONS: readonly Metric[] = [
  gauge(
    'warder_correlation_groups',
    'Groups that correlations remember.',
    single(({ stats }) => stats.detections?.correlations.groups),
  ),
  counter(
    'warder_correlation_groups_total outcome',
    'Groups that were forgotten as too many, taken over from the agent before, or not.',
    rows(({ correlations }) => [
      [correlations.evicted, 'evicted'],
      [correlations.restored, 'restored'],
      [correlations.discarded, 'discarded'],
    ]),
  ),
  gauge(
    'warder_correlation_groups_unsaved',
    'Groups that had no room in the file when it was last written.',
    single(({ stats }) => stats.detections?.correlations.unsaved),
  ),
  counter(
    'warder_correlation_matches_total outcome',
    'Matches that a group forgot, that have no field to group by, or that came too late.',
    rows(({ correlations }) => [
      [correlations.dropped, 'dropped'],
      [correlations.ungrouped, 'ungrouped'],
      [correlations.late, 'late'],
    ]),
  ),
];

const DETECTORS: readonly Metric[] = [
  gauge(
    'warder_detector_running detector',
    'Whether a detector runs; 0: it was switched off.',
    rows(({ detectors }) => detectors.map(({ id, state }) => [state === 'running' ? 1 : 0, id])),
  ),
  ofDetectors('events', 'Events that a detector was shown.', 'events'),
  ofDetectors('findings', 'Findings of a detector.', 'findings'),
  ofDetectors('findings_suppressed', 'Findings of a detector that were too many.', 'suppressed'),
  ofDetectors('errors', 'Errors of a detector.', 'errors'),
  ofDetectors('entries_evicted', 'Entries that went from full tables.', 'evicted'),
  counter(
    'warder_detector_events_missed_total detector reason',
    'Events that a detector was not shown: it was too slow, or the queue was full.',
    rows(({ detectors }) =>
      detectors.flatMap(({ id, skipped, dropped }): readonly MetricRow[] => [
        [skipped, id, 'slow'],
        [dropped, id, 'queue_full'],
      ]),
    ),
  ),
  gauge(
    'warder_detector_files_unloaded',
    'Files of detectors that were not loaded.',
    single(({ stats }) => stats.detections?.unloaded.length),
  ),
];

/** In the order of the reference; none of them has rows without rules. */
export const DETECTION_METRICS: readonly Metric[] = [...RULES, ...CORRELATIONS, ...DETECTORS];

function rows(read: (stats: DetectionStats) => readonly MetricRow[]): Metric['rows'] {
  return ({ stats }: MetricFacts) => (stats.detections ? read(stats.detections) : []);
}

function ofDetections(key: 'rules' | 'events' | 'findings'): Metric['rows'] {
  return single(({ stats }) => stats.detections?.[key]);
}

type DetectorNumber = 'events' | 'findings' | 'suppressed' | 'errors' | 'evicted';

function ofDetectors(name: string, help: string, key: DetectorNumber): Metric {
  const row = (detector: DetectorStats): MetricRow => [detector[key], detector.id];
  const head = `warder_detector_${name}_total detector`;
  return counter(
    head,
    help,
    rows(({ detectors }) => detectors.map(row)),
  );
}
