/** Makes the requests of `GetUrl` and `DnsLookup`, a few at a time and never without a bound. */
import { lookup, Resolver } from 'node:dns';
import { get as getPlain, type RequestOptions } from 'node:http';
import { get as getSecure } from 'node:https';
import type { LookupFunction } from 'node:net';
import { CodedError } from '../../model/errors.ts';
import type { Logger } from '../../model/log.ts';
import type { RequestCounts, RequestPlan, RequestSender } from '../../model/request.ts';
import type { ExportErrorCode } from '../errors.ts';
import { isLocalAddress } from './allowed-addresses.ts';

const WAITING_MAX = 1024;
const RUNNING_MAX = 4;
const TIMEOUT_MS = 5000;

/** Answers of the DNS that say that there is nothing: the question was asked, which is enough. */
const EMPTY_ANSWERS: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA']);

export interface RequestQueueOptions {
  readonly logger: Logger;
  /** Requests may go to this machine and to link-local addresses. */
  readonly allowsLocal?: boolean;
  /** `address` or `address:port`; those of the system when not given. */
  readonly dnsServers?: readonly string[] | undefined;
}

/** A failure of a request. */
class RequestError extends CodedError {
  constructor(code: ExportErrorCode, message: string) {
    super(code, message);
  }
}

/** Requests wait in the order they came; one that is too many is dropped and counted. */
export class RequestQueue implements RequestSender {
  readonly #logger: Logger;
  readonly #lookup: LookupFunction;
  readonly #allowsLocal: boolean;
  readonly #resolver = new Resolver({ timeout: TIMEOUT_MS, tries: 1 });
  readonly #waiting: RequestPlan[] = [];
  #running = 0;
  #sent = 0;
  #failed = 0;
  #dropped = 0;
  #isClosed = false;

  constructor({ logger, allowsLocal = false, dnsServers }: RequestQueueOptions) {
    this.#logger = logger;
    this.#allowsLocal = allowsLocal;
    this.#lookup = allowsLocal ? lookup : lookupOutside;
    if (dnsServers !== undefined) this.#resolver.setServers(dnsServers);
  }

  send(request: RequestPlan): void {
    if (this.#isClosed || this.#waiting.length >= WAITING_MAX) {
      this.#dropped += 1;
      return;
    }
    this.#waiting.push(request);
    this.#next();
  }

  counts(): RequestCounts {
    return { sent: this.#sent, failed: this.#failed, dropped: this.#dropped };
  }

  /** Drops what is waiting, and gives up what is running. */
  close(): void {
    this.#isClosed = true;
    this.#dropped += this.#waiting.length;
    this.#waiting.length = 0;
    this.#resolver.cancel();
  }

  #next(): void {
    if (this.#running >= RUNNING_MAX) return;
    const request = this.#waiting.shift();
    if (request === undefined) return;
    this.#running += 1;
    this.#make(request)
      .then(
        () => {
          this.#sent += 1;
        },
        (error: unknown) => this.#fail(request, error),
      )
      .finally(() => {
        this.#running -= 1;
        this.#next();
      });
  }

  #make(request: RequestPlan): Promise<void> {
    return request.kind === 'GetUrl' ? this.#get(new URL(request.url)) : this.#ask(request.name);
  }

  /** Redirections are not followed: where they lead was in no policy. */
  #get(url: URL): Promise<void> {
    const address = url.hostname.replace(/^\[|\]$/g, '');
    if (!this.#allowsLocal && isLocalAddress(address)) return Promise.reject(localError(address));
    const get = url.protocol === 'https:' ? getSecure : getPlain;
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    // A connection of its own, as one that is kept could be to another address.
    const options: RequestOptions = { agent: false, lookup: this.#lookup, signal };
    return new Promise((resolve, reject) => {
      get(url, options, (response) => {
        response.destroy();
        resolve();
      }).on('error', reject);
    });
  }

  #ask(name: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#resolver.resolve4(name, (error) => {
        if (error === null || EMPTY_ANSWERS.has(error.code ?? '')) resolve();
        else reject(error);
      });
    });
  }

  /** The first failure is logged, later ones are only counted: they come as fast as events. */
  #fail(request: RequestPlan, error: unknown): void {
    this.#failed += 1;
    if (this.#failed > 1 || this.#isClosed) return;
    const reason = error instanceof Error ? error.message : String(error);
    const code = error instanceof RequestError ? error.code : 'EXPORT_REQUEST_FAILED';
    this.#logger.warn(
      { code, request },
      `${request.kind} failed: ${reason}; later ones are counted`,
    );
  }
}

function localError(address: string): RequestError {
  return new RequestError(
    'EXPORT_REQUEST_LOCAL',
    `${address} is an address of this machine or link-local`,
  );
}

/** As dns.lookup, for addresses outside; all are asked for, as one would be chosen for them. */
const lookupOutside: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return callback(error, []);
    const local = addresses.find(({ address }) => isLocalAddress(address));
    if (local !== undefined) return callback(localError(local.address), []);
    if (options.all === true) return callback(null, addresses);
    const [first] = addresses;
    return callback(null, first?.address ?? '', first?.family);
  });
};
