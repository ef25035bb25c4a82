# A web server under load: files, a redirect, a missing page, and uploads, from several clients.
set -e
work=$(mktemp -d)
mkdir "$work/pages"
head -c 200000 /dev/urandom > "$work/pages/picture"
echo '<h1>Hello</h1>' > "$work/pages/index.html"
busybox httpd -f -p 127.0.0.1:8081 -h "$work/pages" &
files=$!
python3 -m http.server 8082 --bind 127.0.0.1 --directory "$work/pages" > "$work/access.log" 2>&1 &
python=$!
# Python may take long to start.
for port in 8081 8082; do
  curl -s -o /dev/null --retry 60 --retry-delay 1 --retry-connrefused http://127.0.0.1:$port/picture
done
for client in 1 2 3; do
  for request in $(seq 1 15); do
    curl -s -o /dev/null http://127.0.0.1:8081/picture
    curl -s -o /dev/null -I http://127.0.0.1:8082/index.html
    wget -q -O /dev/null http://127.0.0.1:8082/picture
    curl -s -o /dev/null -d name=value http://127.0.0.1:8081/missing || true
  done &
  clients="$clients $!"
done
wait $clients
kill $files $python
tail -n 3 "$work/access.log"
rm -rf "$work"
