/** What a metric is, and what its rows are read from. */
import type { KernelReport } from '../model/capability.ts';
import type { PolicyReport } from '../model/policy.ts';
import type { AgentStats } from '../model/stats.ts';

/** All that the agent says of itself, at one moment. */
export interface MetricFacts {
  readonly version: string;
  readonly kernel: KernelReport;
  readonly stats: AgentStats;
  /** Of users only: what rules have in the kernel is in the sources. */
  readonly policies: readonly PolicyReport[];
}

/** A value with its labels, in the order in which the metric names them. */
export type MetricRow = readonly [value: number, ...labels: readonly string[]];

export interface Metric {
  readonly name: string;
  /** A counter begins at zero with the agent and never falls. */
  readonly type: 'counter' | 'gauge';
  readonly labels: readonly string[];
  readonly help: string;
  /** Rows with the same labels are added up. Empty where the agent has no such part. */
  rows(facts: MetricFacts): readonly MetricRow[];
}

type Rows = Metric['rows'];

/** `head`: the name, and the names of the labels behind it, with spaces between. */
export function counter(head: string, help: string, rows: Rows): Metric {
  return metric('counter', { head, help }, rows);
}

export function gauge(head: string, help: string, rows: Rows): Metric {
  return metric('gauge', { head, help }, rows);
}

/** One row without labels; none where it is undefined. */
export function single(read: (facts: MetricFacts) => number | undefined): Rows {
  return (facts) => {
    const value = read(facts);
    return value === undefined ? [] : [[value]];
  };
}

/** A row for each entry. */
export function rowsOf(counts: Readonly<Record<string, number>>): readonly MetricRow[] {
  return Object.entries(counts).map(([label, value]) => [value, label]);
}

function metric(
  type: Metric['type'],
  { head, help }: { readonly head: string; readonly help: string },
  rows: Rows,
): Metric {
  const [name = '', ...labels] = head.split(' ');
  return { name, type, labels, help, rows };
}
