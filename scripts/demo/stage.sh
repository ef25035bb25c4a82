#!/bin/bash
# Runs inside the demo's guest: starts the agent, waits until it watches, lets the attack happen.
set -u

policies=policies/examples/quickstart
log=$(mktemp)

# The agent's events go to the terminal as they appear and to a file, which tells when it is ready.
node build/src/main.js run --policy "$policies" > >(tee "$log") 2>&1 &
agent=$!

for _ in $(seq 300); do
	# The first event, or any line about it, means that the probes are in place; the probe process
	# below gives an idle machine something to report.
	[ -s "$log" ] && break
	kill -0 "$agent" 2>/dev/null || break
	/bin/true
	sleep 0.2
done
if ! kill -0 "$agent" 2>/dev/null; then
	wait "$agent"
	echo "The agent ended with status $? before the attack began."
	exit 1
fi
sleep 2

bash scripts/demo/attack.sh
status=$?

sleep 1
kill -TERM "$agent"
wait "$agent"
exit "$status"
