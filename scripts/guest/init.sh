#!/busybox sh
# First process of a guest: brings up a copy of the host's root and runs one command in it.
# Stage one runs in the initramfs, stage two after switch_root; lines it prints go to the console log.

B=/busybox
[ -x /run/guest/busybox ] && B=/run/guest/busybox

say() { $B echo "warder-guest: $* ($($B cut -d' ' -f1 /proc/uptime)s)"; }

# A guest that cannot report has no result; the host tells that from the missing status file.
die() {
  say "fatal: $*"
  $B reboot -f
}

load() {
  for module in "$1"/*.ko; do
    [ -e "$module" ] || continue
    $B insmod "$module" || say "cannot load $module"
  done
}

share() { $B mount -t 9p -o "trans=virtio,version=9p2000.L,msize=1048576,$1" "$2" "$3"; }

if [ "$1" != stage-two ]; then
  $B mount -t proc proc /proc
  $B mount -t sysfs sys /sys
  $B mount -t devtmpfs dev /dev
  load /modules/boot
  # The host's root never changes under a guest in a way that matters, so it may be cached hard:
  # without caching node starts three times slower.
  share ro,cache=loose host /host || die "cannot mount the host's root"
  $B mount -t tmpfs -o mode=755 scratch /scratch
  $B mkdir /scratch/upper /scratch/work
  $B mount -t overlay -o lowerdir=/host,upperdir=/scratch/upper,workdir=/scratch/work root /root ||
    die "cannot mount the overlay"
  for dir in dev proc sys; do
    $B mkdir -p /root/$dir
    $B mount --move /$dir /root/$dir
  done
  $B mkdir -p /root/run /root/out
  $B mount -t tmpfs -o mode=755 run /root/run
  $B mkdir /root/run/guest
  $B cp /init /busybox /root/run/guest/
  $B cp -r /modules /root/run/guest/
  exec $B switch_root /root /run/guest/busybox sh /run/guest/init stage-two
fi

$B mkdir -p /dev/pts /dev/shm
$B mount -t devpts -o ptmxmode=666 devpts /dev/pts
$B mount -t tmpfs -o mode=1777 shm /dev/shm
for pair in fd: stdin:/0 stdout:/1 stderr:/2; do
  $B ln -sf "/proc/self/fd${pair#*:}" "/dev/${pair%%:*}"
done
$B mount -t cgroup2 cgroup2 /sys/fs/cgroup
$B mount -t bpf bpf /sys/fs/bpf
$B mount -t tracefs tracefs /sys/kernel/tracing
$B mount -t debugfs debugfs /sys/kernel/debug
$B mount -t securityfs securityfs /sys/kernel/security
for controller in cpu memory pids io cpuset; do
  $B echo "+$controller" >/sys/fs/cgroup/cgroup.subtree_control
done 2>/dev/null
$B ip link set lo up
$B hostname warder-guest
load /run/guest/modules/late

# Without caching, what a test wrote here is on the host when its write returns.
share cache=none out /out || die "cannot mount the results share"

port=
for name in /sys/class/virtio-ports/*/name; do
  [ "$($B cat "$name")" = stdout ] && port=/dev/$($B basename "${name%/name}")
done
[ -c "$port" ] || die "no output port"

say ready
$B touch /out/ready
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8
# A session of its own, so that signals to the group cannot reach the first process.
$B setsid /bin/bash /out/command.sh </dev/null >"$port" 2>&1
status=$?
say "done, status $status"
$B echo "$status" >/out/status
$B reboot -f
