/** The page that is scraped: what the agent counts is read when somebody asks. */
import { Counter, Gauge, Registry } from 'prom-client';
import type { MetricsPage, MetricsText } from '../model/metrics-page.ts';
import type { Metric, MetricFacts } from './metric.ts';
import { METRICS } from './table.ts';
import { TETRAGON_METRICS } from './tetragon-metrics.ts';

/** Whoever asks more often gets the same text: reading the counters takes time of the agent. */
const FRESH_MS = 1000;

/** Policies, hooks and rules are many at times; more rows than this say nothing to anybody. */
const ROWS_MAX = 2000;

/** Longest value of a label, in UTF-16 units. */
const LABEL_LENGTH_MAX = 256;

const LEFT_OUT = {
  name: 'warder_metric_rows_left_out',
  help: `Rows of a metric that had more than ${ROWS_MAX}.`,
} as const;

export interface MetricsOptions {
  /** Asked at most once a second. */
  readFacts(): MetricFacts;
  /** Also gives the counters under the names of Tetragon. */
  readonly hasTetragonNames: boolean;
  /** ms that only grow; of this process unless given. */
  readonly now?: (() => number) | undefined;
}

/** Makes the page; `render` rejects with what `readFacts` throws. */
export function createMetricsPage(options: MetricsOptions): MetricsPage {
  return new Page(options);
}

/** All of one moment: metrics of one text never contradict each other. */
class Page implements MetricsPage {
  readonly #options: MetricsOptions;
  readonly #registry = new Registry();
  readonly #fill: readonly ((facts: MetricFacts) => number)[];
  #latest: { readonly text: Promise<MetricsText>; readonly atMs: number } | undefined;

  constructor(options: MetricsOptions) {
    this.#options = options;
    const metrics = [...METRICS, ...(options.hasTetragonNames ? TETRAGON_METRICS : [])];
    const leftOut = new Gauge({ ...LEFT_OUT, labelNames: ['metric'], registers: [this.#registry] });
    this.#fill = metrics.map((metric) => {
      const fill = register(metric, this.#registry);
      return (facts) => {
        const count = fill(facts);
        if (count === 0) leftOut.remove({ metric: metric.name });
        else leftOut.set({ metric: metric.name }, count);
        return count;
      };
    });
  }

  render(): Promise<MetricsText> {
    const now = (this.#options.now ?? performance.now.bind(performance))();
    if (this.#latest === undefined || now - this.#latest.atMs >= FRESH_MS) {
      this.#latest = { text: this.#read(), atMs: now };
    }
    return this.#latest.text;
  }

  async #read(): Promise<MetricsText> {
    const facts = this.#options.readFacts();
    for (const fill of this.#fill) fill(facts);
    const { contentType } = this.#registry;
    return { contentType, text: await this.#registry.metrics() };
  }
}

/** The function sets the rows anew, and returns how many were left out. */
function register(metric: Metric, registry: Registry): (facts: MetricFacts) => number {
  const { name, help, type, labels } = metric;
  const options = { name, help, labelNames: [...labels], registers: [registry] };
  const series = type === 'counter' ? new Counter(options) : new Gauge(options);
  return (facts) => {
    const rows = metric.rows(facts).filter(([value]) => Number.isFinite(value));
    // Without labels there would be a zero, which is a lie where the agent has no such part.
    series.reset();
    if (labels.length === 0 && rows.length === 0) series.remove();
    for (const [value, ...values] of rows.slice(0, ROWS_MAX)) {
      series.inc(labelled(labels, values), Math.max(0, value));
    }
    return Math.max(0, rows.length - ROWS_MAX);
  };
}

function labelled(
  labels: readonly string[],
  values: readonly string[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(labels.map((label, index) => [label, bounded(values[index] ?? '')]));
}

/** Half a pair of surrogates would not be UTF-8. */
function bounded(text: string): string {
  const cut = text.length > LABEL_LENGTH_MAX ? `${text.slice(0, LABEL_LENGTH_MAX)}…` : text;
  return cut.toWellFormed();
}
