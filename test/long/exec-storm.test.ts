/** The exec storm at full length on every kernel; emulated ones need minutes for it. */
process.env['WARDER_STORM'] ??= '50000';
await import('../kernel/exec-storm.test.ts');
