/** What a hook of a source read, by its labels. */
import type { ArgumentValue, Credentials, HookEvent, SocketValue } from '../../../model/event.ts';
import type { Facts } from '../../../model/fact.ts';

/** Arguments of one event. What could not be read is as if it were not there. */
export class SourceArguments {
  readonly #values: ReadonlyMap<string, ArgumentValue>;

  constructor({ args, data = [], returned }: HookEvent) {
    const result = returned?.kind === 'returned' ? [{ ...returned.value, label: 'socket' }] : [];
    const all = [...args, ...data, ...result];
    this.#values = new Map(all.map(({ label, value }) => [label, value]));
  }

  /** A path or another text that is not empty. */
  text(label: string): string | undefined {
    const value = this.#values.get(label);
    if (value === undefined) return undefined;
    if (value.kind === 'string') return value.value || undefined;
    if (value.kind === 'module') return value.name || undefined;
    return 'path' in value ? value.path || undefined : undefined;
  }

  number(label: string): number | undefined {
    const value = this.#values.get(label);
    if (value === undefined || !('value' in value)) return undefined;
    return typeof value.value === 'bigint' || typeof value.value === 'number'
      ? Number(value.value)
      : undefined;
  }

  /** Mode of a file that is named by its path. */
  mode(label: string): number | undefined {
    const value = this.#values.get(label);
    if (value === undefined || !('path' in value) || !('mode' in value)) return undefined;
    return value.mode === 0 ? undefined : value.mode;
  }

  socket(label: string): SocketValue | undefined {
    const value = this.#values.get(label);
    return value !== undefined && 'destinationAddress' in value ? value : undefined;
  }

  credentials(label: string): Credentials | undefined {
    const value = this.#values.get(label);
    return value?.kind === 'cred' ? value.credentials : undefined;
  }
}

/** Facts without those that are not known. */
export function knownFacts(facts: Facts): Facts {
  const known = Object.entries(facts).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known);
}
