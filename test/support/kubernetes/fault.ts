/** What goes wrong between a client and the server of the tests. */

/** What goes wrong with one request. */
export type Fault =
  /** An answer instead of the right one. */
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter?: number }
  /** The connection ends without an answer. */
  | { readonly kind: 'drop' }
  /** An answer that is no JSON; in a watch, a line that is none. */
  | { readonly kind: 'garbage' }
  /** Half an answer or line, and then the end. */
  | { readonly kind: 'half' }
  /** Nothing at all, for as long as the client waits. */
  | { readonly kind: 'silence' }
  /** Byte by byte. */
  | { readonly kind: 'slow' }
  /** Of a watch: an ERROR that says that changes are forgotten. */
  | { readonly kind: 'gone' };
