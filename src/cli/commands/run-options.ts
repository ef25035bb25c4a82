/** What `warder run` takes, and what its help says. */
import type { Example, OptionSpec } from '../command.ts';
import { configOptions } from '../config/keys.ts';
import { CONFIG_OPTION } from '../config/load-config.ts';

export const RUN_DETAILS: readonly string[] = [
  'Prints what this kernel can do, which policies are in force and how each of their hooks is ' +
    'attached, then `armed`, then one line per event. With `--output json` standard output has ' +
    'nothing but events, and all else goes to standard error.',
  'Every option is also a key of the configuration file and a variable of the environment, as ' +
    '`agent.nodeName` and WARDER_AGENT_NODE_NAME: an option goes before a variable, a variable ' +
    'before the file. On SIGHUP the file is read again: destinations, routes, filters, rates and ' +
    'alerts change at once, and the log says what needs a restart. A file with errors changes ' +
    'nothing.',
  'On SIGHUP rules, exceptions, responses and detectors are read again too, whether there is a ' +
    'file or not: all of them are taken, or with a single mistake none. `warder rules reload` ' +
    'does so as well, and says what is wrong.',
  'A policy file with errors is left out with its diagnostics, and the agent starts with the ' +
    'others, unless --strict is given.',
  'Files that are added to, changed in, or removed from the directory of --policy-dir take ' +
    'effect while the agent runs, without a signal. A file that has errors is reported in the ' +
    'log, and the version before it stays in force. Files of --policy are read at the start ' +
    'only: `warder policies add` takes in another version.',
  'What enforces is pinned: when the agent is killed it stays in force, and the next agent goes ' +
    'on with it, its records and the policies that were added, without a gap. `warder unload` ' +
    'takes it out of force when there will be no next agent.',
  'SIGINT and SIGTERM end it in order: the API is closed, programs are detached, what is still ' +
    'waiting is printed. A second signal ends it at once. When the reader of its output goes ' +
    'away, the agent goes on.',
];

export const RUN_OPTIONS: readonly OptionSpec[] = [CONFIG_OPTION, ...configOptions()];

export const RUN_EXAMPLES: readonly Example[] = [
  {
    explains: 'Enforce the policies of a directory',
    line: 'sudo warder run --policy policies/examples/quickstart',
  },
  {
    explains: 'Send alerts where a file of configuration says',
    line: 'sudo warder run --config warder.yaml',
  },
  {
    explains: 'Write events for another program, and refuse to run half-armed',
    line: 'sudo warder run --policy /etc/warder --strict --output json > events.json',
  },
];
