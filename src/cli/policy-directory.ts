/** Watches a directory of policy files and tells what was added, changed and removed. */
import { existsSync, type FSWatcher, watch } from 'node:fs';
import { CodedError } from '../model/errors.ts';
import type { Logger } from '../model/log.ts';
import type { PolicyFile } from './agent-options.ts';
import { listPolicyFiles, readPolicyFile } from './policy-files.ts';

/** Editors and deployments write in several steps; what is there when they rest counts. */
const REST_MS = 100;

/** Who is told of changes; one call at a time. */
export interface PolicyFileListener {
  /** A file that is new or whose text changed. */
  change(file: PolicyFile): Promise<void>;
  remove(file: string): Promise<void>;
}

export interface PolicyDirectoryOptions {
  readonly directory: string;
  readonly logger: Logger;
}

/** A directory that is not there when the agent starts has no policies and is not watched. */
export class PolicyDirectory {
  readonly #options: PolicyDirectoryOptions;
  readonly #texts = new Map<string, string>();
  #watcher: FSWatcher | undefined;
  #rest: NodeJS.Timeout | undefined;
  #last: Promise<void> = Promise.resolve();

  constructor(options: PolicyDirectoryOptions) {
    this.#options = options;
  }

  /** The files as they are now. What cannot be read is in the log. */
  read(): readonly PolicyFile[] {
    const { directory } = this.#options;
    if (!existsSync(directory)) return [];
    const files = listPolicyFiles(directory).flatMap((file) => this.#readFile(file) ?? []);
    for (const { file, text } of files) this.#texts.set(file, text);
    return files;
  }

  /** Tells of what differs from then on from what was read, until it is closed. */
  watch(listener: PolicyFileListener): void {
    const { directory, logger } = this.#options;
    if (!existsSync(directory)) return;
    this.#watcher = watch(directory, { persistent: false }, () => {
      clearTimeout(this.#rest);
      this.#rest = setTimeout(() => {
        this.#last = this.#last.then(() => this.#compare(listener));
      }, REST_MS);
    });
    this.#watcher.on('error', (error) => {
      logger.error({ directory, error }, 'the policy directory is no longer watched');
    });
  }

  close(): void {
    clearTimeout(this.#rest);
    this.#watcher?.close();
  }

  async #compare(listener: PolicyFileListener): Promise<void> {
    const before = new Map(this.#texts);
    const present = new Set(listPolicyFiles(this.#options.directory));
    for (const file of before.keys()) {
      if (present.has(file)) continue;
      this.#texts.delete(file);
      await this.#tell(file, () => listener.remove(file));
    }
    for (const path of present) {
      const file = this.#readFile(path);
      if (file === undefined || before.get(path) === file.text) continue;
      this.#texts.set(path, file.text);
      await this.#tell(path, () => listener.change(file));
    }
  }

  /** A change that fails leaves what was in force, and must not end the watching. */
  async #tell(file: string, change: () => Promise<void>): Promise<void> {
    try {
      await change();
    } catch (error) {
      this.#options.logger.error({ file, error }, 'a change of the policy directory failed');
    }
  }

  #readFile(file: string): PolicyFile | undefined {
    try {
      return readPolicyFile(file);
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      this.#options.logger.warn({ file, code: error.code }, error.message);
      return undefined;
    }
  }
}
