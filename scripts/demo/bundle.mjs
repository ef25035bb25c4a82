/** Turns crun's default container description into the one of the demo, in place. */
import { readFileSync, writeFileSync } from 'node:fs';

const path = process.argv[2];
const config = JSON.parse(readFileSync(path, 'utf8'));
const pod = '0f3c1d2e_aaaa_4bbb_8ccc_123456789abc';
const slice = `kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${pod}.slice`;
const id = 'c0ffee'.repeat(11).slice(0, 64);

config.process.terminal = false;
config.process.args = ['/bin/sleep', '600'];
config.hostname = 'web';
// The path a kubelet would give it, which is how the agent recognises pods.
config.linux.cgroupsPath = `/${slice}/cri-containerd-${id}.scope`;
config.root = { path: 'rootfs', readonly: false };
writeFileSync(path, JSON.stringify(config));
