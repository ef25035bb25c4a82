/** Records of datagrams of name servers, for tests that have no kernel. */
import { RECORD_KIND } from '../../src/engine/records/generated/enums.ts';
import { STRUCT_SIZES } from '../../src/engine/records/generated/layout.ts';
import { type RecordOptions, recordBytes } from './record-bytes.ts';

/** Places of the fields that tests set; the native test of the wire format proves them. */
const DNS = { local: 48, remote: 64, localPort: 80, family: 84, direction: 86, message: 92 };

/** A datagram from 10.0.0.2 to 10.0.0.1, or back. */
export function dnsBytes(
  options: Omit<RecordOptions, 'kind' | 'tail'>,
  datagram: { readonly direction: number; readonly message: Uint8Array },
): Buffer {
  const { direction, message } = datagram;
  const bytes = recordBytes({ ...options, kind: RECORD_KIND.DNS, tail: message });
  bytes.set([0xff, 0xff, 10, 0, 0, 2], DNS.local + 10);
  bytes.set([0xff, 0xff, 10, 0, 0, 1], DNS.remote + 10);
  bytes.writeUInt16LE(40_000, DNS.localPort);
  bytes.writeUInt16LE(53, DNS.localPort + 2);
  bytes.writeUInt16LE(2, DNS.family);
  bytes.writeUInt16LE(direction, DNS.direction);
  bytes.writeUInt16LE(STRUCT_SIZES.DNS_RECORD, DNS.message);
  bytes.writeUInt16LE(message.length, DNS.message + 2);
  return bytes;
}
