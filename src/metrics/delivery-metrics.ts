/** Metrics of delivery: each destination, the spool of events, and the store of alerts. */
import type { DeliveryCounts, SinkWorkerState } from '../model/delivery-stats.ts';
import { counter, gauge, type Metric, type MetricRow, rowsOf, single } from './metric.ts';

const MS_PER_SECOND = 1000;

const SINKS: readonly Metric[] = [
  gauge(
    'warder_sink_up sink',
    'Whether a destination takes messages.',
    ofSinks(({ state }) => (state === 'working' ? 1 : 0)),
  ),
  gauge(
    'warder_sink_state_info sink state breaker',
    'State of each destination; always 1.',
    rows(({ sinks }) =>
      Object.entries(sinks).map(([sink, { state, breaker }]) => [1, sink, state, breaker]),
    ),
  ),
  counter(
    'warder_sink_delivered_total sink',
    'Messages that a destination took.',
    ofSinks(({ delivered }) => delivered),
  ),
  counter(
    'warder_sink_duplicates_total sink',
    'Of those, what the destination said that it had before.',
    ofSinks(({ duplicates }) => duplicates),
  ),
  counter(
    'warder_sink_retries_total sink',
    'Tries after which a message waited for another one.',
    ofSinks(({ retried }) => retried),
  ),
  counter(
    'warder_sink_dead_letters_total sink',
    'Messages that were given up, and can be sent again.',
    ofSinks(({ dead }) => dead),
  ),
  counter(
    'warder_sink_lost_total sink',
    'Events that were dropped before this destination had them.',
    ofSinks(({ lost }) => lost),
  ),
  gauge(
    'warder_sink_waiting sink',
    'Messages that wait for a destination.',
    ofSinks(({ waiting }) => waiting),
  ),
  gauge(
    'warder_sink_in_flight sink',
    'Messages that were sent, and are not answered yet.',
    ofSinks(({ inFlight }) => inFlight),
  ),
  gauge(
    'warder_sink_lag_seconds sink',
    'How long the oldest message waits, of alerts and of the events that are next; 0: none does.',
    ofSinks(({ lagMs }) => lagMs / MS_PER_SECOND),
  ),
];

const DISK: readonly Metric[] = [
  gauge(
    'warder_spool_bytes',
    'Events on disk.',
    single(({ stats }) => stats.delivery?.spool.bytes),
  ),
  gauge(
    'warder_spool_age_seconds',
    'Age of the oldest part of the spool that not every destination has; 0: all have all.',
    single(({ stats: { delivery } }) => delivery && delivery.spool.ageMs / MS_PER_SECOND),
  ),
  counter(
    'warder_spool_appended_total',
    'Events that were written to the spool.',
    single(({ stats }) => stats.delivery?.spool.appended),
  ),
  counter(
    'warder_spool_dropped_total reason',
    'Events that were given up before every destination had them.',
    rows(({ spool }) => rowsOf({ ...spool.dropped })),
  ),
  counter(
    'warder_spool_damaged_total part',
    'Parts of the spool that were cut off or set aside.',
    rows(({ spool }) => [
      [spool.tornTails, 'torn_tail'],
      [spool.damagedSegments, 'segment'],
    ]),
  ),
  counter(
    'warder_alert_store_dropped_total',
    'Alerts that were given up, the oldest first, as there were too many.',
    single(({ stats }) => stats.delivery?.outbox.dropped),
  ),
  counter(
    'warder_alert_store_damaged_total',
    'Databases of alerts that were damaged and set aside.',
    single(({ stats }) => stats.delivery?.outbox.damaged),
  ),
  gauge(
    'warder_alert_store_up',
    'Whether alerts are kept on disk; 0: they are in memory only.',
    single(({ stats: { delivery } }) => delivery && (delivery.outbox.failure === '' ? 1 : 0)),
  ),
  counter(
    'warder_messages_suppressed_total',
    'Messages that were too many.',
    single(({ stats }) => stats.delivery?.suppressed),
  ),
];

/** In the order of the reference; none of them has rows without destinations. */
export const DELIVERY_METRICS: readonly Metric[] = [...SINKS, ...DISK];

function rows(read: (counts: DeliveryCounts) => readonly MetricRow[]): Metric['rows'] {
  return ({ stats }) => (stats.delivery ? read(stats.delivery) : []);
}

function ofSinks(read: (state: SinkWorkerState) => number): Metric['rows'] {
  return rows(({ sinks }) => Object.entries(sinks).map(([sink, state]) => [read(state), sink]));
}
