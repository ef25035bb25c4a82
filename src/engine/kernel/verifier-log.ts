/** Finds the lines of a libbpf log that say why the kernel refused a program. */

const LOG_BLOCK = /-- BEGIN PROG LOAD LOG --\n([\s\S]*?)-- END PROG LOAD LOG --/g;

/** Counters and source annotations around the reason. */
const NOISE = /^(processed \d+ insns|verification time|stack depth|;|\d+: \(|from \d+ to \d+|\s*$)/;

const SUMMARY_LENGTH_MAX = 300;

/** The reason on one line of at most 300 characters, or undefined if the log says nothing. */
export function summarizeLog(log: string): string | undefined {
  const blocks = [...log.matchAll(LOG_BLOCK)];
  const block = blocks.at(-1)?.[1];
  const line = block === undefined ? lastLibbpfLine(log) : lastMeaningfulLine(block);
  return line?.slice(0, SUMMARY_LENGTH_MAX);
}

function lastMeaningfulLine(text: string): string | undefined {
  const lines = text.split('\n');
  return (
    lines.findLast((line) => !NOISE.test(line)) ?? lines.findLast((line) => line !== '')
  )?.trim();
}

/** libbpf ends with lines that only repeat that loading failed. */
function lastLibbpfLine(log: string): string | undefined {
  const lines = log
    .split('\n')
    .map((line) => line.replace(/^libbpf: /, '').trim())
    .filter((line) => line !== '');
  return lines.findLast((line) => !line.startsWith('failed to load object')) ?? lines.at(-1);
}
