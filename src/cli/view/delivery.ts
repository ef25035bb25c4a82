/** What an agent delivers, for people. */
import type { DeliveryCounts, SinkWorkerState } from '../../model/delivery-stats.ts';
import { alignRows, type Paint, printable } from '../style.ts';

const MIB = 1024 * 1024;

/** Lines without ends; none when nothing is delivered. */
export function renderDelivery(
  delivery: DeliveryCounts | undefined,
  paint: Paint,
): readonly string[] {
  if (delivery === undefined) return [];
  const { spool, outbox, suppressed, sinks } = delivery;
  const dropped = Object.entries(spool.dropped).filter(([, count]) => count > 0);
  const rows = [
    ['spool', `${(spool.bytes / MIB).toFixed(1)} MiB, ${grouped(spool.appended)} events kept`],
    ...dropped.map(([reason, count]) => [`dropped by ${reason}`, grouped(count)]),
    ...(outbox.dropped === 0 ? [] : [['alerts dropped', grouped(outbox.dropped)]]),
    ...(suppressed === 0 ? [] : [['suppressed', grouped(suppressed)]]),
  ];
  const failure = `  alerts are in memory only: ${printable(outbox.failure)}`;
  const names = Object.entries(sinks);
  return [
    'delivery',
    ...alignRows(rows, '  '),
    ...(outbox.failure === '' ? [] : [paint('red', failure)]),
    ...alignRows([HEAD, ...names.map(([name, state]) => rowOf(name, state))], '  '),
  ];
}

const HEAD = ['destination', 'state', 'delivered', 'waiting', 'retried', 'dead', 'lost', 'reason'];

function rowOf(name: string, sink: SinkWorkerState): readonly string[] {
  const { state, breaker, delivered, waiting, retried, dead, lost, reason } = sink;
  const counts = [delivered, waiting, retried, dead, lost].map(grouped);
  const shown = breaker === 'closed' ? state : `${state}, left alone`;
  return [printable(name), shown, ...counts, printable(reason)];
}

function grouped(count: number): string {
  return count.toLocaleString('en-US');
}
