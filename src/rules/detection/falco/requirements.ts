/** What files say that they need: a version of the language, and plugins. */
import { quote } from '../../syntax/quote.ts';
import type { MappingEntry, YamlNode } from '../../syntax/tree.ts';
import { scalarText } from './items.ts';
import type { FileReport } from './written-text.ts';

/** Keys of items that say what a file needs. */
export const REQUIREMENTS: readonly string[] = [
  'required_engine_version',
  'required_plugin_versions',
];

/** Versions of the language up to this are known here, as major and minor number. */
const KNOWN_VERSION = [0, 62] as const;

/** Plugins whose fields events have here without them. */
const SERVED_PLUGINS: ReadonlySet<string> = new Set(['container', 'k8smeta']);

/** Warns of what is not there; rules that can do without it are loaded all the same. */
export function checkRequirements(
  entries: ReadonlyMap<string, MappingEntry>,
  report: FileReport,
): void {
  const version = entries.get('required_engine_version');
  if (version !== undefined) checkVersion(version.value, report);
  const plugins = entries.get('required_plugin_versions');
  if (plugins === undefined) return;
  if (plugins.value.kind !== 'sequence') {
    const message = '`required_plugin_versions` is a list';
    report.error('FALCO_VALUE_INVALID', plugins.value.span, { message });
    return;
  }
  for (const node of plugins.value.items) checkPlugin(node, report);
}

function checkVersion(node: YamlNode, report: FileReport): void {
  const text = scalarText(node) ?? '';
  // A single number was the whole version once, and is the minor one now.
  const numbers = /^\d{1,6}$/.test(text) ? ['0', text] : text.split('.', 2);
  const isVersion = /^\d{1,6}(\.\d{1,6}\.\d{1,6}([-+].*)?)?$/.test(text);
  const [major = Number.NaN, minor = Number.NaN] = numbers.map(Number);
  if (!isVersion) {
    const message = `${quote(text)} is no version: a number, or three with dots between them`;
    report.error('FALCO_VALUE_INVALID', node.span, { message });
    return;
  }
  if (major < KNOWN_VERSION[0] || (major === KNOWN_VERSION[0] && minor <= KNOWN_VERSION[1])) return;
  const version = quote(text);
  const message = `the file asks for version ${version} of the language, which is not known here`;
  report.warning('FALCO_REQUIREMENT_UNSUPPORTED', node.span, { message });
}

function checkPlugin(node: YamlNode, report: FileReport): void {
  const names = pluginNames(node);
  const [name] = names;
  if (name === undefined) {
    report.error('FALCO_VALUE_INVALID', node.span, { message: 'a plugin has a name' });
    return;
  }
  if (names.some((each) => SERVED_PLUGINS.has(each))) return;
  const message = `there is no plugin ${quote(name)} here`;
  report.warning('FALCO_REQUIREMENT_UNSUPPORTED', node.span, { message });
}

/** The plugin and those that would do instead. */
function pluginNames(node: YamlNode): readonly string[] {
  const others = entryOf(node, 'alternatives');
  const all = others?.kind === 'sequence' ? [node, ...others.items] : [node];
  return all.flatMap((each) => {
    const name = entryOf(each, 'name');
    return (name && scalarText(name)) ?? [];
  });
}

function entryOf(node: YamlNode, key: string): YamlNode | undefined {
  if (node.kind !== 'mapping') return undefined;
  return node.entries.find((entry) => entry.key === key)?.value;
}
