/** Values that match what the trigger passes, and twins that do not, by operator. */

/** The number and the text that the trigger program is told. */
export const NUMBER = 66;
export const TEXT = '/tmp/warder-matrix-target';

/** The sockets of the trigger program, see run_sockets of matrix.c. */
const SOURCE = { address: '127.0.0.2', port: 601 };
const DESTINATION = { address: '127.0.0.3', port: 602 };

/** What the trigger passes, as far as it is compared. */
export type Subject =
  | { readonly kind: 'number'; readonly value: number }
  /** `fileType`: of a file; of a socket address, the family is what else is compared. */
  | { readonly kind: 'text'; readonly text: string; readonly fileType?: string }
  | { readonly kind: 'connection'; readonly protocol: string; readonly state?: string }
  | { readonly kind: 'address' }
  /** What is reported of it, as far as it is compared. */
  | { readonly kind: 'object'; readonly json: object };

/** Stands for the operator of types that none applies to: they are read. */
export const READ = 'read';

/** The rest of a matchArgs entry, as a policy writes it. */
export interface Sample {
  /** Absent for operators that take none. */
  readonly value?: string;
  /** The trigger's other run, for operators that compare with nothing that a policy writes. */
  readonly isHigh?: true;
  /** Places of two arguments, for operators that compare them with one another. */
  readonly pair?: readonly [number, number];
  /** The guard of the trigger does not hold. */
  readonly isUnguarded?: true;
}

export interface Samples {
  readonly matching: Sample;
  readonly twin: Sample;
}

const samples = (matching: string | number, twin: string | number): Samples => ({
  matching: { value: String(matching) },
  twin: { value: String(twin) },
});

/** The same values the other way around. */
const opposite = ({ matching, twin }: Samples): Samples => ({ matching: twin, twin: matching });

function samplesOfNumber(value: number): Readonly<Record<string, Samples>> {
  const equal = samples(value, value + 1);
  const range = samples(`${value - 6}:${value}`, `${value + 1}:${value + 4}`);
  const map = samples(value, `${value + 1}:${value + 4}`);
  return {
    Equal: equal,
    NotEqual: opposite(equal),
    // The other bits.
    Mask: samples(value & -value, ~value & 0x3f),
    InRange: range,
    NotInRange: opposite(range),
    InMap: map,
    NotInMap: opposite(map),
    GT: samples(value - 1, value),
    LT: samples(value + 1, value),
    CelExpr: samples(`arg0 > ${value - 1} && arg0 < ${value + 1}`, `arg0 in [1, ${value + 1}]`),
    // First the smaller set, then the larger one, see the arguments of the trigger.
    CapabilitiesGained: { matching: { pair: [0, 1] }, twin: { pair: [1, 0] } },
  };
}

function samplesOfText(text: string, fileType: string): Readonly<Record<string, Samples>> {
  const half = Math.ceil(text.length / 2);
  const [start, end, part] = [text.slice(0, half), text.slice(-half), text.slice(1)];
  const equal = samples(text, `${text}s`);
  const prefix = samples(start, `${start}~`);
  const postfix = samples(end, `${end}s`);
  const file = samples(fileType, fileType === 'dir' ? 'regular' : 'dir');
  return {
    Equal: equal,
    NotEqual: opposite(equal),
    Prefix: prefix,
    NotPrefix: opposite(prefix),
    Postfix: postfix,
    NotPostfix: opposite(postfix),
    SubString: samples(part, part.toUpperCase()),
    SubStringIgnCase: samples(part.toUpperCase(), `${part.toUpperCase()}S`),
    FileType: file,
    NotFileType: opposite(file),
    Family: samples('AF_UNIX', 'AF_INET'),
    CelExpr: samples(`arg0.startsWith('${start}')`, `arg0.endsWith('${start}~')`),
  };
}

/** One end of a connection. */
function samplesOfEnd(letter: 'S' | 'D', end: typeof SOURCE): Readonly<Record<string, Samples>> {
  const address = samples(`${end.address}/32`, '127.0.0.4/30');
  const port = samples(end.port, `${end.port + 1}:${end.port + 9}`);
  const privileged: Samples = { matching: {}, twin: { isHigh: true } };
  return {
    [`${letter}Addr`]: address,
    [`Not${letter}Addr`]: opposite(address),
    [`${letter}Port`]: port,
    [`Not${letter}Port`]: opposite(port),
    [`${letter}PortPriv`]: privileged,
    [`Not${letter}PortPriv`]: opposite(privileged),
  };
}

function samplesOfAddress(end: typeof SOURCE): Readonly<Record<string, Samples>> {
  const source = samplesOfEnd('S', end);
  const { NotSPortPriv } = source;
  return {
    ...source,
    ...(NotSPortPriv && { NotSportPriv: NotSPortPriv }),
    Family: samples('AF_INET', 'AF_INET6'),
  };
}

/** Undefined for an operator that nobody wrote values for yet. */
export function samplesOf(subject: Subject, operator: string): Samples | undefined {
  switch (subject.kind) {
    case 'number':
      return samplesOfNumber(subject.value)[operator];
    case 'text':
      return samplesOfText(subject.text, subject.fileType ?? 'regular')[operator];
    case 'address':
      return samplesOfAddress(DESTINATION)[operator];
    case 'object':
      return operator === READ ? { matching: {}, twin: { isUnguarded: true } } : undefined;
    case 'connection':
      return {
        ...samplesOfAddress(SOURCE),
        ...samplesOfEnd('D', DESTINATION),
        Protocol: samples(subject.protocol, 'IPPROTO_SCTP'),
        ...(subject.state && { State: samples(subject.state, 'TCP_LISTEN') }),
      }[operator];
  }
}
