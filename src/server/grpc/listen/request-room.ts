/** What requests may take before they are answered: memory of all, and time of each. */
import { Code, ConnectError } from '@connectrpc/connect';

/** How much there is. */
export interface RequestBounds {
  /** Bytes of all requests that are under way. */
  readonly bytes: number;
  /** How long a client may take to send one. */
  readonly sendMs: number;
}

/** A few of the largest requests; a client that sends them slowly must not fill the memory. */
export const REQUEST_BOUNDS: RequestBounds = { bytes: 32 * 1024 * 1024, sendMs: 30_000 };

/** A request that is under way. */
export interface MeteredRequest {
  readonly body: AsyncIterable<Uint8Array>;
  /** It has been answered, and what was kept of it is gone. */
  end(): void;
}

/** All requests of the server. */
export class RequestRoom {
  readonly #bounds: RequestBounds;
  #bytes = 0;

  constructor(bounds: RequestBounds) {
    this.#bounds = bounds;
  }

  /** The same body; reading it throws RESOURCE_EXHAUSTED and DEADLINE_EXCEEDED. */
  meter(body: AsyncIterable<Uint8Array>): MeteredRequest {
    let own = 0;
    const end = (): void => {
      this.#bytes -= own;
      own = 0;
    };
    const take = (size: number): void => {
      own += size;
      this.#bytes += size;
      if (this.#bytes <= this.#bounds.bytes) return;
      end();
      throw new ConnectError('too many large requests are under way', Code.ResourceExhausted);
    };
    return { body: this.#read(body, take), end };
  }

  async *#read(
    body: AsyncIterable<Uint8Array>,
    take: (size: number) => void,
  ): AsyncGenerator<Uint8Array> {
    const { sendMs } = this.#bounds;
    const late = Promise.withResolvers<never>();
    late.promise.catch(() => undefined);
    const timer = setTimeout(() => {
      late.reject(new ConnectError('the request took too long to come', Code.DeadlineExceeded));
    }, sendMs);
    const parts = body[Symbol.asyncIterator]();
    try {
      for (;;) {
        const next = await Promise.race([parts.next(), late.promise]);
        if (next.done === true) return;
        take(next.value.length);
        yield next.value;
      }
    } finally {
      clearTimeout(timer);
    }
  }
}
