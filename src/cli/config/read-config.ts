/** Flags over variables over the file over what is fixed: the configuration that results. */
import { ConfigPlace } from '../../model/config-place.ts';
import type { ConfigPath } from '../../model/config-problem.ts';
import { findNearest } from '../../model/nearest.ts';
import type { Arguments } from '../command.ts';
import { CliError } from '../errors.ts';
import { Config, type ConfigOrigin, type ConfigSetting } from './config.ts';
import { ConfigText } from './config-text.ts';
import type { ConfigKey } from './key.ts';
import { fromText, labelsOf, readKey } from './key-types.ts';
import { CONFIG_KEYS, CONFIG_SECTIONS, flagOf, pathOf, variableOf } from './keys.ts';

export interface ConfigSources {
  /** Undefined when there is no file. */
  readonly file: ConfigText | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Undefined where there are no flags. */
  readonly args: Pick<Arguments, 'has' | 'value' | 'values'> | undefined;
}

/** All that is wrong is in the result, but for flags: throws CONFIG_OPTION_INVALID. */
export function readConfig(sources: ConfigSources): Config {
  const texts: ConfigText[] = [];
  const { file } = sources;
  if (file !== undefined) {
    texts.push(file);
    checkNames(file);
  }
  const settings = CONFIG_KEYS.map((key): readonly [string, ConfigSetting] => {
    const found = ofFlag(key, sources) ?? ofVariable(key, sources) ?? ofFile(key, sources);
    if (found?.source !== undefined && !texts.includes(found.source)) texts.push(found.source);
    return [pathOf(key), read(key, found)];
  });
  texts.push(...strayVariables(sources.env));
  return new Config(new Map(settings), { all: texts, file });
}

type Found = Pick<ConfigSetting, 'origin' | 'written' | 'source' | 'path'>;

const NOTHING: Found = {
  origin: { kind: 'default' },
  written: undefined,
  source: undefined,
  path: [],
};

function read(key: ConfigKey, found: Found = NOTHING): ConfigSetting {
  const place = new ConfigPlace(found.written, found.path);
  const value = readKey(place, key.type);
  const [problem] = place.problems;
  if (problem !== undefined && found.origin.kind === 'flag') throw optionError(key, problem);
  found.source?.add(place.problems);
  return { key, value, ...found };
}

function optionError(
  key: ConfigKey,
  { message, hint }: { readonly message: string; readonly hint?: string },
): CliError {
  const details = hint === undefined ? {} : { hint };
  return new CliError('CONFIG_OPTION_INVALID', `--${flagOf(key)}: ${message}`, details);
}

function ofFlag(key: ConfigKey, { args }: ConfigSources): Found | undefined {
  const name = flagOf(key);
  if (args?.has(name) !== true) return undefined;
  const origin: ConfigOrigin = { kind: 'flag', name };
  const { kind } = key.type;
  const text = args.value(name) ?? '';
  if (kind === 'tree') return ofYaml(text, `--${name}`, origin);
  const source = ConfigText.plain(text, `--${name}`);
  if (kind === 'flag') return { origin, written: key.flag?.isNegated !== true, source, path: [] };
  if (kind === 'texts') return { origin, written: args.values(name), source, path: [] };
  if (kind === 'labels') return { origin, written: labelsOf(args.values(name)), source, path: [] };
  return { origin, written: fromText(text, key.type), source, path: [] };
}

/** An empty variable is none. */
function ofVariable(key: ConfigKey, { env }: ConfigSources): Found | undefined {
  const name = variableOf(key);
  const text = env[name] ?? '';
  if (text === '') return undefined;
  const origin: ConfigOrigin = { kind: 'variable', name };
  if (key.type.kind === 'tree') return ofYaml(text, name, origin);
  const source = ConfigText.plain(text, name);
  return { origin, written: fromText(text, key.type), source, path: [] };
}

function ofYaml(text: string, file: string, origin: ConfigOrigin): Found {
  const source = ConfigText.yaml(text, file);
  return { origin, written: source.value, source, path: [] };
}

function ofFile(key: ConfigKey, { file }: ConfigSources): Found | undefined {
  if (file === undefined) return undefined;
  const path: ConfigPath = [key.section, key.name];
  const place = new ConfigPlace(file.value).at(key.section).at(key.name);
  if (place.isAbsent) return undefined;
  const origin: ConfigOrigin = { kind: 'file', file: file.file, line: file.lineOf(path) };
  return { origin, written: place.value, source: file, path };
}

/** Sections and keys that there are not, or not there. */
function checkNames(file: ConfigText): void {
  const root = new ConfigPlace(file.value);
  const sections = Object.keys(CONFIG_SECTIONS);
  root.expectKeys(sections);
  for (const section of sections) {
    const keys = CONFIG_KEYS.filter((key) => key.section === section);
    root.at(section).expectKeys(keys.map(({ name }) => name));
  }
  file.add(root.problems.map((problem) => withHome(problem)));
}

/** A key that another section has is said to be that one. */
function withHome<T extends { readonly path: ConfigPath; readonly hint?: string }>(problem: T): T {
  const name = problem.path.at(-1);
  const home = CONFIG_KEYS.find((key) => key.name === name);
  if (home === undefined || problem.path[0] === home.section) return problem;
  return { ...problem, hint: `it is a key of the section ${home.section}` };
}

/** Names that Kubernetes gives to variables of a service, which may be called as a section is. */
const OF_A_SERVICE = /_(SERVICE_HOST|SERVICE_PORT|PORT)(_|$)/;

/** Variables of a section that are no key: a warning each, as who set them may mean another. */
function strayVariables(env: ConfigSources['env']): readonly ConfigText[] {
  const known = CONFIG_KEYS.map(variableOf);
  const sections = Object.keys(CONFIG_SECTIONS).map((section) => section.toUpperCase());
  const strays = Object.keys(env).filter((name) => {
    const isOurs = sections.some((section) => name.startsWith(`WARDER_${section}_`));
    return isOurs && !known.includes(name) && !OF_A_SERVICE.test(name);
  });
  return strays.map((name) => {
    const text = ConfigText.plain('', name);
    const near = findNearest(name, known);
    const problem = { path: [], code: 'CONFIG_VARIABLE_UNKNOWN', message: `nothing reads ${name}` };
    text.warn(near === undefined ? problem : { ...problem, hint: `did you mean ${near}?` });
    return text;
  });
}
