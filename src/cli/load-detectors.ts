/** Detectors of a command line, looked at once: what they are, and what is wrong with files. */
import { type DetectionRule, DetectorHost, rulesOfDetectors } from '../rules/index.ts';
import { listDetectorFiles } from './detector-files.ts';
import { printable } from './style.ts';

/** A file without a detector. */
export interface DetectorProblem {
  readonly file: string;
  readonly code: string;
  readonly message: string;
}

export interface LoadedDetectorFiles {
  readonly files: readonly string[];
  /** As rules, by which fixtures and tables name them. */
  readonly detectors: readonly DetectionRule[];
  readonly problems: readonly DetectorProblem[];
}

/** Throws CONFIG_FILE_UNREADABLE, CONFIG_FOLDER_EMPTY; what is wrong inside is a problem. */
export async function loadDetectors(paths: readonly string[]): Promise<LoadedDetectorFiles> {
  const files = listDetectorFiles(paths);
  if (files.length === 0) return { files, detectors: [], problems: [] };
  const host = new DetectorHost({
    ...{ files, boot: '', onFinding: () => undefined },
    context: { nodeName: '', clusterName: '', userName: () => undefined, toEpochMs: () => 0 },
  });
  try {
    const { detectors, problems } = await host.start();
    return { files, detectors: rulesOfDetectors(detectors), problems };
  } finally {
    host.close();
  }
}

/** A line for each. */
export function renderProblems(problems: readonly DetectorProblem[]): string {
  return problems
    .map(({ file, code, message }) => `${printable(`${file}: error: ${message} [${code}]`)}\n`)
    .join('');
}

/** Those that were switched off on the way, a line for each. */
export function renderStopped(
  stopped: readonly { readonly id: string; readonly code: string; readonly message: string }[],
): string {
  const lines = stopped.map(({ id, code, message }) => {
    return `${printable(`${id}: switched off: ${message} [${code}]`)}\n`;
  });
  return lines.join('');
}
