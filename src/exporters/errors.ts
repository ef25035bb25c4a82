/** Every coded error of the exporters. */
import { CodedError, type ErrorDetails, type ErrorSpec } from '../model/errors.ts';

export type ExportErrorCode =
  | 'EXPORT_FILE_FAILED'
  | 'EXPORT_LINE_INVALID'
  | 'EXPORT_REQUEST_FAILED'
  | 'EXPORT_REQUEST_LOCAL'
  | 'SINK_DELIVERY_FAILED'
  | 'SINK_FILE_FAILED'
  | 'SINK_NATS_FAILED'
  | 'SINK_PIPE_CLOSED'
  | 'SINK_RECORDS_REFUSED'
  | 'SINK_SECRET_INVALID'
  | 'SINK_SPOOL_DAMAGED'
  | 'SINK_SPOOL_FAILED'
  | 'SINK_STORE_DAMAGED'
  | 'SINK_STORE_FAILED'
  | 'SINK_STORE_IN_USE'
  | 'SINK_STREAM_MISMATCH'
  | 'SINK_SYSLOG_FAILED'
  | 'SINK_TARGET_FORBIDDEN'
  | 'SINK_TARGET_INVALID'
  | 'SINK_WRITE_FAILED';

/** Error table of this room; the key is the code. */
export const EXPORT_ERRORS: Readonly<Record<ExportErrorCode, ErrorSpec>> = {
  EXPORT_FILE_FAILED: {
    summary: 'the file that messages are written to, or its state, cannot be used',
    remedy: 'check path, rights and space; only one command at a time may write to it',
    retryable: false,
  },
  EXPORT_LINE_INVALID: {
    summary: 'a line is not an event in Tetragon JSON',
    remedy: 'pass the output of `-o json`, one event per line; the line was skipped',
    retryable: false,
  },
  EXPORT_REQUEST_FAILED: {
    summary: 'a request of `GetUrl` or `DnsLookup` was not answered',
    remedy: 'see the reason; the event went out as always, and later failures are only counted',
    retryable: true,
  },
  EXPORT_REQUEST_LOCAL: {
    summary: 'a request of `GetUrl` was for this machine, or for a link-local address',
    remedy: 'give an address outside, or start the agent with `--allow-local-requests`',
    retryable: false,
  },
  SINK_DELIVERY_FAILED: {
    summary: 'a destination does not take messages',
    remedy: 'see the reason; they are kept within the bounds of the disk, and tried again',
    retryable: true,
  },
  SINK_FILE_FAILED: {
    summary: 'a file that messages are written to cannot be used, or not be compressed',
    remedy:
      'check path, rights and space; a link is not followed, and messages are kept until then',
    retryable: true,
  },
  SINK_NATS_FAILED: {
    summary: 'the server of NATS cannot be reached, or does not do what is asked of it',
    remedy: 'see the reason; check address, credentials and that JetStream is on',
    retryable: true,
  },
  SINK_PIPE_CLOSED: {
    summary: 'the reader of the output went away',
    remedy: 'start the reader again; events after this point were dropped and counted',
    retryable: false,
  },
  SINK_RECORDS_REFUSED: {
    summary: 'a collector took a request and refused some records of it, without saying which',
    remedy:
      'see its reason and its log; what it refused must not be sent again, so it is lost there',
    retryable: false,
  },
  SINK_SECRET_INVALID: {
    summary: 'a secret that webhooks are to be signed with is of no use',
    remedy: 'give `whsec_` and 24 to 64 bytes in base64, or `whsk_` and a key of Ed25519',
    retryable: false,
  },
  SINK_SPOOL_DAMAGED: {
    summary: 'a part of the spool of events cannot be read',
    remedy: 'check the disk; a copy ends in `.damaged`, and what was lost is counted',
    retryable: false,
  },
  SINK_SPOOL_FAILED: {
    summary: 'the spool of events cannot be written',
    remedy: 'free the disk; events are dropped and counted until it works again',
    retryable: true,
  },
  SINK_STORE_DAMAGED: {
    summary: 'the store of alerts is damaged',
    remedy: 'check the disk; a new one is in use, and the old one ends in `.damaged`',
    retryable: false,
  },
  SINK_STORE_FAILED: {
    summary: 'the store of alerts cannot be read or written',
    remedy: 'free the disk; alerts are kept in memory and delivered from there until then',
    retryable: true,
  },
  SINK_STORE_IN_USE: {
    summary: 'another process has the store of alerts open',
    remedy: 'stop it, or give this one another directory',
    retryable: true,
  },
  SINK_STREAM_MISMATCH: {
    summary: 'a stream of JetStream that is there would lose messages',
    remedy: 'give it the subjects and `discard: new`, or name another stream',
    retryable: false,
  },
  SINK_SYSLOG_FAILED: {
    summary: 'a receiver of syslog cannot be reached, or takes nothing',
    remedy: 'see the reason; check host, port, protocol and certificates',
    retryable: true,
  },
  SINK_TARGET_FORBIDDEN: {
    summary: 'a webhook leads to an address that is not public',
    remedy: 'allow its network, if it is meant; see who changed the name otherwise',
    retryable: true,
  },
  SINK_TARGET_INVALID: {
    summary: 'the URL of a webhook, or a network that it may be in, is of no use',
    remedy: 'give an https URL without a password, and networks as `10.0.0.0/8`',
    retryable: false,
  },
  SINK_WRITE_FAILED: {
    summary: 'the output could not be written',
    remedy: 'see errno; a full disk must be freed, then the agent restarted',
    retryable: false,
  },
};

/** A failure of the exporters; the code is one of the table. */
export class ExportError extends CodedError {
  constructor(code: ExportErrorCode, message: string, details: ErrorDetails = {}) {
    super(code, message, details);
    this.name = 'ExportError';
  }
}
