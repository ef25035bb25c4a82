/** Reads everything from a socket, and decodes nothing of it: what a fast client would do. */
import { connect } from 'node:http2';
import { connect as connectSocket } from 'node:net';

const path = process.argv[2] ?? '';
const session = connect('http://warder', {
  createConnection: () => connectSocket(path),
  settings: { initialWindowSize: 4 * 1024 * 1024 },
});
session.on('error', () => process.exit());
session.on('connect', () => session.setLocalWindowSize(4 * 1024 * 1024));
const request = session.request({
  ':method': 'POST',
  ':path': '/tetragon.FineGuidanceSensors/GetEvents',
  'content-type': 'application/grpc+proto',
  te: 'trailers',
});
request.on('error', () => process.exit());
request.on('data', () => undefined);
// An empty request: not compressed, no bytes.
request.end(Buffer.alloc(5));
