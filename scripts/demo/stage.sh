#!/bin/bash
# Runs inside the demo's guest: starts the agent, waits until it watches, lets the attack happen.
set -u

policies=policies/examples/quickstart
log=$(mktemp)

# The agent's lines go to the terminal as they appear and to a file, which tells when it is armed.
bin/warder run --policy "$policies" > >(tee "$log") 2>&1 &
agent=$!

# Built-ins only: a process started for waiting would be an event in the picture.
mkfifo "$log.never"
exec 9<>"$log.never"
for _ in $(seq 300); do
	[[ $'\n'$(<"$log") == *$'\n'armed* ]] && break
	kill -0 "$agent" 2>/dev/null || break
	read -rt 0.2 -u 9
done
if ! kill -0 "$agent" 2>/dev/null; then
	wait "$agent"
	echo "The agent ended with status $? before the attack began."
	exit 1
fi
bash scripts/demo/attack.sh
status=$?

sleep 1
kill -TERM "$agent"
wait "$agent"
exit "$status"
