/** Names of users, for events and findings. */
import { readFileSync } from 'node:fs';

/** Names of the users of this node by their ids. */
export function readUsers(): ReadonlyMap<number, string> {
  const users = new Map<number, string>();
  let text = '';
  try {
    text = readFileSync('/etc/passwd', 'utf8');
  } catch {
    // A node without the file has no names to give.
  }
  for (const line of text.split('\n')) {
    const [name = '', , uid] = line.split(':');
    if (uid !== undefined && !users.has(Number(uid))) users.set(Number(uid), name);
  }
  return users;
}
