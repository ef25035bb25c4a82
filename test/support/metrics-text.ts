/** Reads metrics as a server that scrapes them does, strictly: what is malformed throws. */

export interface ReadSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface ReadMetric {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly series: readonly ReadSeries[];
}

interface OpenMetric extends ReadMetric {
  readonly series: ReadSeries[];
}

const NAME = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const LABEL = /[a-zA-Z_][a-zA-Z0-9_]*/y;

/** Metrics in the order of the text, format 0.0.4. */
export function readMetrics(text: string): readonly ReadMetric[] {
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  const reader = new MetricReader();
  for (const line of text.split('\n').filter((each) => each !== '')) {
    const [, keyword, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    if (keyword === 'HELP') reader.open(name, rest);
    else if (keyword === 'TYPE') reader.type(name, rest);
    else reader.add(line);
  }
  return reader.metrics;
}

class MetricReader {
  readonly metrics: OpenMetric[] = [];
  readonly #keys = new Set<string>();
  #help: { readonly name: string; readonly help: string } | undefined;

  open(name: string, help: string): void {
    if (this.metrics.some((metric) => metric.name === name)) throw new Error(`${name} comes again`);
    this.#help = { name, help };
  }

  type(name: string, type: string): void {
    if (this.#help?.name !== name) throw new Error(`${name} has a type and no help`);
    this.metrics.push({ ...this.#help, type, series: [] });
  }

  add(line: string): void {
    const { name, labels, value } = readSeries(line);
    const metric = this.metrics.at(-1);
    if (metric?.name !== name) throw new Error(`whose is ${line}`);
    const key = `${name} ${JSON.stringify(labels)}`;
    if (this.#keys.has(key)) throw new Error(`the labels are there twice: ${line}`);
    this.#keys.add(key);
    metric.series.push({ labels, value });
  }
}

function readSeries(line: string): ReadSeries & { readonly name: string } {
  const name = take(NAME, line, 0);
  let at = name.length;
  const labels: Record<string, string> = {};
  if (line[at] === '{') {
    at += 1;
    while (line[at] !== '}') {
      const label = take(LABEL, line, at);
      at += label.length;
      if (line.slice(at, at + 2) !== '="') throw new Error(`no value of ${label}: ${line}`);
      const { text, end } = readQuoted(line, at + 2);
      labels[label] = text;
      at = line[end] === ',' ? end + 1 : end;
    }
    at += 1;
  }
  const value = line.slice(at + 1);
  if (line[at] !== ' ' || !/^-?\d+(\.\d+)?(e[-+]?\d+)?$/.test(value)) {
    throw new Error(`no number: ${line}`);
  }
  return { name, labels, value: Number(value) };
}

function readQuoted(line: string, from: number): { readonly text: string; readonly end: number } {
  const escapes: Readonly<Record<string, string>> = { n: '\n', '"': '"', '\\': '\\' };
  let text = '';
  for (let at = from; at < line.length; at += 1) {
    const letter = line[at] ?? '';
    if (letter === '"') return { text, end: at + 1 };
    if (letter !== '\\') {
      text += letter;
      continue;
    }
    at += 1;
    const meant = escapes[line[at] ?? ''];
    if (meant === undefined) throw new Error(`no such escape: ${line}`);
    text += meant;
  }
  throw new Error(`a value does not end: ${line}`);
}

function take(pattern: RegExp, line: string, at: number): string {
  pattern.lastIndex = at;
  const found = pattern.exec(line)?.[0];
  if (found === undefined) throw new Error(`no name at ${at}: ${line}`);
  return found;
}
