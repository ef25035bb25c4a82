/** The burst of containers at full length; emulated machines need minutes for it. */
process.env['WARDER_BURST'] ??= '200';
await import('../kernel/identity.test.ts');
