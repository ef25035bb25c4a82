/** Conditions in CEL: what they say of events and findings. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type CelCondition, compileCel } from '../../../../src/rules/detection/cel/compile-cel.ts';
import {
  EVENT_VARIABLES,
  FINDING_VARIABLES,
  valuesOfFinding,
  valuesOfSource,
} from '../../../../src/rules/detection/cel/event-values.ts';
import { FIELDS } from '../../../../src/rules/detection/fields/field-table.ts';
import { aFieldSource, type WrittenFields } from '../../../support/detection-events.ts';
import { aFinding, someContext } from '../../../support/findings.ts';

function compiled(text: string, variables = EVENT_VARIABLES): CelCondition {
  const result = compileCel(text, variables);
  assert.ok(result.kind === 'compiled', JSON.stringify(result));
  return result.condition;
}

function holds(text: string, fields: WrittenFields): boolean {
  return compiled(text).evaluate(valuesOfSource(aFieldSource('process.exec', fields)));
}

const CURL: WrittenFields = {
  'process.exe.path': ['/usr/bin/curl'],
  'process.name': ['curl'],
  'process.args': ['-o', '/tmp/x', 'http://198.51.100.7/x'],
  'process.cmdline': 'curl -o /tmp/x http://198.51.100.7/x',
  'process.uid': 0,
  'process.age_ms': 70_000,
  'process.exe.memfd': false,
  'ancestors.pid': [12, 1],
  'container.image': 'example.com/shop@sha256:12',
  'container.image.repository': 'example.com/shop',
  'k8s.namespace': 'shop',
  'namespace.flags': ['user'],
  'k8s.pod': 'shop-7d',
  'k8s.pod.uid': '12-34',
  'k8s.pod.label[app.kubernetes.io/name]': 'shop',
  'k8s.pod.label[tier]': 'web',
  'network.remote.ip': '10.1.2.3',
};

describe('a condition about an event', () => {
  const cases: readonly (readonly [holds: string, not: string])[] = [
    ['k8s.namespace == "shop"', 'k8s.namespace == "bank"'],
    ['k8s.namespace != "bank"', 'k8s.namespace != "shop"'],
    ['k8s.pod == "shop-7d" && k8s.pod.uid == "12-34"', 'k8s.pod == "12-34"'],
    ['container.image.repository == "example.com/shop"', 'container.image == "example.com/shop"'],
    ['process.uid == 0', 'process.uid == 1'],
    ['process.uid < 1000', 'process.uid >= 1000'],
    ['process.age_ms > 60 * 1000 + 1', 'process.age_ms > 60 * 1000 + 10000'],
    ['!process.exe.memfd', 'process.exe.memfd'],
    ['process.exe.memfd == false', 'process.exe.memfd == true'],
    // Of several values, one is enough.
    ['process.exe.path == "/usr/bin/curl"', 'process.exe.path == "/usr/bin/wget"'],
    ['"/usr/bin/curl" == process.exe.path', '"/usr/bin/wget" == process.exe.path'],
    ['process.exe.path != "/usr/bin/wget"', 'process.exe.path != "/usr/bin/curl"'],
    ['"-o" in process.args', '"-O" in process.args'],
    ['process.name in ["wget", "curl"]', 'process.name in ["wget", "nc"]'],
    ['k8s.namespace in ["shop"]', 'k8s.namespace in ["bank"]'],
    ['process.args.startsWith("http://")', 'process.args.startsWith("ftp://")'],
    ['process.args.contains("tmp")', 'process.args.contains("var")'],
    ['process.args.endsWith("/x")', 'process.args.endsWith("/y")'],
    ['process.args[0] == "-o"', 'process.args[1] == "-o"'],
    ['size(process.args) == 3', 'process.args.size() == 2'],
    ['ancestors.pid == 12', 'ancestors.pid == 13'],
    ['1 in ancestors.pid', '2 in ancestors.pid'],
    ['process.args.exists(a, a == "-o")', 'process.args.exists(a, a == "-O")'],
    ['process.args.all(a, size(a) > 1)', 'process.args.all(a, size(a) > 2)'],
    ['process.args.exists_one(a, a == "-o")', 'process.args.exists_one(a, size(a) > 2)'],
    [
      'process.args.filter(a, a.startsWith("http")).size() == 1',
      'process.args.map(a, a.lowerAscii()).size() == 1',
    ],
    ['process.cmdline.matches("https?://[0-9.]+/")', 'process.cmdline.matches("^http")'],
    ['process.args.matches("^http")', 'process.args.matches("^ftp")'],
    ['process.cmdline . matches ( r"\\d{3}")', 'process.cmdline.matches(r"\\d{4}")'],
    ['network.remote.ip.inNetwork("10.0.0.0/8")', 'network.remote.ip.inNetwork("10.2.0.0/16")'],
    ['network.remote.ip.inNetwork("10.1.2.3")', 'network.remote.ip.inNetwork("2001:db8::/32")'],
    ['k8s.pod.label["app.kubernetes.io/name"] == "shop"', 'k8s.pod.label["tier"] == "shop"'],
    ['k8s.pod.label.tier == "web"', 'k8s.pod.label.tier == "shop"'],
    ['has(k8s.pod.label["tier"])', 'has(k8s.pod.label["app"])'],
    ['has(k8s.pod.label.tier)', 'has(k8s.pod.label.app)'],
    ['has(k8s.namespace)', 'has(service.name)'],
    ['!has(service.name) || service.name == "a"', 'has(service.name) && service.name == "a"'],
    ['k8s.namespace.upperAscii() == "SHOP"', 'k8s.namespace.upperAscii() == "shop"'],
    ['process.uid == 0 ? true : has(service.name)', 'process.uid == 1 ? true : has(service.name)'],
    ['namespace.flags == "user"', 'namespace.flags == "mnt"'],
    ['has(namespace.flags)', 'size(namespace.flags) == 2'],
    ['true', 'false'],
    ['// a comment\nprocess.uid == 0', '// a comment\nprocess.uid == 1'],
  ];
  for (const [good, bad] of cases) {
    it(`holds for ${good}, not for ${bad}`, () => {
      assert.deepStrictEqual([holds(good, CURL), holds(bad, CURL)], [true, false]);
    });
  }

  it('has a name and a type for every field', () => {
    for (const name of Object.keys(FIELDS)) {
      const isNamed = EVENT_VARIABLES[name] === 'named';
      compiled(isNamed ? `has(${name}["a"])` : `has(${name})`);
    }
  });

  it('takes a field with several values that is not known for one with none', () => {
    assert.equal(holds('!("a" in process.args) && size(process.args) == 0', {}), true);
  });

  it('cannot be decided when a field is not known, and counts that', () => {
    const condition = compiled('service.name == "a"');
    const other = compiled('service.name != "a"');
    const values = valuesOfSource(aFieldSource('process.exec', {}));

    assert.deepStrictEqual(
      [condition, other].map((each) => each.evaluate(values)),
      [false, false],
    );
    assert.deepStrictEqual(condition.counts(), { evaluated: 1, matched: 0, unknown: 1, errors: 0 });
  });

  it('is decided by the part that can be, when the other cannot', () => {
    assert.equal(holds('service.name == "a" || process.uid == 0', CURL), true);
    assert.equal(holds('service.name == "a" || process.uid == 1', CURL), false);
  });

  it('counts what it was asked and what it said', () => {
    const condition = compiled('process.uid == 0');
    for (const uid of [0, 1, 0]) {
      condition.evaluate(valuesOfSource(aFieldSource('process.exec', { 'process.uid': uid })));
    }

    assert.deepStrictEqual(condition.counts(), { evaluated: 3, matched: 2, unknown: 0, errors: 0 });
  });
});

describe('a condition about a finding', () => {
  const finding = aFinding({
    level: 'high',
    fields: { shell: '/bin/sh' },
    group: { 'k8s.namespace': 'shop' },
  });
  const cases: readonly (readonly [holds: string, not: string])[] = [
    ['finding.level == "high"', 'finding.level == "low"'],
    ['finding.severity >= 3', 'finding.severity >= 4'],
    ['finding.field["shell"] == "/bin/sh"', 'has(finding.field["other"])'],
    ['finding.group["k8s.namespace"] == "shop"', 'finding.group["k8s.namespace"] == "bank"'],
    ['rule.attack == "T1059"', 'rule.attack == "T1060"'],
    ['rule.tags.startsWith("attack.")', 'rule.tags.startsWith("cve.")'],
    ['rule.id.matches("^a-")', 'rule.id.matches("^b-")'],
    ['!has(response.kind)', 'has(response.kind)'],
    ['process.pid == 51583', 'process.pid == 1'],
    ['event.class == "process.exec"', 'event.class == "file.open"'],
  ];
  for (const [good, bad] of cases) {
    it(`holds for ${good}, not for ${bad}`, () => {
      const values = valuesOfFinding(someContext(), finding);
      const answers = [good, bad].map((text) => compiled(text, FINDING_VARIABLES).evaluate(values));

      assert.deepStrictEqual(answers, [true, false]);
    });
  }

  it('reads what is done about it', () => {
    const respond = { kind: 'kill_tree', isDryRun: false } as const;
    const condition = compiled(
      'response.kind == "kill_tree" && !response.dry_run',
      FINDING_VARIABLES,
    );
    const finding = aFinding();
    const answered = (changes: Partial<typeof finding.rule>): typeof finding => {
      return { ...finding, rule: { ...finding.rule, ...changes } };
    };

    assert.deepStrictEqual(
      [{ respond }, { respond: { ...respond, isDryRun: true } }, {}]
        .map(answered)
        .map((each) => condition.evaluate(valuesOfFinding(someContext(), each))),
      [true, false, false],
    );
  });

  it('of an event cannot read what only findings have', () => {
    assert.equal(compileCel('finding.level == "high"', EVENT_VARIABLES).kind, 'refused');
    assert.equal(compileCel('finding.level == "high"', FINDING_VARIABLES).kind, 'compiled');
  });
});
