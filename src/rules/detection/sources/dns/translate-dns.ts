/** Datagrams of name servers, as facts. */
import type { ProcessDnsEvent } from '../../../../model/event.ts';
import type { EventClass } from '../../../../model/event-class.ts';
import type { Facts } from '../../../../model/fact.ts';
import { knownFacts } from '../source-arguments.ts';
import type { AddressNames } from './address-names.ts';
import { type DnsMessage, parseDnsMessage } from './parse-message.ts';

/** What was asked or answered. */
export interface TranslatedDns {
  readonly class: EventClass;
  readonly facts: Facts;
}

/** Undefined for what is no message, or none of its direction. Learns the names of addresses. */
export function translateDns(
  event: ProcessDnsEvent,
  names: AddressNames,
): TranslatedDns | undefined {
  const message = parseDnsMessage(event.message);
  if (message?.question === undefined) return undefined;
  const isAnswer = event.direction === 'answer';
  if (message.isAnswer !== isAnswer) return undefined;
  if (isAnswer) learn(event, message, names);
  const values = message.answers.map(({ value }) => value);
  return {
    class: isAnswer ? 'dns.answer' : 'dns.query',
    facts: knownFacts({
      'dns.query': message.question.name,
      'dns.type': message.question.type,
      'dns.answers': values.length === 0 ? undefined : values,
      'network.family': event.family,
      'network.type': 'datagram',
      'network.protocol': 'udp',
      'network.direction': isAnswer ? 'inbound' : 'outbound',
      'network.local.ip': event.localAddress,
      'network.local.port': event.localPort,
      'network.remote.ip': event.remoteAddress,
      'network.remote.port': event.remotePort,
    }),
  };
}

/** All addresses are of the name that was asked for, whatever names lie between. */
function learn(
  { process, timeNs }: ProcessDnsEvent,
  { question, answers }: DnsMessage,
  names: AddressNames,
): void {
  const network = process.namespaces.net;
  for (const { type, value: address, ttlSeconds } of answers) {
    if (question === undefined || (type !== 'A' && type !== 'AAAA')) continue;
    names.learn({ network, address }, { name: question.name, ttlSeconds }, timeNs);
  }
}
