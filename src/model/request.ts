/** What the agent asks for outside of the machine when a selector acts: a canary token. */

/** One request; it is made for every match that is reported. */
export type RequestPlan =
  /** An HTTP GET; the answer is thrown away. */
  | { readonly kind: 'GetUrl'; readonly url: string }
  /** A DNS query for the addresses of the name; the answer is thrown away. */
  | { readonly kind: 'DnsLookup'; readonly name: string };

/** Makes requests. Returns at once and throws nothing: it is called between two records. */
export interface RequestSender {
  send(request: RequestPlan): void;
}

/** Totals since start. `sent` were answered, with whatever status. */
export interface RequestCounts {
  readonly sent: number;
  readonly failed: number;
  /** Too many were waiting. */
  readonly dropped: number;
}
