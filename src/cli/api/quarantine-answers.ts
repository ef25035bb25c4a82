/** The answers of the agent's API about quarantines, read as what they are. */
import {
  type JsonReader,
  readChoice,
  readFields,
  readList,
  readNumber,
  readOptional,
  readString,
} from './read-json.ts';

/** A quarantine as the API has it. */
export interface ListedQuarantine {
  readonly id: number;
  readonly scope: 'process' | 'tree' | 'cgroup';
  readonly pid: number | undefined;
  readonly cgroup_id: string | undefined;
  readonly rule: string;
  readonly reason: string;
  readonly since: string;
  readonly processes: number;
  readonly denied: number;
  readonly last_denied: string;
}

/** Body of GET /v1/quarantines. */
export const readQuarantines: JsonReader<{ readonly quarantines: readonly ListedQuarantine[] }> =
  readFields<{ readonly quarantines: readonly ListedQuarantine[] }>({
    quarantines: readList(
      readFields<ListedQuarantine>({
        id: readNumber,
        scope: readChoice(['process', 'tree', 'cgroup']),
        pid: readOptional(readNumber),
        cgroup_id: readOptional(readString),
        rule: readString,
        reason: readString,
        since: readString,
        processes: readNumber,
        denied: readNumber,
        last_denied: readString,
      }),
    ),
  });

/** What came of POST /v1/quarantines. */
export interface QuarantineAnswer {
  readonly id: number | undefined;
  readonly outcome: 'denied' | 'not_enforced';
  readonly reason: string;
  readonly processes: number;
  readonly found: readonly { readonly pid: number; readonly name: string }[];
}

export const readQuarantineAnswer: JsonReader<QuarantineAnswer> = readFields<QuarantineAnswer>({
  id: readOptional(readNumber),
  outcome: readChoice(['denied', 'not_enforced']),
  reason: readString,
  processes: readNumber,
  found: readList(readFields({ pid: readNumber, name: readString })),
});
