/** What is sent between processes and name servers. */

/** A datagram to a name server, or from one. */
export interface DnsDatagram {
  readonly direction: 'query' | 'answer';
  readonly family: 'ipv4' | 'ipv6';
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
  /** As it was sent; cut at 512 bytes. Nothing of it was checked. */
  readonly message: Uint8Array;
}
