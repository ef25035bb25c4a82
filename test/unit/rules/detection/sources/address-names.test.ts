/** Names are seen, and go with the connections to their addresses. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DetectionEvent } from '../../../../../src/model/detection-event.ts';
import type { Event } from '../../../../../src/model/event.ts';
import { AddressNames } from '../../../../../src/rules/detection/sources/dns/address-names.ts';
import { EventTranslator } from '../../../../../src/rules/detection/sources/event-translator.ts';
import { dnsMessage } from '../../../../support/dns-messages.ts';
import { aProcess } from '../../../../support/events.ts';
import {
  addressArgument as address,
  aSourceEvent,
  socketArgument as socket,
} from '../../../../support/source-events.ts';

function translated(...events: readonly Event[]): readonly DetectionEvent[] {
  const nobody = { ancestorsOf: () => [], processOf: () => undefined };
  return new EventTranslator({ ownPid: 1, ...nobody }).translate(events);
}

describe('names of addresses', () => {
  const process = aProcess();
  const dns = (direction: 'query' | 'answer', message: Uint8Array, at = process): Event => ({
    ...{ kind: 'process_dns', sequence: 1, timeNs: 1n, process: at, parent: undefined, tid: 1 },
    ...{ direction, family: 'ipv4', localAddress: '10.0.0.2', localPort: 40_000 },
    ...{ remoteAddress: '10.0.0.1', remotePort: 53, message },
  });
  const data = Buffer.from([192, 0, 2, 1]);
  const answer = dnsMessage({ isAnswer: true, name: 'c2.test', answers: [{ type: 1, data }] });
  const connect = (timeNs = 2n, ip = '192.0.2.1'): Event => ({
    ...aSourceEvent('network_connect', 'socket_connect', {
      ...{ socket: socket({}), address: address(ip, 443) },
    }),
    ...{ timeNs, process },
  });
  const nameOf = (...events: readonly Event[]): string | undefined =>
    translated(...events).at(-1)?.facts['network.remote.name'];

  it('are asked for and answered', () => {
    const query = dnsMessage({ name: 'c2.test' });
    const events = translated(dns('query', query), dns('answer', answer));

    const ends = {
      ...{ 'network.family': 'ipv4', 'network.type': 'datagram', 'network.protocol': 'udp' },
      ...{ 'network.local.ip': '10.0.0.2', 'network.local.port': 40_000 },
      ...{ 'network.remote.ip': '10.0.0.1', 'network.remote.port': 53 },
    };
    const asked = { 'dns.query': 'c2.test', 'dns.type': 'A' };
    assert.deepStrictEqual(
      events.map(({ class: name, facts }) => [name, facts]),
      [
        ['dns.query', { ...asked, ...ends, 'network.direction': 'outbound' }],
        [
          'dns.answer',
          { ...asked, 'dns.answers': ['192.0.2.1'], ...ends, 'network.direction': 'inbound' },
        ],
      ],
    );
  });

  it('go with connections to them', () => {
    assert.equal(nameOf(dns('answer', answer), connect()), 'c2.test');
    assert.equal(nameOf(dns('answer', answer), connect(2n, '192.0.2.2')), undefined);
  });

  it('are forgotten when they are old', () => {
    const second = 1_000_000_000n;
    assert.equal(nameOf(dns('answer', answer), connect(300n * second)), 'c2.test');
    assert.equal(nameOf(dns('answer', answer), connect(302n * second)), undefined);
  });

  it('are of the network that asked', () => {
    const elsewhere = aProcess({ namespaces: { ...process.namespaces, net: 5 } });
    assert.equal(nameOf(dns('answer', answer, elsewhere), connect()), undefined);
  });

  it('are not learnt from what is sent, nor from what is no message', () => {
    assert.equal(nameOf(dns('query', answer), connect()), undefined);
    assert.deepStrictEqual(translated(dns('query', answer)), []);
    assert.deepStrictEqual(translated(dns('answer', answer.subarray(0, 20))), []);
  });
});

describe('AddressNames', () => {
  it('forgets what it learnt first when there are too many', () => {
    const names = new AddressNames();
    const place = (index: number): { network: number; address: string } => ({
      ...{ network: 1, address: `2001:db8::${index.toString(16)}` },
    });
    for (let index = 0; index <= 16_384; index++) {
      names.learn(place(index), { name: `n${index}.test`, ttlSeconds: 60 }, 0n);
    }

    assert.equal(names.size, 16_384);
    assert.equal(names.nameOf(place(0), 0n), undefined);
    assert.equal(names.nameOf(place(1), 0n), 'n1.test');
  });
});
