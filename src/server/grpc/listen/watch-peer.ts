/** Ends connections whose other end is gone without a word, so that they take nobody's place. */
import type { Http2Session } from 'node:http2';

/** How long silence may last, and how long the answer to a ping after it. */
export interface PeerPatience {
  readonly quietMs: number;
  readonly answerMs: number;
}

export const PEER_PATIENCE: PeerPatience = { quietMs: 120_000, answerMs: 20_000 };

/** Asks the other end after a silence whether it is there. */
export function watchPeer(session: Http2Session, { quietMs, answerMs }: PeerPatience): void {
  let timer: NodeJS.Timeout | undefined;
  session.once('close', () => clearTimeout(timer));
  session.setTimeout(quietMs);
  session.on('timeout', () => {
    clearTimeout(timer);
    timer = setTimeout(() => session.destroy(), answerMs);
    const isSent = session.ping((error) => {
      clearTimeout(timer);
      if (error !== null) session.destroy();
      // An answer does not count as something that came.
      else session.setTimeout(quietMs);
    });
    if (!isSent) session.destroy();
  });
}
