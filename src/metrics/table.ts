/** Every metric of our own, in the order of the reference. */
import { AGENT_METRICS } from './agent-metrics.ts';
import { DELIVERY_METRICS } from './delivery-metrics.ts';
import { DETECTION_METRICS } from './detection-metrics.ts';
import type { Metric } from './metric.ts';
import { POLICY_METRICS } from './policy-metrics.ts';

export const METRICS: readonly Metric[] = [
  ...AGENT_METRICS,
  ...POLICY_METRICS,
  ...DETECTION_METRICS,
  ...DELIVERY_METRICS,
];
