/** Answers to findings, with a handler that a test tells what to say. */
import { setImmediate } from 'node:timers/promises';
import { KilledProcesses } from '../../src/cli/killed-processes.ts';
import { RuleResponses } from '../../src/cli/rule-responses.ts';
import { BootClock } from '../../src/model/clock.ts';
import type { Process } from '../../src/model/event.ts';
import type { Finding, RuleResponse } from '../../src/model/finding.ts';
import { silentLogger } from '../../src/model/log.ts';
import type { Quarantine, ResponseRequest, ResponseResult } from '../../src/model/response.ts';
import { aProcess } from './events.ts';
import { aFinding } from './findings.ts';

/** What came of a kill. */
export const DONE: ResponseResult = {
  ...{ outcome: 'killed_after', isDryRun: false, latencyNs: 4_000_000n, processes: 2 },
  ...{ found: [{ tgid: 7, startNs: 1n, name: 'x' }], reason: '' },
};

/** One, with what it was asked for and what it told. */
export class ResponseStage {
  readonly requests: ResponseRequest[] = [];
  readonly lines: string[] = [];
  readonly quarantines: Quarantine[] = [];
  readonly killed: KilledProcesses = new KilledProcesses();
  readonly descendants: Process[] = [];
  readonly responses: RuleResponses;
  respond: (request: ResponseRequest) => Promise<ResponseResult> = async () => DONE;

  constructor() {
    this.responses = new RuleResponses({
      ...{ clock: new BootClock(0n), nodeName: 'node-1', clusterName: '', logger: silentLogger },
      handler: {
        arm: () => undefined,
        respond: (request) => {
          this.requests.push(request);
          return this.respond(request);
        },
      },
      quarantines: () => this.quarantines,
      killed: this.killed,
      processes: { descendants: () => this.descendants },
      onLine: (line) => this.lines.push(line),
    });
  }

  outcomes(): readonly unknown[] {
    return this.lines.map((line) => {
      const { response } = JSON.parse(line);
      return [response.kind, response.outcome, response.reason ?? ''];
    });
  }

  async settled(): Promise<void> {
    for (let turns = 0; turns < 10; turns++) await setImmediate();
  }
}

/** A finding of a process whose rule asks for something. */
export function asking(respond: RuleResponse | undefined, tgid = 51583): Finding {
  const finding = aFinding();
  const [event] = finding.evidence;
  if (event === undefined) throw new Error('a finding has an event');
  return {
    ...finding,
    rule: { ...finding.rule, respond },
    evidence: [{ ...event, process: aProcess({ tgid }) }],
  };
}
