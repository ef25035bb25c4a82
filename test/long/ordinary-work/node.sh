# Builds and tests a project of Node: packs a dependency, installs it with its scripts, compiles, runs.
set -e
root=$PWD
work=$(mktemp -d)
export npm_config_cache=$work/cache npm_config_audit=false npm_config_fund=false \
  npm_config_update_notifier=false PATH=$root/node_modules/.bin:$PATH
mkdir "$work/dependency" "$work/project"
cd "$work/dependency"
cat > package.json <<'END'
{"name": "dependency", "version": "1.0.0", "main": "index.js",
 "scripts": {"postinstall": "node -e 'console.log(process.version)'"}}
END
echo 'exports.double = (x) => 2 * x;' > index.js
npm pack --silent
cd "$work/project"
cat > package.json <<'END'
{"name": "project", "version": "1.0.0", "scripts": {"build": "tsc main.ts --types node --typeRoots none --skipLibCheck --noCheck",
 "test": "node --test"}}
END
echo 'const sum = (a: number, b: number): number => a + b; console.log(sum(1, 2));' > main.ts
printf "require('node:test')('doubles', () => {\n  if (require('dependency').double(2) !== 4) throw new Error();\n});\n" \
  > main.test.js
npm install --offline ../dependency/dependency-1.0.0.tgz
npm run build || true
npm test
node -e "
  const http = require('node:http');
  const server = http.createServer((_, response) => response.end('hello')).listen(0, '127.0.0.1', () =>
    http.get({port: server.address().port}, (answer) => answer.on('end', () => server.close()).resume()));
"
cd /
rm -rf "$work"
