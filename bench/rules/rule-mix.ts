/**
 * Rules as published sets have them, by number and kind: what they test, how many literals they
 * look for, what they exclude. Texts are made up by a seed.
 */
import type { EventClass } from '../../src/model/event-class.ts';
import type { FieldName } from '../../src/rules/detection/fields/field-table.ts';
import type { Condition, TestOperator } from '../../src/rules/detection/ir/condition.ts';
import type { EventRule } from '../../src/rules/detection/ir/rule.ts';
import { aRule } from '../../test/support/detection-rules.ts';
import { one, type Random, some } from '../../test/support/random.ts';

const PROGRAMS: readonly string[] = [
  ...['bash', 'sh', 'dash', 'curl', 'wget', 'nc', 'ncat', 'socat', 'python3', 'perl', 'ruby'],
  ...['php', 'chmod', 'chown', 'chattr', 'crontab', 'systemctl', 'useradd', 'usermod', 'passwd'],
  ...['find', 'grep', 'awk', 'sed', 'tar', 'zip', 'scp', 'ssh', 'rsync', 'dd', 'base64', 'openssl'],
  ...['nmap', 'tcpdump', 'gdb', 'strace', 'insmod', 'modprobe', 'mount', 'nsenter', 'unshare'],
  ...['docker', 'kubectl', 'crictl', 'iptables', 'ufw', 'auditctl', 'history', 'shred', 'rm'],
];
const DIRECTORIES: readonly string[] = [
  ...['/etc/', '/tmp/', '/var/tmp/', '/dev/shm/', '/root/.ssh/', '/etc/cron.d/', '/usr/bin/'],
  ...['/var/log/', '/proc/', '/sys/', '/boot/', '/lib/modules/', '/etc/systemd/system/', '/opt/'],
];

function aWord(random: Random): string {
  return Array.from({ length: 4 + random(8) }, () => String.fromCharCode(97 + random(26))).join('');
}

function aFlag(random: Random): string {
  const text = aWord(random);
  return one(random, [` --${text}`, ` -${text.slice(0, 2)} `, `/${text}.sh`, text, `${text}=`]);
}

function test(field: FieldName, operator: TestOperator): Condition {
  return { kind: 'test', field, transforms: [], operator, written: `${field} ${operator.kind}` };
}

type TextKind = 'equals' | 'contains' | 'starts_with' | 'ends_with';

function texts(kind: TextKind, values: readonly string[], ignoresCase: boolean): TestOperator {
  return { kind, texts: values, ignoresCase };
}

function all(...parts: readonly Condition[]): Condition {
  return { kind: 'and', parts };
}

const ofClass = (...classes: readonly EventClass[]): Condition => ({ kind: 'class', classes });
const not = (part: Condition): Condition => ({ kind: 'not', part });

/** Three of four are about processes: an executable by its end, a command line by its parts. */
export function sigmaLike(random: Random, number: number): EventRule {
  const id = `sigma-${number}`;
  const image = test(
    'process.exe.path',
    texts(
      'ends_with',
      some(random, PROGRAMS, 4).map((name) => `/${name}`),
      true,
    ),
  );
  const line = (): Condition =>
    test(
      'process.cmdline',
      texts(
        'contains',
        Array.from({ length: 1 + random(10) }, () => aFlag(random)),
        true,
      ),
    );
  const parent = test('parent.exe.path', texts('ends_with', [`/${aWord(random)}`], true));
  switch (number % 4) {
    case 0: {
      const paths = Array.from(
        { length: 1 + random(4) },
        () => one(random, DIRECTORIES) + aWord(random),
      );
      const file = test(
        'file.path',
        texts(one(random, ['starts_with', 'ends_with', 'contains'] as const), paths, true),
      );
      return aRule({ id, condition: all(ofClass('file.create', 'file.open'), file) });
    }
    case 1:
      return aRule({ id, condition: all(ofClass('process.exec'), image, line(), not(parent)) });
    case 2:
      return aRule({ id, condition: all(ofClass('process.exec'), image, line(), line()) });
    default:
      return aRule({ id, condition: all(ofClass('process.exec'), line()) });
  }
}

/** Names in lists, paths by their start, and a row of exceptions; case matters. */
export function falcoLike(random: Random, number: number): EventRule {
  const id = `falco-${number}`;
  const names = (field: FieldName): Condition =>
    test(
      field,
      texts(
        'equals',
        Array.from({ length: 4 + random(12) }, () => aWord(random)),
        false,
      ),
    );
  const exceptions = not({
    kind: 'or',
    parts: [names('process.name'), names('parent.name'), names('ancestors.name')],
  });
  const inContainer = test('container.id', { kind: 'exists' });
  const own = test('process.name', texts('equals', some(random, PROGRAMS, 6), false));
  switch (number % 3) {
    case 0:
      return aRule({ id, condition: all(ofClass('process.exec'), own, inContainer, exceptions) });
    case 1: {
      const paths = some(random, DIRECTORIES, 4).map((path) => path + aWord(random));
      const file = test('file.path', texts('starts_with', paths, false));
      return aRule({ id, condition: all(ofClass('file.open'), file, exceptions) });
    }
    default: {
      const ports = Array.from({ length: 3 }, () => 1_024 + random(60_000));
      const port = test('network.remote.port', { kind: 'number_equals', numbers: ports });
      return aRule({ id, condition: all(ofClass('network.connect'), port, exceptions) });
    }
  }
}
