/** The names that addresses were resolved from. */

/** Programs keep addresses longer than they are meant to be kept. */
const TTL_SECONDS_MIN = 300;
const TTL_SECONDS_MAX = 86_400;

/** Addresses remembered; those learnt first go. */
const NAMES_MAX = 16_384;

const NS_PER_SECOND = 1_000_000_000n;

interface Entry {
  readonly name: string;
  readonly untilNs: bigint;
}

/** One name server cannot speak for the processes of another network. */
export interface NamedAddress {
  /** Inode number of the network namespace. */
  readonly network: number;
  readonly address: string;
}

/** Bounded; the last name of an address counts. */
export class AddressNames {
  readonly #entries = new Map<string, Entry>();

  get size(): number {
    return this.#entries.size;
  }

  learn(
    place: NamedAddress,
    { name, ttlSeconds }: { readonly name: string; readonly ttlSeconds: number },
    nowNs: bigint,
  ): void {
    const seconds = Math.min(Math.max(ttlSeconds, TTL_SECONDS_MIN), TTL_SECONDS_MAX);
    const key = keyOf(place);
    this.#entries.delete(key);
    this.#entries.set(key, { name, untilNs: nowNs + BigInt(seconds) * NS_PER_SECOND });
    if (this.#entries.size <= NAMES_MAX) return;
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined) this.#entries.delete(oldest);
  }

  /** Undefined when it was never resolved, or too long ago. */
  nameOf(place: NamedAddress, nowNs: bigint): string | undefined {
    const key = keyOf(place);
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    if (entry.untilNs >= nowNs) return entry.name;
    this.#entries.delete(key);
    return undefined;
  }
}

function keyOf({ network, address }: NamedAddress): string {
  return `${network} ${address}`;
}
