# What people type when they look after a machine.
id
who
last -n 5
ss -tlnp
ip address
ip route
mount
lsmod
dmesg | tail -n 5
sysctl kernel.hostname
journalctl -n 1 2>/dev/null
ls -la /etc /root /var/log
grep -r PermitRootLogin /etc/ssh
du -sh /var/log
tar czf /tmp/etc-backup.tar.gz /etc/apt /etc/default
openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost -keyout /tmp/key.pem -out /tmp/cert.pem
ssh-keygen -q -t ed25519 -N '' -f /tmp/deploy-key
useradd --create-home visitor
usermod -aG users visitor
su -s /bin/sh visitor -c 'cd; echo hello > greeting; chmod 600 greeting'
userdel -r visitor
chown -R root:root /tmp/etc-backup.tar.gz
ln -sf /tmp/cert.pem /tmp/current.pem
kill -0 1
rm -f /tmp/etc-backup.tar.gz /tmp/key.pem /tmp/cert.pem /tmp/current.pem /tmp/deploy-key*
exit 0
