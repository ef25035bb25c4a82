# Builds a package with a program, a configuration file, a user and scripts; installs, upgrades and
# removes it, as administrators do.
set -e
work=$(mktemp -d)
for version in 1.0 1.1; do
  tree=$work/almanac-$version
  mkdir -p "$tree/DEBIAN" "$tree/usr/bin" "$tree/etc/almanac" \
    "$tree/lib/systemd/system" "$tree/etc/cron.daily"
  cp /bin/date "$tree/usr/bin/almanac"
  echo "greeting = $version" > "$tree/etc/almanac/almanac.conf"
  printf '[Service]\nExecStart=/usr/bin/almanac\n' > "$tree/lib/systemd/system/almanac.service"
  printf '#!/bin/sh\nexec /usr/bin/almanac -u > /dev/null\n' > "$tree/etc/cron.daily/almanac"
  chmod 755 "$tree/etc/cron.daily/almanac"
  cat > "$tree/DEBIAN/control" <<END
Package: almanac
Version: $version
Architecture: all
Maintainer: Nobody <nobody@example.org>
Description: tells the day
END
  echo /etc/almanac/almanac.conf > "$tree/DEBIAN/conffiles"
  cat > "$tree/DEBIAN/postinst" <<'END'
#!/bin/sh
set -e
getent passwd almanac > /dev/null ||
  useradd --system --no-create-home --shell /usr/sbin/nologin almanac
install -d -o almanac -m 750 /var/lib/almanac
ldconfig
END
  cat > "$tree/DEBIAN/prerm" <<'END'
#!/bin/sh
rm -rf /var/lib/almanac
END
  chmod 755 "$tree/DEBIAN/postinst" "$tree/DEBIAN/prerm"
  dpkg-deb --build "$tree" "$work/almanac-$version.deb"
done
dpkg -i "$work/almanac-1.0.deb"
dpkg -i "$work/almanac-1.1.deb"
almanac
dpkg -L almanac
dpkg -s almanac
apt-cache policy almanac
dpkg -P almanac
userdel almanac
rm -rf "$work"
