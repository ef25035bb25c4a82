/** Finds the keys of a Tetragon in the flags of its daemon, as that would read them. */
import { CliError } from '../errors.ts';
import { NAME } from './key-name.ts';
import type { Found, Setting } from './setting.ts';
import { splitWords } from './split-words.ts';

/** Flags that are on without a value, and take none but behind a `=`. */
const SWITCHES: ReadonlySet<string> = new Set([
  ...['debug', 'generate-docs', 'server-tls-require-client-cert', 'enable-event-metrics'],
  ...['enable-deprecated-tracingpolicy-grpc', 'enable-k8s-api', 'enable-tracing-policy-crd'],
  ...['enable-pod-info', 'enable-pod-annotations', 'enable-cri', 'enable-cgidmap'],
  ...['enable-cgidmap-debug', 'enable-cgtrackerid', 'enable-policy-filter'],
  ...['enable-policy-filter-cgroup-map', 'enable-policy-filter-debug', 'persist-grpc-policies'],
  ...['disable-kprobe-multi', 'parents-map-enabled', 'force-small-progs', 'force-large-progs'],
  ...['keep-sensors-on-exit', 'release-pinned-bpf', 'enable-process-cred', 'enable-process-ns'],
  ...['enable-process-environment-variables', 'expose-stack-addresses', 'use-perf-ring-buffer'],
  ...['disable-process-cache', 'enable-msg-handling-latency', 'export-file-compress'],
  ...['enable-export-aggregation', 'enable-pid-set-filter'],
]);

/** Its one short flag. */
const SHORT: Readonly<Record<string, string>> = { d: 'debug' };

/**
 * The flags of a command line, as a shell splits them. Throws CONFIG_OPTION_INVALID for a quote
 * that is not closed, and for a flag without the value that it needs.
 */
export function findInFlags(line: string): Found {
  const words = splitWords(line);
  if (words === undefined) throw invalid('a quote is not closed');
  const settings: Setting[] = [];
  const others: Found['others'][number][] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    const [, written = '', , given] = /^--?([^=]+)(=([\s\S]*))?$/.exec(word) ?? [];
    if (!NAME.test(written)) {
      others.push({ from: word, reason: 'it is no flag' });
      continue;
    }
    const name = SHORT[written] ?? written;
    const takesNext = given === undefined && !SWITCHES.has(name);
    if (takesNext) at += 1;
    const value = given ?? (takesNext ? words[at] : 'true');
    if (value === undefined) throw invalid(`${word} needs a value`);
    settings.push({ name, value, from: `--${name}` });
  }
  return { settings, others };
}

function invalid(problem: string): CliError {
  return new CliError('CONFIG_OPTION_INVALID', `--flags: ${problem}`);
}
