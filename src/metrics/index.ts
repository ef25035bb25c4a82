/** Metrics: what the agent counts, as text for Prometheus. */
export { createMetricsPage, type MetricsOptions } from './create-page.ts';
export type { Metric, MetricFacts } from './metric.ts';
