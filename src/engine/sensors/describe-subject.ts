/** Where the kernel finds what a dimension looks at. */
import { assertNever } from '../../model/errors.ts';
import { DIMENSION_SOURCE, MEMBER_PLACES } from '../records/index.ts';
import type { Part, Subject } from './condition.ts';

/** The members of a dimension's config that say where it looks. */
export interface SubjectPlace {
  readonly source: number;
  readonly subject: number;
  readonly start: number;
  /** Bytes. */
  readonly width: number;
}

const MEMBERS: Readonly<
  Record<Exclude<Part, 'file_type'>, { readonly offset: number; readonly width: number }>
> = {
  family: MEMBER_PLACES.SOCKET_DETAIL.family,
  protocol: MEMBER_PLACES.SOCKET_DETAIL.protocol,
  state: MEMBER_PLACES.SOCKET_DETAIL.state,
  source_port: MEMBER_PLACES.SOCKET_DETAIL.sourcePort,
  destination_port: MEMBER_PLACES.SOCKET_DETAIL.destinationPort,
  source: MEMBER_PLACES.SOCKET_DETAIL.source,
  destination: MEMBER_PLACES.SOCKET_DETAIL.destination,
};

const PAIR_SOURCES = {
  sum: DIMENSION_SOURCE.SUM,
  difference: DIMENSION_SOURCE.DIFFERENCE,
  order: DIMENSION_SOURCE.ORDER,
} as const;

/** `isText`: its text is compared, and not its value. */
export function describeSubject(subject: Subject, isText: boolean): SubjectPlace {
  switch (subject.kind) {
    case 'fact':
      return { source: DIMENSION_SOURCE.FACT, subject: subject.fact, start: 0, width: 0 };
    case 'gained': {
      const { argument, after } = subject;
      return { source: DIMENSION_SOURCE.GAINED, subject: argument, start: after, width: 0 };
    }
    case 'pair': {
      const { argument, other, relation, bits } = subject;
      return { source: PAIR_SOURCES[relation], subject: argument, start: other, width: bits / 8 };
    }
    case 'argument': {
      const { argument, part } = subject;
      if (part === 'file_type') {
        return { source: DIMENSION_SOURCE.FILE_TYPE, subject: argument, start: 0, width: 0 };
      }
      if (part !== undefined) {
        const { offset, width } = MEMBERS[part];
        return { source: DIMENSION_SOURCE.MEMBER, subject: argument, start: offset, width };
      }
      const source = isText ? DIMENSION_SOURCE.TEXT : DIMENSION_SOURCE.VALUE;
      return { source, subject: argument, start: 0, width: 0 };
    }
    default:
      return assertNever(subject);
  }
}
