/** What a writer keeps of each policy, and what it tells of it. */
import type { ClusterPolicyStatus } from '../../model/cluster-policy-status.ts';
import type { StatusDocument } from './status-document.ts';
import type { NodeEntry } from './status-entry.ts';

/** What became of reports so far. */
export interface StatusWriterStats {
  readonly written: number;
  /** The object said the same already. */
  readonly unchanged: number;
  readonly summarised: number;
  /** Tried again later. */
  readonly failed: number;
  /** Not tried again. */
  readonly refused: number;
  /** The object was gone. */
  readonly gone: number;
  /** There was no room for the entry. */
  readonly omitted: number;
}

export interface StatusSlot {
  status: ClusterPolicyStatus;
  /** When its state was reported first. */
  changedMs: number;
  /** Our entry at the server; null when it has none, undefined when that is not known. */
  known: NodeEntry | null | undefined;
  /** How many entries the object has. */
  entries: number;
  isWritten: boolean;
  writtenMs: number;
  /** The object as it was last, while a summary of it is to be made. */
  document: StatusDocument | undefined;
  needsSummary: boolean;
  attempts: number;
  /** The object is there, and the server knows no status of it. */
  isStatusMissing: boolean;
}

/** Nothing is known yet. */
export function newStatusSlot(status: ClusterPolicyStatus, changedMs: number): StatusSlot {
  return {
    status,
    changedMs,
    known: undefined,
    entries: 0,
    isWritten: false,
    writtenMs: 0,
    document: undefined,
    needsSummary: false,
    attempts: 0,
    isStatusMissing: false,
  };
}
