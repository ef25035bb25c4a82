/** Arguments that are bytes, in one piece and in several. */
import type { ObjectCase } from './object-cases.ts';

const LONG = 'x'.repeat(20_000);

/** Bytes as they are in events. */
const bytes = (text: string): string => Buffer.from(text).toString('base64');

const write = { call: 'sys_write', isSyscall: true } as const;
const writev = { call: 'sys_writev', isSyscall: true } as const;

/** As the others, see objectCases. */
export const BUFFER_CASES: readonly ObjectCase[] = [
  {
    ...{ ...write, type: 'char_buf that is cut' },
    args: '{index: 1, type: char_buf, sizeArgIndex: 3}',
    match: '{index: 1, operator: Prefix, values: [secret]}',
    trigger: ['write', `secret-${LONG}`],
    twin: ['write', `public-${LONG}`],
    json: {
      truncated_bytes_arg: {
        bytes_arg: bytes(`secret-${LONG}`.slice(0, 4096)),
        orig_size: '20007',
      },
    },
  },
  {
    ...{ ...write, type: 'char_buf, maxData' },
    args: '{index: 1, type: char_buf, sizeArgIndex: 3, maxData: true}',
    match: '{index: 1, operator: Postfix, values: [-secret]}',
    trigger: ['write', `${LONG}-secret`],
    twin: ['write', `${LONG}-public`],
    json: { bytes_arg: bytes(`${LONG}-secret`) },
  },
  {
    ...{ ...writev, type: 'char_iovec' },
    args: '{index: 1, type: char_iovec, sizeArgIndex: 3}',
    match: '{index: 1, operator: Equal, values: [secret-vector]}',
    trigger: ['writev', 'secret-vector'],
    twin: ['writev', 'secret-vectors'],
    json: { bytes_arg: bytes('secret-vector') },
  },
  {
    ...{ ...writev, type: 'char_iovec that is cut' },
    args: '{index: 1, type: char_iovec, sizeArgIndex: 3}',
    match: '{index: 1, operator: Prefix, values: [secret]}',
    trigger: ['writev', `secret-${LONG}`],
    twin: ['writev', `public-${LONG}`],
    json: {
      truncated_bytes_arg: {
        bytes_arg: bytes(`secret-${LONG}`.slice(0, 4096)),
        orig_size: '20007',
      },
    },
  },
  {
    ...{ ...writev, type: 'char_iovec, maxData' },
    args: '{index: 1, type: char_iovec, sizeArgIndex: 3, maxData: true}',
    match: '{index: 1, operator: Postfix, values: [-secret]}',
    trigger: ['writev', `${LONG}-secret`],
    twin: ['writev', `${LONG}-public`],
    json: { bytes_arg: bytes(`${LONG}-secret`) },
  },
  {
    type: 'iov_iter of pieces',
    call: 'write_iter_null',
    args: '{index: 1, type: iov_iter}',
    match: '{index: 1, operator: Equal, values: [secret-vector]}',
    trigger: ['writev', 'secret-vector'],
    twin: ['writev', 'public-vector'],
    json: { bytes_arg: bytes('secret-vector') },
  },
  {
    type: 'iov_iter of one buffer',
    call: 'pipe_write',
    args: '{index: 1, type: iov_iter}',
    match: '{index: 1, operator: Prefix, values: [secret]}',
    trigger: ['pipe', 'secret-pipe'],
    twin: ['pipe', 'public-pipe'],
    json: { bytes_arg: bytes('secret-pipe') },
  },
];
